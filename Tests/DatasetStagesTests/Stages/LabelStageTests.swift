import DatasetStages
import StageKit
import StageKitTesting
import Testing

struct LabelStageTests {
    private let bench: StageBench

    init() throws {
        bench = try StageBench(kinds: DatasetStages.all)
    }

    private func texts(_ comments: [TestComment], rules: JSONValue = [:]) async throws -> [InputArtifact] {
        let comments = try bench.comments(comments)
        return try await bench.run(CleanStage.self, rules, from: ["comments": comments])["texts"]
    }

    /// One comment for each verdict that a rule without confidence gives.
    private static let each = [
        TestComment("split", up: 10, down: 10), TestComment("liked", up: 19, down: 1),
        TestComment("hated", up: 1, down: 19), TestComment("leaning", up: 14, down: 6),
        TestComment("few", up: 10, down: 9), TestComment("none", up: 0, down: 0),
    ]

    @Test func everyVerdictIsCountedAndAbstentionsAreRows() async throws {
        let labels = try await bench.run(LabelStage.self, from: ["comments": try await texts(Self.each)])
        let counts = ["controversial", "uncontroversial", "in_between", "too_few_votes", "unsure"].map {
            labels.figures[$0]?.intValue
        }
        #expect(counts == [1, 2, 1, 2, 0])
        #expect(labels.figures["comments"] == 6)
        #expect(labels.figures["abstain_share"] == 0.5)
        #expect(labels.figures["flips_since_promoted"] == 0.0)
    }

    /// The lean is that of the comments that are called controversial: those too young to be judged do not count.
    @Test func theLeanIsThatOfTheLabels() async throws {
        let comments = (0..<80).map { number in
            let isYoung = number < 40
            var comment = TestComment(
                "text \(number)", up: isYoung ? 11 : 9, down: isYoung ? 9 : 11, key: "\(number)",
                article: "a\(number)", createdAt: isYoung ? "2026-01-30T23:00:00Z" : "2025-01-01T00:00:00Z")
            if !isYoung { comment.observedAt = StageBench.now }
            return comment
        }
        let input = try await texts(comments)
        let settled = try await bench.run(LabelStage.self, ["settle": "72h"], from: ["comments": input])
        #expect(settled.figures["controversial"] == 40 && settled.figures["band_asymmetry"] == 0.0)
        #expect(
            settled.figures["one_sided"]?.stringValue?.contains("40 have more down- than up-votes") == true)
        let all = try await bench.run(LabelStage.self, from: ["comments": input])
        #expect(all.figures["controversial"] == 80 && all.figures["band_asymmetry"] == 0.5)
        #expect(all.figures["one_sided"] == nil)
    }

    @Test func withoutCommentsNothingIsDividedByNothing() async throws {
        let labels = try await bench.run(
            LabelStage.self,
            from: ["comments": try await texts([TestComment("x", up: 1, down: 1, key: "1", isDeleted: true)])]
        )
        #expect(labels.figures["comments"] == 0)
        #expect(labels.figures["abstain_share"] == 0.0 && labels.figures["expected_noise"] == 0.0)
    }

    private func id(_ outcome: StageOutcome) -> String? { outcome.figures["label_set"]?.stringValue }

    /// A label set is named by what made it, so that two runs which judge alike share it, and no others do.
    @Test func aLabelSetIsNamedByRuleVotesAndCleaning() async throws {
        let input = try await texts(Self.each)
        let first = try await bench.run(LabelStage.self, from: ["comments": input])
        let spelled = try await bench.run(
            LabelStage.self, ["min_votes": 20, "controversial": [0.4, 0.6]], from: ["comments": input])
        let other = try await bench.run(LabelStage.self, ["min_votes": 21], from: ["comments": input])
        let recleaned = try await texts([], rules: ["nfc": false])
        let cleaned = try await bench.run(LabelStage.self, from: ["comments": recleaned])
        #expect(id(first)?.count == 16 && id(first) == id(spelled))
        #expect(Set([first, other, cleaned].map(id)).count == 3)
        let moved = try await texts([TestComment("split", up: 11, down: 10)])
        #expect(id(try await bench.run(LabelStage.self, from: ["comments": moved])) != id(first))
    }

    @Test func aNightThatJudgesOnlyWhatMovedGivesTheBytesOfOneFromNothing() async throws {
        let many = (0..<3_000).map { TestComment("c\($0)", up: Int32($0 % 40), down: 20, key: "\($0)") }
        let earlier = try await bench.run(LabelStage.self, from: ["comments": try await texts(many)])
        let moved = [0, 7, 1_500, 2_999].map { number in
            var comment = many[number]
            (comment.up, comment.down, comment.observedAt) = (100, 100, comment.observedAt + 60)
            return comment
        }
        let input = try await texts(moved + [TestComment("new", up: 0, down: 30, key: "new")])
        let incremental = try await bench.run(LabelStage.self, from: ["comments": input], after: earlier)
        let whole = try await bench.run(LabelStage.self, from: ["comments": input])
        #expect(try incremental.contents() == whole.contents())
        #expect(incremental.figures == whole.figures)
        #expect(incremental["labels"][0].digest == whole["labels"][0].digest)
        // Four whose votes moved and a new one.
        #expect(incremental.commentsRead == 5 && whole.commentsRead == 3_001)
        #expect(earlier.figures["controversial"] != whole.figures["controversial"])
    }

    @Test func confidenceTurnsSmallCountsIntoDoubt() async throws {
        let input = try await texts([
            TestComment("few", up: 10, down: 10), TestComment("many", up: 999, down: 999),
        ])
        let labels = try await bench.run(LabelStage.self, ["confidence": 0.9], from: ["comments": input])
        #expect(labels.figures["unsure"] == 1 && labels.figures["controversial"] == 1)
    }

    @Test func aPriorOfEachSourceIsDrawnFromItsComments() async throws {
        // Ratios from 0.25 to 0.75 of 40 votes: their variance is five times that of one ratio for all, which makes the sum
        // of alpha and beta 8.75.
        let ups: [Int32] = [10, 15, 20, 25, 30]
        let input = try await texts(
            (0..<500).map { TestComment("c\($0)", up: ups[$0 % 5], down: 40 - ups[$0 % 5], key: "\($0)") })
        let labels = try await bench.run(
            LabelStage.self, ["confidence": 0.5, "prior": ["per": "source"]], from: ["comments": input])
        let prior = labels.figures["priors"]?["news"]
        let alpha = try #require(prior?["alpha"]?.doubleValue)
        let beta = try #require(prior?["beta"]?.doubleValue)
        #expect(abs(alpha / (alpha + beta) - 0.5) < 0.01 && (6...12).contains(alpha + beta))
    }

    @Test func youngCommentsWaitForTheirVotes() async throws {
        var old = TestComment("old", up: 10, down: 10, createdAt: "2025-01-01T00:00:00Z")
        old.observedAt = StageBench.now
        let young = TestComment("young", up: 10, down: 10, createdAt: "2026-01-30T23:00:00Z")
        let labels = try await bench.run(
            LabelStage.self, ["settle": "72h"], from: ["comments": try await texts([old, young])])
        #expect(labels.figures["controversial"] == 1 && labels.figures["unsettled"] == 1)
    }

    @Test func flipsAreSharesOfTheLabelsThatWerePromoted() async throws {
        let input = try await texts([
            TestComment("stays", up: 20, down: 20), TestComment("also stays", up: 40, down: 0),
            TestComment("loses", up: 10, down: 10), TestComment("gains", up: 13, down: 7),
        ])
        let live = try await bench.run(LabelStage.self, from: ["comments": input])
        // From 30 votes on: one of three labels goes, and none comes.
        let strict = try await bench.run(
            LabelStage.self, ["min_votes": 30], from: ["comments": input], promoted: live["labels"])
        #expect(abs((strict.figures["flips_since_promoted"]?.doubleValue ?? 0) - 1.0 / 3) < 1e-12)
        // A wider band: none goes, and one comes, which counts as much.
        let wide = try await bench.run(
            LabelStage.self, ["controversial": [0.3, 0.7]], from: ["comments": input],
            promoted: live["labels"])
        #expect(abs((wide.figures["flips_since_promoted"]?.doubleValue ?? 0) - 1.0 / 3) < 1e-12)
        let same = try await bench.run(LabelStage.self, from: ["comments": input], promoted: live["labels"])
        #expect(same.figures["flips"] == nil)
    }

    static let refusals: [(JSONValue, String)] = [
        (
            ["prior": ["per": "source", "alpha": 2]],
            "'prior' has both 'per' and 'alpha' (per: source draws alpha and beta from the data; remove one of the two)"
        ),
        (["controversial": [0.6, 0.4]], "controversial"),
        (["uncontroversial": ["at_most": 0.5, "at_least": 0.8]], "uncontroversial"),
        (["confidence": 1], "confidence"),
    ]

    @Test(arguments: refusals)
    func aRuleThatCannotBeMeantIsRefused(parameters: JSONValue, words: String) {
        let complaints = LabelStage.complaints(about: parameters)
        #expect(complaints.count == 1 && complaints[0].contains(words), "\(complaints)")
    }
}
