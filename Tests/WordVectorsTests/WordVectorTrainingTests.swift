import Testing
import TextBasics
import WordVectors

struct WordVectorTrainingTests {
    /// Texts about one of two things, which share no word but one.
    static let texts: [String] = {
        let things = [["cat", "milk", "fur", "paw", "mouse"], ["ship", "sea", "sail", "wave", "port"]]
        var state: UInt64 = 9
        func draw(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        return (0..<4000).map { number in
            (0..<8).map { $0 == 4 ? "the" : things[number % 2][draw(5)] }.joined(separator: " ")
        }
    }()

    static func corpus(_ texts: [String] = texts, minCount: Int = 5) throws -> WordCorpus {
        var builder = WordCorpusBuilder()
        for text in texts { Array(text.utf8).withUnsafeBytes { builder.add($0) } }
        return try builder.corpus(minCount: minCount)
    }

    static func vectors(
        _ architecture: WordVectorSettings.Architecture, threads: Int = 2, block: Int = 32, seed: UInt64 = 1
    ) throws -> VectorTable {
        var settings = WordVectorSettings()
        settings.architecture = architecture
        settings.size = 10
        settings.window = 3
        settings.sample = 0
        settings.block = block
        settings.seed = seed
        let training = WordVectorTraining(try corpus(), settings: settings, threads: threads)
        try training.run()
        return training.vectors
    }

    @Test(arguments: WordVectorSettings.Architecture.allCases)
    func wordsOfOneThingLieTogether(architecture: WordVectorSettings.Architecture) throws {
        let table = try Self.vectors(architecture)
        let things: [Set<String>] = [
            ["cat", "milk", "fur", "paw", "mouse"], ["ship", "sea", "sail", "wave", "port"],
        ]
        for thing in things {
            for word in (0..<table.count).filter({ thing.contains(table.name($0)) }) {
                let near = Set(table.nearest(to: word, count: 4).map { table.name($0.word) })
                #expect(near.union([table.name(word)]) == thing, "\(table.name(word))")
            }
        }
    }

    @Test(arguments: WordVectorSettings.Architecture.allCases)
    func theNumberOfThreadsDecidesNothingAndTheSeedDoes(architecture: WordVectorSettings.Architecture) throws
    {
        let one = try Self.vectors(architecture, threads: 1)
        for threads in [2, 3, 5] { #expect(try Self.vectors(architecture, threads: threads) == one) }
        #expect(try Self.vectors(architecture, seed: 2) != one)
    }

    @Test func wordsStandBetweenWhiteSpaceOfAnyKind() throws {
        let corpus = try Self.corpus(
            ["  a\u{A0}b\u{3000}c\t\na\u{2003}\u{C548}\u{B155} a", "", "b"], minCount: 1)
        #expect(corpus.words == UTF8Rows(["a", "b", "안녕", "c"]))
        #expect(corpus.counts == [3, 2, 1, 1])
        #expect(corpus.lengths == [6, 0, 1] && corpus.starts == [0, 6, 6, 7])
    }

    @Test func rareWordsLeaveNoGap() throws {
        let corpus = try Self.corpus(["a x b", "b y a"], minCount: 2)
        #expect(corpus.words == UTF8Rows(["b", "a"]) && corpus.ids == [1, 0, 0, 1])
        #expect(corpus.distinctWords == 4 && corpus.allWords == 6 && corpus.keptWords == 4)
    }

    @Test func textsOfMoreWordsThanAJobHoldsAreLearnedInParts() throws {
        let corpus = try Self.corpus([Array(repeating: "a b", count: 10_001).joined(separator: " "), "a"])
        #expect(corpus.lengths == [10_000, 10_000, 2, 1])
        #expect(WordJob.jobs(of: corpus).map(\.texts) == [0..<1, 1..<2, 2..<4])
    }

    @Test func tooFewWordsAreRefusedWithTheNumberToLower() {
        let error = #expect(throws: WordVectorError.self) { try Self.corpus(["a a a", "b"], minCount: 4) }
        #expect(
            error?.description
                == "0 words occur at least 4 times in 2 texts; the most frequent one occurs 3 times. Lower min_count, or give more texts"
        )
    }

    @Test func drawsFallByTheirShareOfThePowers() throws {
        var settings = WordVectorSettings()
        settings.sample = 0
        let counts = [1000, 100, 10, 1]
        let odds = WordOdds(counts: counts, settings: settings)
        var draws = WordDraws(state: 12345)
        var found = [0.0, 0, 0, 0]
        odds.withTables { sums, guide in
            for _ in 0..<200_000 { found[Int(odds.word(draws.next(), sums, guide))] += 1 }
        }
        let powers = counts.map { Double($0).squareRoot() * Double($0).squareRoot().squareRoot() }
        for (word, power) in powers.enumerated() {
            let expected = power / powers.reduce(0, +) * 200_000
            #expect(abs(found[word] - expected) < 5 * expected.squareRoot(), "word \(word)")
        }
        #expect(odds.keeps == nil)
    }
}
