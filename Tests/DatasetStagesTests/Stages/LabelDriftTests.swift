import DatasetStages
import StageKit
import StageKitTesting
import Testing

/// Whether a night's comments are like those before.
struct LabelDriftTests {
    private let bench: StageBench

    init() throws {
        bench = try StageBench(kinds: DatasetStages.all)
    }

    /// Comments of some articles, those of each alike in their votes.
    private static func night(
        _ night: Int, articles: Int = 30, votes: ClosedRange<Int> = 10...60, words: Int = 4,
        random: inout some RandomNumberGenerator
    ) -> [TestComment] {
        (0..<articles).flatMap { article -> [TestComment] in
            let usual = Int.random(in: votes, using: &random)
            return (0..<8).map { number in
                let total = Int.random(in: max(0, usual - 8)...usual + 8, using: &random)
                let up = Int.random(in: 0...total, using: &random)
                let length = Int.random(in: words...words + 3, using: &random)
                return TestComment(
                    Array(repeating: "말", count: length).joined(separator: " "), up: Int32(up),
                    down: Int32(total - up), key: "\(night)-\(article)-\(number)",
                    article: "a\(night)-\(article)")
            }
        }
    }

    private func label(_ comments: [TestComment], after earlier: StageOutcome?) async throws -> StageOutcome {
        let comments = try bench.comments(comments)
        let clean = try await bench.run(CleanStage.self, from: ["comments": comments])
        return try await bench.run(LabelStage.self, from: ["comments": clean["texts"]], after: earlier)
    }

    private static func warnings(_ outcome: StageOutcome) -> [String] {
        outcome.warnings.filter { $0.contains("differ from those before") }
    }

    @Test func aNightLikeThoseBeforeIsNoDriftAndAnotherIs() async throws {
        var random = Lehmer(state: 7)
        let first = try await label(Self.night(0, random: &random), after: nil)
        #expect(first.figures["drift_votes"] == 0.0 && first.figures["drifts"] == 0)
        let second = try await label(Self.night(1, random: &random), after: first)
        #expect(second.figures["drifts"] == 0 && Self.warnings(second) == [])
        let distance = try #require(second.figures["drift_votes"]?.doubleValue)
        let noise = try #require(second.figures["drift_votes_noise"]?.doubleValue)
        #expect(distance > 0 && distance <= noise && noise < 1)
        let third = try await label(
            Self.night(2, votes: 400...900, words: 40, random: &random), after: second)
        #expect(third.figures["drifts"] == 2, "\(third.figures.canonicalText)")
        let warnings = Self.warnings(third)
        #expect(
            warnings.count == 1
                && warnings[0].hasPrefix(
                    "240 new comments of 30 articles differ from those before in their numbers of votes by "),
            "\(warnings)")
        #expect(warnings.first?.contains("), lengths by ") == true, "\(warnings)")
    }

    /// Figures of the moment: labels, and whatever is made of them, are those of a run from nothing.
    @Test func whatIsMadeOfTheLabelsDoesNotKnowOfIt() async throws {
        var random = Lehmer(state: 8)
        let first = try await label(Self.night(0, random: &random), after: nil)
        let comments = try bench.comments(Self.night(1, votes: 400...900, random: &random))
        let clean = try await bench.run(CleanStage.self, from: ["comments": comments])
        let night = try await bench.run(LabelStage.self, from: ["comments": clean["texts"]], after: first)
        let whole = try await bench.run(LabelStage.self, from: ["comments": clean["texts"]])
        #expect(night.figures["drifts"] == 1 && whole.figures["drifts"] == 0)
        #expect(night["labels"][0].digest == whole["labels"][0].digest)
        #expect(try night.contents() == whole.contents())
        let ofTheMoment = Set(LabelStage.kind.figures.filter(\.isOfTheMoment).map(\.name))
        for (name, value) in whole.figures.objectValue ?? [:] where !ofTheMoment.contains(name) {
            #expect(night.figures[name] == value, "\(name)")
        }
    }

    @Test func theSameCommentsAreNotComparedWithThemselves() async throws {
        var random = Lehmer(state: 9)
        let comments = try bench.comments(Self.night(0, random: &random))
        let clean = try await bench.run(CleanStage.self, from: ["comments": comments])
        let first = try await bench.run(LabelStage.self, from: ["comments": clean["texts"]])
        let other = try await bench.run(
            LabelStage.self, ["min_votes": 5], from: ["comments": clean["texts"]], after: first)
        #expect(other.figures["drifts"] == 0 && other.figures["drift_lengths"] == 0.0)
    }

    /// Fewer articles than it takes tell nothing, and cost nothing.
    @Test func aFewNewCommentsAreNotCompared() async throws {
        var random = Lehmer(state: 10)
        let first = try await label(Self.night(0, random: &random), after: nil)
        let next = try await label(
            Self.night(1, articles: 9, votes: 900...999, random: &random), after: first)
        #expect(next.figures["drifts"] == 0 && next.figures["drift_votes"] == 0.0)
        #expect(next.commentsRead == 72)
    }
}

/// Knuth's generator with 64 bits: enough for made-up nights.
private struct Lehmer: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ state >> 33
    }
}
