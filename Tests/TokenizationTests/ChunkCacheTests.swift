import Testing
import Tokenization

/// Batches remember what chunks gave, single texts don't: both have to say the same, however often a chunk comes.
struct ChunkCacheTests {
    /// Texts of few chunks in many orders, next to each other and to other spaces.
    static func texts(_ set: HardSet, seed: UInt64) -> [[UInt8]] {
        var random = RandomText.Generator(state: seed)
        let chunks =
            (0..<40).map { RandomText.bytes(seed: seed &* 1000 + $0, from: set.texts) }
            + [
                "[MASK]", "a", "b", "ab", "aaaaaaaa", "bbbbbbbbbbbbbbbb", "cccccccccccccccccccccccc", "",
                "a\tb",
            ].map {
                Array($0.utf8)
            }
            + (1...30).map { Array(repeating: UInt8(ascii: "q"), count: $0) }
        return (0..<200).map { _ in
            let row = (0..<Int.random(in: 0...9, using: &random)).compactMap { _ in
                chunks.randomElement(using: &random)
            }
            return Array(row.joined(separator: [UInt8(ascii: " ")]))
        }
    }

    static func rows(_ texts: [[UInt8]]) -> UTF8Rows {
        var rows = UTF8Rows()
        for text in texts { rows.append(text) }
        return rows
    }

    static func expectSame(_ tokenizer: WordPieceTokenizer, _ texts: [[UInt8]], _ what: String) throws {
        let alone = try texts.map { try tokenizer.encode($0).ids }
        for time in 1...2 {
            let batch = try tokenizer.encodeBatch(Self.rows(texts))
            for row in texts.indices where Array(batch[row]) != alone[row] {
                Issue.record(
                    "\(what), time \(time), row \(row): \(String(decoding: texts[row], as: UTF8.self))")
                return
            }
        }
    }

    @Test(arguments: WordPieceMode.allCases, WordPieceTokenizerTests.casings.map(\.name))
    func aChunkGivesTheSameEachTime(mode: WordPieceMode, casing: String) throws {
        let set = try HardSet.load()
        let flags = try #require(WordPieceTokenizerTests.casings.first { $0.name == casing })
        let tokenizer = try WordPieceTokenizerTests.tokenizer(
            set, mode: mode, lowercase: flags.lowercase, stripAccents: flags.stripAccents)
        for seed in UInt64(1)...5 { try Self.expectSame(tokenizer, Self.texts(set, seed: seed), casing) }
    }

    @Test(arguments: ["a b", "b", " a", "ab"])
    func addedTokensAreFoundAcrossSpaces(token: String) throws {
        let set = try HardSet.load()
        let vocabulary = try Vocabulary(bytes: set.vocabularyBytes)
        let added = AddedToken(token, id: vocabulary.count)
        let tokenizer = try WordPieceTokenizer(
            vocabulary: vocabulary, options: TokenizerOptions(mode: .hfFast, lowercase: false),
            addedTokens: [added])
        let texts = ["a", "b", "a b", "ab a b", "a b a", "x a b", "a a b b", "ab"].map { Array($0.utf8) }
        try Self.expectSame(tokenizer, texts + texts.reversed(), token)
        let ids = try tokenizer.encodeBatch(
            Self.rows(["a", "b", "a b", "x ab"].map { Array($0.utf8) })
        ).ids
        #expect(ids.contains(Int32(vocabulary.count)))
    }

    @Test func keysAreTheBytesBeforeTheNextSpace() {
        for length in 0...30 {
            for rest in ["", " ", " and more", "  "] {
                let text = Array(repeating: UInt8(ascii: "k"), count: length) + Array(rest.utf8)
                let padded = text + Array(repeating: UInt8(ascii: "z"), count: 40)
                let key = padded.withUnsafeBufferPointer { bytes in
                    bytes.baseAddress.flatMap { ChunkCache.key($0, count: text.count) }
                }
                if length > ChunkCache.keyBytes {
                    #expect(key == nil)
                } else {
                    #expect(key?.length == length)
                    #expect(key == Self.key(Array(text.prefix(length))))
                }
            }
        }
    }

    static func key(_ bytes: [UInt8]) -> ChunkCache.Key {
        func word(_ number: Int) -> UInt64 {
            bytes.dropFirst(8 * number).prefix(8).enumerated().reduce(0) {
                $0 | UInt64($1.element) << UInt64(8 * $1.offset)
            }
        }
        return ChunkCache.Key(first: word(0), second: word(1), third: word(2), length: bytes.count)
    }

    @Test func aCacheGivesBackWhatWasKeptLast() {
        let cache = ChunkCache()
        let target = UnsafeMutablePointer<Int32>.allocate(capacity: ChunkCache.maxIDs)
        defer { target.deallocate() }
        let (key, other) = (Self.key(Array("chunk".utf8)), Self.key(Array("chunk\0".utf8)))
        #expect(cache.find(key, into: target) == nil)
        let ids: [Int32] = Array(1...9)
        ids.withUnsafeBufferPointer { ids in
            guard let start = ids.baseAddress else { return }
            cache.keep(key, start, count: 9)
            #expect(cache.find(key, into: target) == nil, "more than is kept")
            cache.keep(key, start, count: 8)
        }
        #expect(cache.find(key, into: target) == 8)
        #expect((0..<8).map { target[$0] } == Array(1...8))
        #expect(cache.find(other, into: target) == nil, "a zero byte is no end")
    }
}
