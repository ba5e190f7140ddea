import Testing
import TextBasics
import Tokenization

struct WordPieceTokenizerTests {
    static let casings: [(name: String, lowercase: Bool, stripAccents: Bool?)] = [
        ("cased", false, nil), ("uncased", true, nil), ("lower", true, false), ("stripped", false, true),
    ]

    static func tokenizer(
        _ set: HardSet, mode: WordPieceMode, lowercase: Bool, stripAccents: Bool? = nil,
        change: (inout TokenizerOptions) -> Void = { _ in }
    ) throws -> WordPieceTokenizer {
        var options = TokenizerOptions(mode: mode, lowercase: lowercase, stripAccents: stripAccents)
        change(&options)
        return try WordPieceTokenizer(vocabulary: Vocabulary(bytes: set.vocabularyBytes), options: options)
    }

    static func ids(_ texts: [String], by tokenizer: WordPieceTokenizer) throws -> [String] {
        let batch = try tokenizer.encodeBatch(UTF8Rows(texts))
        return (0..<batch.count).map { batch[$0].map(String.init).joined(separator: " ") }
    }

    @Test(arguments: WordPieceMode.allCases, casings.map(\.name))
    func hardTextsHaveTheIdsOfTheReference(mode: WordPieceMode, casing: String) throws {
        let set = try HardSet.load()
        guard let expected = set.expected["\(mode.rawValue) \(casing)"] else {
            #expect(mode == .google, "only google's code has no such option")
            return
        }
        let flags = try #require(Self.casings.first { $0.name == casing })
        let tokenizer = try Self.tokenizer(
            set, mode: mode, lowercase: flags.lowercase, stripAccents: flags.stripAccents)
        let found = try Self.ids(set.texts, by: tokenizer)
        for (index, text) in set.texts.enumerated() where found[index] != expected.ids[index] {
            Issue.record("\(expected.madeBy), \(text.unicodeScalars.map { String($0.value, radix: 16) })")
        }
        #expect(found.count == expected.ids.count)
    }

    /// The hard set has to notice each rule that is got wrong.
    static let mistakes: [(String, @Sendable (inout TokenizerOptions) -> Void)] = [
        ("control characters kept", { $0.cleansText = false }),
        ("ideographs not spaced", { $0.isolatesIdeographs = false }),
        ("accents stripped", { $0.stripAccents = true }),
        ("lower-cased", { $0.lowercase = true }),
        ("google's limit of 200", { $0.maxCharactersPerWord = 200 }),
        ("google's tables", { $0.mode = .google }),
        ("the slow tokenizer's tables", { $0.mode = .hfSlow }),
        ("another mark", { $0.continuation = "@@" }),
    ]

    @Test(arguments: mistakes.indices)
    func aBrokenRuleShows(index: Int) throws {
        let set = try HardSet.load()
        let (name, change) = Self.mistakes[index]
        let broken = try Self.tokenizer(set, mode: .hfFast, lowercase: false, change: change)
        let found = try Self.ids(set.texts, by: broken)
        let expected = try #require(set.expected["hf-fast cased"]).ids
        #expect(zip(found, expected).contains { $0 != $1 }, "\(name) goes unnoticed")
    }

    @Test(arguments: WordPieceMode.allCases, [false, true])
    func scannerAndLiteralStepsAgree(mode: WordPieceMode, lowercase: Bool) throws {
        let set = try HardSet.load()
        let tokenizer = try Self.tokenizer(set, mode: mode, lowercase: lowercase)
        for seed in 0..<400 as Range<UInt64> {
            let text = RandomText.bytes(seed: seed, from: set.texts)
            let scanned = try tokenizer.encode(text, addsSpecialTokens: false).ids
            #expect(try scanned == tokenizer.encodeLiterally(text), "seed \(seed)")
        }
    }

    @Test(arguments: [1, 2, 3, 8])
    func threadsDoNotChangeTheResult(threads: Int) throws {
        let set = try HardSet.load()
        let tokenizer = try Self.tokenizer(set, mode: .hfFast, lowercase: false)
        var rows = UTF8Rows()
        for seed in 0..<60_000 as Range<UInt64> {
            rows.append(
                seed % 1000 == 0 ? RandomText.bytes(seed: seed, from: set.texts) : Array("댓글 \(seed)번".utf8))
        }
        for row in 0..<3000 { rows.append(Array(repeating: UInt8(ascii: "x"), count: row)) }
        let alone = try tokenizer.encodeBatch(rows, maxTokens: 12, threads: 1)
        #expect(try tokenizer.encodeBatch(rows, maxTokens: 12, threads: threads) == alone)
        #expect(alone.count == rows.count)
        #expect(alone.ids16?.count == alone.ids.count)
    }

    @Test func pairsAreTruncatedLongestFirst() throws {
        let set = try HardSet.load()
        let tokenizer = try Self.tokenizer(set, mode: .hfFast, lowercase: false)
        for pair in set.pairs {
            let encoding = try tokenizer.encode(
                pair.first.utf8, pair: Array(pair.second.utf8), maxTokens: pair.maxTokens)
            #expect(encoding.ids == pair.ids)
            #expect(encoding.segmentIDs == pair.types)
            let batch = try tokenizer.encodeBatch(
                UTF8Rows([pair.first]), pairs: UTF8Rows([pair.second]), maxTokens: pair.maxTokens)
            #expect(batch.ids == pair.ids)
            #expect(batch.segmentIDs == pair.types)
            #expect(batch.droppedIDs == encoding.droppedIDs)
        }
    }

    @Test func offsetsAreBytesOfTheOriginalText() throws {
        let vocabulary = try Vocabulary(
            pieces: Self.pieces + ["cafe", "##s", "가", "##나", "\u{1100}", "##\u{1161}"])
        let plain = try WordPieceTokenizer(
            vocabulary: vocabulary, options: TokenizerOptions(lowercase: false))
        let text = "가\u{200D}나  [MASK]\u{4E00}"
        let encoding = try plain.encode(text)
        #expect(
            encoding.ids.map { vocabulary.text(Int($0)) } == [
                "[CLS]", "가", "##나", "[MASK]", "[UNK]", "[SEP]",
            ])
        #expect(encoding.offsets == [0..<0, 0..<3, 6..<9, 11..<17, 17..<20, 0..<0])

        let folding = try WordPieceTokenizer(
            vocabulary: vocabulary, options: TokenizerOptions(lowercase: true))
        let folded = try folding.encode("CAFÉs 가")
        #expect(
            folded.ids.dropFirst().dropLast().map { vocabulary.text(Int($0)) } == [
                "cafe", "##s", "\u{1100}", "##\u{1161}",
            ])
        #expect(folded.offsets.dropFirst().dropLast() == [0..<5, 5..<6, 7..<10, 7..<10])
    }

    static let pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]

    @Test func wordsAreKeptApartByTheirBytes() throws {
        let vocabulary = try Vocabulary(pieces: Self.pieces + ["각"])
        let tokenizer = try WordPieceTokenizer(
            vocabulary: vocabulary, options: TokenizerOptions(lowercase: false))
        #expect(try tokenizer.encode("각").ids == [2, 5, 3])
        #expect(try tokenizer.encode("\u{1100}\u{1161}\u{11A8}").ids == [2, 1, 3], "equal as Swift strings")
    }

    @Test(arguments: [(99, 5), (100, 5), (101, 1)])
    func wordsOfMoreThanAHundredCharactersAreUnknown(count: Int, first: Int32) throws {
        let vocabulary = try Vocabulary(pieces: Self.pieces + ["가", "##가"])
        let tokenizer = try WordPieceTokenizer(
            vocabulary: vocabulary, options: TokenizerOptions(lowercase: false))
        let ids = try tokenizer.encode(String(repeating: "가", count: count)).ids
        #expect(ids[1] == first)
        #expect(ids.count == (first == 1 ? 3 : count + 2))
    }

    static let malformed: [([UInt8], Int)] = [
        ([0x61, 0x80], 1),  // a continuation byte alone
        ([0xC0, 0xAF], 0),  // overlong
        ([0xE0, 0x80, 0x80], 0),  // overlong
        ([0xF0, 0x80, 0x80, 0x80], 0),  // overlong
        ([0x20, 0xED, 0xA0, 0x80], 1),  // a surrogate
        ([0xED, 0xBF, 0xBF], 0),  // a surrogate
        ([0xF4, 0x90, 0x80, 0x80], 0),  // above U+10FFFF
        ([0xF5, 0x80, 0x80, 0x80], 0),
        ([0xEA, 0xB0], 0),  // cut off
        ([0x61, 0xF0, 0x9F, 0x98], 1),
        ([0xC3], 0),
        ([0xEA, 0x28, 0x80], 0),
    ]

    @Test(arguments: malformed)
    func textThatIsNotUTF8IsRefused(bytes: [UInt8], at byte: Int) throws {
        let tokenizer = try WordPieceTokenizer(
            vocabulary: Vocabulary(pieces: Self.pieces), options: TokenizerOptions(lowercase: true))
        var rows = UTF8Rows(["a", "b"])
        rows.append(bytes)
        rows.append([0xFF])
        #expect(throws: TokenizationError.invalidUTF8(row: 2, byte: byte)) {
            try tokenizer.encodeBatch(rows, threads: 2)
        }
        #expect(throws: TokenizationError.invalidUTF8(row: 0, byte: byte)) { try tokenizer.encode(bytes) }
        #expect(throws: TokenizationError.invalidUTF8(row: 4 + 2, byte: byte)) {
            try tokenizer.encodeBatch(UTF8Rows(["", "", "", ""]), pairs: rows)
        }
        #expect(
            TokenizationError.invalidUTF8(row: 2, byte: 7).description
                == "text 2 is not UTF-8: byte 7 is not valid there; convert the text to UTF-8 first")
    }

    @Test func bothSidesOfEachLengthLimit() throws {
        let tokenizer = try WordPieceTokenizer(
            vocabulary: Vocabulary(pieces: Self.pieces + ["a"]), options: TokenizerOptions(lowercase: false))
        #expect(try tokenizer.encode("a a a", maxTokens: 5).ids == [2, 5, 5, 5, 3])
        #expect(try tokenizer.encode("a a a", maxTokens: 4).ids == [2, 5, 5, 3])
        #expect(try tokenizer.encode("a a a", maxTokens: 3).ids == [2, 5, 3])
        #expect(
            throws: TokenizationError.request(
                "max_tokens is 2, and the special tokens of a text count toward it; give at least 3")
        ) { try tokenizer.encode("a", maxTokens: 2) }
        #expect(throws: TokenizationError.self) {
            try tokenizer.encodeBatch(UTF8Rows(["a"]), pairs: UTF8Rows(["a"]), maxTokens: 4)
        }
        let batch = try tokenizer.encodeBatch(UTF8Rows(["", "a b", "a a a a"]), maxTokens: 5)
        #expect(batch.ids == [2, 3, 2, 5, 1, 3, 2, 5, 5, 5, 3])
        #expect(batch.offsets == [0, 2, 6, 11])
        #expect((batch.unknownCount, batch.truncatedCount, batch.droppedIDs) == (1, 1, 1))
        #expect(try tokenizer.encodeBatch(UTF8Rows(), threads: 2).count == 0)
    }

    @Test func identityTellsTokenizersApart() throws {
        let vocabulary = try Vocabulary(pieces: Self.pieces + ["a"])
        var identities: Set<[UInt8]> = []
        func note(_ vocabulary: Vocabulary, _ options: TokenizerOptions, _ added: [AddedToken]? = nil) throws
        {
            identities.insert(
                try WordPieceTokenizer(vocabulary: vocabulary, options: options, addedTokens: added).identity)
        }
        for mode in WordPieceMode.allCases {
            try note(vocabulary, TokenizerOptions(mode: mode, lowercase: false))
            try note(vocabulary, TokenizerOptions(mode: mode, lowercase: true))
        }
        try note(Vocabulary(pieces: Self.pieces + ["b"]), TokenizerOptions(lowercase: false))
        try note(vocabulary, TokenizerOptions(lowercase: false), [])
        #expect(identities.count == 8)
        // Stripping that follows from lower-casing is the same as asked for.
        try note(vocabulary, TokenizerOptions(lowercase: true, stripAccents: true))
        #expect(identities.count == 8)
    }
}
