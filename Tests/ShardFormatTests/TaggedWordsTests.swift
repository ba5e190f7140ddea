import ShardFormat
import Testing

struct TaggedWordsTests {
    private static let rows: [[TaggedWord]] = [
        [TaggedWord(start: 0, end: 2, tag: 1), TaggedWord(start: 3, end: 4, tag: 0)], [],
        [TaggedWord(start: 1, end: 9, tag: 6)],
    ]

    @Test func wordsOfRowsComeBackFromTheirTable() throws {
        var words = TaggedWords()
        for row in Self.rows { words.append(row) }
        var table = RowTable(task: .tokens, names: (0..<7).map { "T\($0)" })
        table.ids = [4, 5, 9]
        table.words = words
        let bytes = try table.table().encoded()
        let back = try RowTable(ColumnTable(decoding: bytes))
        #expect(back == table)
        #expect((0..<3).map { Array(back.words[$0]) } == Self.rows)
        let kept = back.filtered { $0 != 5 }
        #expect((0..<2).map { Array(kept.words[$0]) } == [Self.rows[0], Self.rows[2]])
        #expect(try ColumnTable(decoding: bytes).names == ["id", "words"])
    }

    @Test func listsThatDoNotFitAreRefused() throws {
        func words(_ numbers: [Int32], _ offsets: [Int64]) throws {
            let table = try ColumnTable(
                columns: [("id", .int64([1, 2])), ("words", .lists(numbers, offsets: offsets))])
            _ = try TaggedWords(ColumnTable(decoding: table.encoded()))
        }
        try words([0, 1, 0, 2, 3, 1], [0, 3, 6])
        for offsets in [[0, 2, 6], [0, 3, 5], [0, 7, 6], [1, 3, 6]] as [[Int64]] {
            #expect(throws: ShardError.self) { try words([0, 1, 0, 2, 3, 1], offsets) }
        }
    }

    // MARK: Tags of tokens

    private static func shard(_ change: (inout TokenTags) -> Void = { _ in }) -> TokenShard {
        var shard = TokenShard(tags: true)
        var tags = TokenTags(ofTokens: [-1, 0, 1, 2, -1])
        (tags.ofWords, tags.answering) = ([0, 1, 1, 2], [1, 2, 2, -1])
        change(&tags)
        shard.append(tokens: [2, 10, 11, 12, 3], label: 0, comment: 7, tags: tags)
        var others = TokenTags(ofTokens: [-1, 2, -1])
        (others.ofWords, others.answering) = ([2], [1])
        shard.append(tokens: [2, 10, 3], label: 0, comment: 8, tags: others)
        return shard
    }

    @Test func tagsOfTokensAndWordsComeBack() throws {
        try Self.shard().encoded(vocabularySize: 20).withUnsafeBytes { file in
            let view = try TokenShardView(file, vocabularySize: 20, labelCount: 3)
            #expect(view.hasTags)
            #expect(view.tags(of: 0)?.ofTokens == [-1, 0, 1, 2, -1])
            #expect(view.tags(of: 0)?.ofWords == [0, 1, 1, 2])
            #expect(view.tags(of: 0)?.answering == [1, 2, 2, -1])
            #expect(view.tags(of: 1)?.answering == [1])
        }
        try TokenShardTests.example().encoded(vocabularySize: 100).withUnsafeBytes { file in
            let view = try TokenShardView(file, vocabularySize: 100)
            #expect(!view.hasTags && view.tags(of: 0) == nil)
        }
    }

    static let damages: [@Sendable (inout TokenTags) -> Void] = [
        { $0.ofTokens = [-1, 0, 1, 2] }, { $0.ofTokens[1] = 3 }, { $0.ofTokens[1] = -2 },
        { $0.ofWords[0] = -1 },
        { $0.ofWords[0] = 3 }, { $0.answering[0] = 5 }, { $0.answering[0] = 0 }, { $0.answering[0] = -2 },
        { $0.answering.removeLast() },
    ]

    @Test(arguments: damages.indices)
    func numbersThatDoNotFitAreRefused(number: Int) {
        #expect(throws: (any Error).self) {
            try Self.shard(Self.damages[number]).encoded(vocabularySize: 20).withUnsafeBytes { file in
                _ = try TokenShardView(file, vocabularySize: 20, labelCount: 3)
            }
        }
    }

    // MARK: Schemes

    private static let names = ["B-LC", "B-PS", "I-LC", "I-PS", "O"]

    static let sequences: [(tags: [String], lenient: [String], strict: [String])] = [
        (["B-PS", "I-PS", "O"], ["PS 0..<2"], ["PS 0..<2"]),
        (["I-PS", "I-PS", "O"], ["PS 0..<2"], []),
        (["B-PS", "I-LC", "I-LC"], ["PS 0..<1", "LC 1..<3"], ["PS 0..<1"]),
        (["B-PS", "I-LC", "I-PS"], ["PS 0..<1", "LC 1..<2", "PS 2..<3"], ["PS 0..<1"]),
        (["B-PS", "B-PS", "I-PS"], ["PS 0..<1", "PS 1..<3"], ["PS 0..<1", "PS 1..<3"]),
        (["O", "O"], [], []), ([], [], []),
    ]

    @Test(arguments: sequences)
    func spansAreReadBothWays(tags: [String], lenient: [String], strict: [String]) throws {
        let scheme = TagScheme(Self.names)
        let numbers = try tags.map { try #require(Self.names.firstIndex(of: $0)) }
        func shown(_ spans: [TagScheme.Span]) -> [String] {
            spans.map { "\(scheme.types[$0.type]) \($0.words)" }
        }
        #expect(shown(scheme.spans(of: numbers)) == lenient)
        #expect(shown(scheme.spans(of: numbers, strictly: true)) == strict)
    }

    @Test func whatNamesSay() {
        let scheme = TagScheme(Self.names)
        #expect(scheme.types == ["LC", "PS"] && scheme.outside == 4)
        #expect((0..<5).map(scheme.continued) == [2, 3, 2, 3, 4])
        let speech = TagScheme(["NNG", "NNG+JKO", "O"])
        #expect(!speech.hasSpans && speech.spans(of: [0, 1]).isEmpty)
        #expect((0..<3).map(speech.continued) == [0, 1, 2])
        #expect(!TagScheme(["O"]).hasSpans)
        #expect(TagScheme(["B-PS", "O"]).continued(0) == 0, "there is no I-PS")
    }
}
