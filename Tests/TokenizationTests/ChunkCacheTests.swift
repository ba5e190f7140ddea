import Testing
import TextBasics
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

    /// ASCII is cut in its own way, and so are chunks of up to 15 bytes, up to 30, less than 64, and longer ones.
    @Test(arguments: [true, false])
    func chunksOfEveryLengthGiveTheSameEachTime(lowercase: Bool) throws {
        let set = try HardSet.load()
        let tokenizer = try WordPieceTokenizerTests.tokenizer(set, mode: .hfFast, lowercase: lowercase)
        var random = RandomText.Generator(state: 7)
        let alphabets: [[String]] = [
            ["a", "b", "E", "n", "t", "0"], ["a", "b", ",", ".", "(", "["], ["a", "\t", "\0", "\u{1}", "-"],
            ["가", "나", "a", "!"], ["é", "a", "\u{301}", "漢", "😀"],
        ]
        let texts = (1...80).flatMap { length in
            alphabets.map { alphabet in
                let chunks = (0..<4).map { _ in
                    (0..<length).map { _ in alphabet.randomElement(using: &random) ?? "" }.joined()
                }
                return Array((chunks + chunks).joined(separator: " ").utf8)
            }
        }
        try Self.expectSame(tokenizer, texts, "lowercase \(lowercase)")
    }

    /// A chunk that ends where a block of 64 bytes does, and a text that does.
    @Test func chunksGiveTheSameWhereverTheyAreInATextAndATextInABatch() throws {
        let set = try HardSet.load()
        let tokenizer = try WordPieceTokenizerTests.tokenizer(set, mode: .hfFast, lowercase: true)
        let texts = (0...200).flatMap { spaces in
            ["", "the end", "a, b", "가나다"].map { end in
                Array((String(repeating: " ", count: spaces) + end).utf8)
            }
        }
        try Self.expectSame(tokenizer, texts, "spaces")
        let letters = (0...200).map { Array((String(repeating: "ab ", count: $0) + "c").utf8) }
        try Self.expectSame(tokenizer, letters, "many chunks")
    }

    @Test func idsBeyond16BitsAreKeptWhole() throws {
        let set = try HardSet.load()
        let vocabulary = try Vocabulary(bytes: set.vocabularyBytes)
        let tokenizer = try WordPieceTokenizer(
            vocabulary: vocabulary, options: TokenizerOptions(mode: .hfFast, lowercase: false),
            addedTokens: [AddedToken("[WIDE]", id: 70_000)])
        let texts = ["[WIDE]", "a [WIDE] b", "[WIDE],[WIDE]", "[WIDE][WIDE][WIDE]"].map { Array($0.utf8) }
        try Self.expectSame(tokenizer, texts + texts.reversed(), "wide")
        #expect(try tokenizer.encodeBatch(Self.rows(texts)).ids.count { $0 == 70_000 } == 7)
    }

    /// Bytes that can be read as a run, and its length.
    struct Run {
        let bytes: [UInt8]
        let length: Int

        init(_ text: String) {
            length = text.utf8.count
            bytes = Array(text.utf8) + Array("z z\0zzzzzzzzzzzzzzzzzzzzzzzzzzzz".utf8)
        }

        func keys(_ table: ChunkTable) -> (place: Int, first: ChunkTable.Key, second: ChunkTable.Key?) {
            bytes.withUnsafeBufferPointer { bytes in
                guard let start = bytes.baseAddress else { return (0, .zero, nil) }
                let first = table.key(start, length)
                guard length > ChunkTable.shortBytes else { return (table.place(first), first, nil) }
                let second = table.secondKey(start, length)
                return (table.place(first, second), first, second)
            }
        }
    }

    static func find(_ run: Run, in table: ChunkTable, at place: Int? = nil) -> [Int32]? {
        let keys = run.keys(table)
        var ids = [Int32](repeating: -1, count: ChunkTable.copiedIDs)
        let count = ids.withUnsafeMutableBufferPointer { ids in
            guard let target = ids.baseAddress else { return -1 }
            guard let second = keys.second else {
                return table.find(keys.first, at: place ?? keys.place, into: target)
            }
            return table.find(keys.first, second, at: place ?? keys.place, into: target)
        }
        return count < 0 ? nil : Array(ids.prefix(count))
    }

    static func keep(_ run: Run, _ ids: [Int32], in table: ChunkTable, at place: Int? = nil) {
        let keys = run.keys(table)
        (ids + Array(repeating: -7, count: ChunkTable.copiedIDs)).withUnsafeBufferPointer { all in
            guard let start = all.baseAddress else { return }
            if let second = keys.second {
                table.keep(keys.first, second, at: place ?? keys.place, start, count: ids.count)
            } else {
                table.keep(keys.first, at: place ?? keys.place, start, count: ids.count)
            }
        }
    }

    @Test(arguments: [false, true])
    func aTableGivesBackWhatWasKept(isWide: Bool) {
        let cache = ChunkCache(wide: isWide)
        let base: Int32 = isWide ? 100_000 : 60_000
        for length in 1...ChunkTable.longBytes {
            let run = Run(String(repeating: "k", count: length))
            let most = length <= ChunkTable.shortBytes ? ChunkTable.shortIDs : ChunkTable.longIDs
            #expect(Self.find(run, in: cache.table) == nil)
            Self.keep(run, Array(repeating: base, count: most + 1), in: cache.table)
            #expect(Self.find(run, in: cache.table) == nil, "more than is kept")
            let ids = (0..<Int32(most)).map { base + $0 }
            Self.keep(run, ids, in: cache.table)
            #expect(Self.find(run, in: cache.table) == ids)
        }
    }

    @Test func aZeroByteIsNoEnd() {
        let cache = ChunkCache(wide: false)
        for (run, other) in [("chunk", "chunk\0"), ("a long chunk of text", "a long chunk of text\0")] {
            let place = Run(run).keys(cache.table).place
            Self.keep(Run(run), [1], in: cache.table, at: place)
            #expect(Self.find(Run(run), in: cache.table, at: place) == [1])
            #expect(Self.find(Run(other), in: cache.table, at: place) == nil)
        }
    }

    /// Short and long runs share lines: two short ones side by side, or one long one.
    @Test func aLineHoldsTheLastTwoShortRunsOrOneLongOne() {
        let cache = ChunkCache(wide: false)
        func find(_ text: String) -> [Int32]? { Self.find(Run(text), in: cache.table, at: 64) }
        func keep(_ text: String, _ ids: [Int32]) { Self.keep(Run(text), ids, in: cache.table, at: 64) }
        keep("one", [1])
        keep("two", [2, 2])
        #expect(find("one") == [1] && find("two") == [2, 2])
        keep("three", [3])
        #expect(find("one") == nil && find("two") == [2, 2] && find("three") == [3])
        // The rest of a long run is never taken for a short one, whatever bytes it ends with.
        let long = "fifteen bytes, \u{1}\u{2}\u{3}"
        keep(long, [4, 5])
        #expect(find(long) == [4, 5] && find("two") == nil && find("three") == nil)
        #expect(find("\u{1}\u{2}\u{3}") == nil && find("fifteen bytes, ") == nil)
        keep("four", [6])
        #expect(find(long) == nil && find("four") == [6])
        #expect(find("fifteen bytes, ") == nil && find("\u{1}\u{2}\u{3}") == nil)
    }
}
