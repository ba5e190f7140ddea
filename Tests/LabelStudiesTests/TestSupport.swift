import Foundation
import LabelStudies
import Labeling
import VoteModel

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same on every machine.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}

/// `Tests/Fixtures/studies/studies.json`, by pandas.
struct StudiesFixture: Decodable {
    struct Rule: Decodable {
        var minVotes: Int?
        var controversial: [Double]?
        var uncontroversial: [Double]
        var confidence: Double?

        var rule: ControversyRule {
            let band = controversial ?? [0.4, 0.6]
            return ControversyRule(
                minVotes: minVotes ?? 20, controversial: band[0]...band[1],
                uncontroversial: OuterRange(atMost: uncontroversial[0], atLeast: uncontroversial[1]),
                confidence: confidence)
        }
    }

    struct Columns: Decodable {
        var comments: [Int64]
        var labels: [UInt8]
        var ups, downs: [Int32]
        var articles: [Int64]

        func table() throws -> LabelTable {
            try LabelTable(comments: comments, labels: labels, ups: ups, downs: downs, articles: articles)
        }
    }

    struct Flip: Decodable, Hashable {
        var comment, article: Int64
        var old, new, cause: String

        init(_ flip: LabelFlip) {
            comment = flip.comment
            article = flip.article
            old = flip.old.name
            new = flip.new.name
            cause = flip.cause.rawValue
        }

        init(from decoder: any Decoder) throws {
            var list = try decoder.unkeyedContainer()
            comment = try list.decode(Int64.self)
            article = try list.decode(Int64.self)
            old = try list.decode(String.self)
            new = try list.decode(String.self)
            cause = try list.decode(String.self)
        }
    }

    struct Comparison: Decodable {
        var oldRule, newRule: Rule
        var old, new: Columns
        var gone: [Int64]
        var lastComment: Int64
        var table, newComments, causes: [String: Int]
        var flips: [Flip]
        var top: [[Int64]]
    }

    struct Surface: Decodable {
        struct Cell: Decodable {
            var minVotes: Int
            var band: [Double]
            var counts: [Int]
            var gained, lost, turned: Int
            var bySource: [[Int]]
        }
        var rule: Rule
        var up, down: [Int32]
        var source: [Int]
        var former: [String]
        var settled: [Bool]
        var cells: [Cell]
    }

    var comparison: Comparison
    var surface: Surface

    static func load() throws -> StudiesFixture {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let data = try Data(contentsOf: tests.appendingPathComponent("Fixtures/studies/studies.json"))
        return try JSONDecoder.ofFixtures.decode(StudiesFixture.self, from: data)
    }
}

extension LabelTable {
    /// Labels comments 1, 2, ... by a rule.
    static func labeled(_ votes: [VoteCount], by rule: ControversyRule, from first: Int64 = 1) throws
        -> LabelTable
    {
        try LabelTable(
            comments: votes.indices.map { first + Int64($0) },
            labels: votes.map { rule.verdict(for: $0).code },
            ups: votes.map { Int32($0.up) }, downs: votes.map { Int32($0.down) })
    }
}

extension JSONDecoder {
    /// Fixtures are written by Python, in snake_case.
    static var ofFixtures: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return decoder
    }
}
