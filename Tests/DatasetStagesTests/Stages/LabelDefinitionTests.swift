import DatasetStages
import StageKit
import StageKitTesting
import Testing

/// Labels by scores of controversy in place of the ratio.
struct LabelDefinitionTests {
    private let bench: StageBench

    init() throws {
        bench = try StageBench(kinds: DatasetStages.all)
    }

    private func texts(_ comments: [TestComment]) async throws -> [InputArtifact] {
        let comments = try bench.comments(comments)
        return try await bench.run(CleanStage.self, from: ["comments": comments])["texts"]
    }

    private func label(
        _ rule: JSONValue, _ input: [InputArtifact], after earlier: StageOutcome? = nil,
        promoted: [InputArtifact] = []
    ) async throws -> StageOutcome {
        try await bench.run(
            LabelStage.self, rule, from: ["comments": input], after: earlier, promoted: promoted)
    }

    private static let mixed = [
        TestComment("even", up: 10, down: 10), TestComment("two camps", up: 300, down: 40),
        TestComment("large", up: 110, down: 90), TestComment("liked", up: 25, down: 1),
        TestComment("few", up: 2, down: 2),
    ]

    static let definitions: [(JSONValue, controversial: Int, uncontroversial: Int)] = [
        // 10:10 and 110:90 by the ratio; 300:40 and 25:1 agree.
        (["by": "ratio"], 2, 2),
        (["by": "posterior", "threshold": 0.9], 1, 2),
        (["by": "posterior", "threshold": 0.6], 2, 2),
        (["by": "entropy", "threshold": 0.97], 2, 2),
        (["by": "entropy", "threshold": 1], 1, 2),
        (["by": "reddit", "threshold": 15], 1, 2),
        (["by": "balance", "threshold": 50], 1, 2),
        // 40 of 340 are a camp, though 88 % agree.
        (["by": "minority", "threshold": 40], 2, 1),
        (["by": "minority", "threshold": 2, "min_votes": 1], 4, 1),
        // A share of the four comments with 20 votes.
        (["by": "minority", "top": 0.25], 1, 2),
        (["by": "minority", "top": 0.26], 2, 1),
        (["by": "entropy", "top": 0.5], 2, 2),
    ]

    @Test(arguments: definitions)
    func everyDefinitionLabelsByItsScore(
        rule: JSONValue, controversial: Int, uncontroversial: Int
    ) async throws {
        let labels = try await label(rule, try await texts(Self.mixed))
        #expect(labels.figures["controversial"] == .integer(controversial), "\(labels.figures)")
        #expect(labels.figures["uncontroversial"] == .integer(uncontroversial), "\(labels.figures)")
    }

    @Test func theRatioIsTheRuleThatNamesNoDefinition() async throws {
        let input = try await texts(Self.mixed)
        let named = try await label(["by": "ratio"], input)
        let plain = try await label([:], input)
        #expect(try named.contents() == plain.contents())
        #expect(named.figures == plain.figures && named["labels"][0].digest == plain["labels"][0].digest)
        #expect(plain.figures["threshold"] == nil && plain.figures["by"] == nil)
        #expect(plain["labels"][0].locator["rule"]?["by"] == nil)
    }

    @Test func theFiguresTellTheBarThatAShareOfTheTopSets() async throws {
        let labels = try await label(["by": "minority", "top": 0.26], try await texts(Self.mixed))
        #expect(labels.figures["threshold"] == 40.0 && labels.figures["top"] == 0.26)
        #expect(labels.figures["by"] == "minority" && labels.figures["band"] == nil)
        #expect(labels["labels"][0].locator["threshold"] == 40.0)
        // A given threshold is part of the rule alone.
        let given = try await label(["by": "minority", "threshold": 40], try await texts([]))
        #expect(given.figures["threshold"] == 40.0 && given["labels"][0].locator["threshold"] == nil)
    }

    /// A share of the top is a property of the whole set: new comments take labels from others.
    @Test func newCommentsMoveTheBarAndTheFlipsAreCounted() async throws {
        let rule: JSONValue = ["by": "minority", "top": 0.1]
        let many = (0..<1_000).map { TestComment("c\($0)", up: 500, down: Int32($0 % 100), key: "\($0)") }
        let earlier = try await label(rule, try await texts(many))
        #expect(earlier.figures["controversial"] == 100 && earlier.figures["threshold"] == 90.0)
        let new = (0..<100).map { TestComment("n\($0)", up: 500, down: 200, key: "n\($0)") }
        let input = try await texts(new)
        let incremental = try await label(rule, input, after: earlier, promoted: earlier["labels"])
        let whole = try await label(rule, input, promoted: earlier["labels"])
        #expect(try incremental.contents() == whole.contents())
        #expect(incremental.figures == whole.figures)
        #expect(incremental["labels"][0].digest == whole["labels"][0].digest)
        // Beside the new ones, a comment of the article, for its name.
        #expect(incremental.commentsRead == 101 && whole.commentsRead == 1_101)
        // 110 of 1,100: the hundred new ones and the ten with 99 down-votes.
        #expect(incremental.figures["threshold"] == 99.0 && incremental.figures["controversial"] == 110)
        // 90 lose the label though nobody voted; 500:9x is uncontroversial then.
        #expect(incremental.figures["flips"]?["causes"]?["threshold_moved"] == 90)
        #expect(incremental.figures["flips"]?["causes"]?["prior_moved"] == 0)
        #expect(incremental.figures["flips"]?["flips"] == 90)
        // Where the bar stays nothing is said of it.
        let same = try await label(
            rule, try await texts([]), after: incremental, promoted: incremental["labels"])
        #expect(same.figures["flips"] == nil)
        #expect(earlier["labels"][0].digest != incremental["labels"][0].digest)
    }

    @Test func aGivenThresholdIsJudgedCommentByComment() async throws {
        let rule: JSONValue = ["by": "posterior", "threshold": 0.4]
        let many = (0..<2_000).map { TestComment("c\($0)", up: Int32($0 % 300), down: 20, key: "\($0)") }
        let earlier = try await label(rule, try await texts(many))
        var moved = many[7]
        (moved.up, moved.down, moved.observedAt) = (400, 400, moved.observedAt + 60)
        let input = try await texts([moved])
        let incremental = try await label(rule, input, after: earlier)
        let whole = try await label(rule, input)
        #expect(try incremental.contents() == whole.contents())
        #expect(incremental.figures == whole.figures && incremental.commentsRead == 1)
    }

    @Test func unsettledCommentsHaveNoPartInTheShare() async throws {
        var old = (0..<20).map {
            TestComment("old \($0)", up: 50, down: Int32($0), key: "\($0)", createdAt: "2025-01-01T00:00:00Z")
        }
        for index in old.indices { old[index].observedAt = StageBench.now }
        let young = (0..<20).map {
            TestComment("young \($0)", up: 50, down: 50, key: "y\($0)", createdAt: "2026-01-30T23:00:00Z")
        }
        let input = try await texts(old + young)
        let labels = try await label(["by": "minority", "top": 0.1, "settle": "72h"], input)
        #expect(labels.figures["threshold"] == 18.0 && labels.figures["controversial"] == 2)
        #expect(labels.figures["unsettled"] == 20)
        let all = try await label(["by": "minority", "top": 0.1], input)
        #expect(all.figures["threshold"] == 50.0 && all.figures["controversial"] == 20)
    }

    @Test func aFittedPriorIsThatOfThePosterior() async throws {
        let ups: [Int32] = [10, 15, 20, 25, 30]
        let input = try await texts(
            (0..<500).map { TestComment("c\($0)", up: ups[$0 % 5], down: 40 - ups[$0 % 5], key: "\($0)") })
        let rule: JSONValue = ["by": "posterior", "top": 0.2, "prior": ["per": "source"]]
        let labels = try await label(rule, input)
        // The middle fifth; by the fitted prior more of its mass is in the range than by the uniform one, .81.
        #expect(labels.figures["controversial"] == 100 && labels.figures["priors"]?["news"] != nil)
        let uniform = try await label(["by": "posterior", "top": 0.2], input)
        let bars = [labels, uniform].compactMap { $0.figures["threshold"]?.doubleValue }
        #expect(bars.count == 2 && bars[0] > bars[1] + 0.01 && abs(bars[1] - 0.81) < 0.01, "\(bars)")
    }

    static let refusals: [(JSONValue, String)] = [
        (
            ["by": "entropy"],
            "by: entropy needs 'threshold' or 'top' ('threshold' takes bits above 0, up to 1; top: 0.05 calls"
        ),
        (["by": "reddit", "threshold": 5, "top": 0.1], "there are both 'threshold' and 'top'"),
        (["top": 0.05], "'top' goes with a score, and by: ratio has the range 'controversial'"),
        (["by": "ratio", "threshold": 5], "'threshold' goes with a score"),
        (
            ["by": "balance", "top": 0.05, "controversial": [0.4, 0.6]],
            "'controversial' goes with by: ratio and by: posterior; by: balance has no range"
        ),
        (["by": "entropy", "threshold": 2], "'threshold' is 2.0; by: entropy takes bits above 0, up to 1"),
        (["by": "minority", "top": 1], "'top' is 1.0; a share of the comments above 0 and below 1"),
        (["by": "minority", "top": 5], "top"),
        (["by": "reddit", "top": 0.1, "confidence": 0.8], "'confidence' goes with by: ratio"),
        (["by": "variance", "top": 0.1], "ratio, posterior, entropy, reddit, balance, minority"),
    ]

    @Test(arguments: refusals)
    func aRuleThatCannotBeMeantIsRefused(parameters: JSONValue, words: String) {
        let complaints = LabelStage.complaints(about: parameters)
        #expect(complaints.count == 1 && complaints[0].contains(words), "\(complaints)")
    }

    @Test func aPlanSaysWhatAShareOfTheTopMeans() throws {
        #expect(
            try LabelStage(["by": "entropy", "top": 0.05] as JSONValue).planNote?.contains("move its bar")
                == true)
        #expect(try LabelStage(["by": "entropy", "threshold": 0.9] as JSONValue).planNote == nil)
        #expect(try LabelStage([:] as JSONValue).planNote == nil)
    }

    /// What a soft target is where the definition is no range of ratios.
    @Test func theProbabilityOfAScoreIsThatOfItsRangeForAsManyVotes() async throws {
        let comments = (0..<40).map {
            TestComment(
                "comment \($0)", up: 60, down: $0 % 2 == 0 ? 30 : 2, key: "\($0)", article: "a\($0)")
        }
        let labels = try await label(["by": "minority", "threshold": 20], try await texts(comments))
        let sample = try await bench.run(SampleStage.self, from: ["labels": labels["labels"]])
        let split = try await bench.run(
            SplitStage.self, ["shares": ["train": 0.5, "test": 0.5]], from: ["sample": sample["sample"]])
        let outcome = try await bench.run(
            ExportStage.self,
            ["columns": ["up", "down", "label", "p_controversial", "weight", "flip_distance"]],
            from: ["data": split["split"]])
        let rows = try outcome.text("train.tsv").split(separator: "\n").dropFirst().map {
            $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
        #expect(!rows.isEmpty)
        for row in rows {
            let isDivided = row[1] == "30"
            #expect(row[2] == (isDivided ? "1" : "0"))
            // SciPy: beta(61, 31) in 20/90 ... 70/90, and beta(61, 3) in 20/62 ... 42/62.
            let expected = isDivided ? 0.993_549 : 0.000_000_01
            #expect(abs((Double(row[3]) ?? 0) - expected) < 1e-5, "\(row)")
            if isDivided { #expect(row[4] == row[3]) }
            // 14 more down-votes take the ratio below 0.8; no votes take a camp of 30 away.
            #expect(row[5] == (isDivided ? "" : "14"), "\(row)")
        }
        let manifest = try JSONValue(parsing: outcome.text("manifest.json"))
        #expect(manifest["rule"]?["by"] == "minority" && manifest["threshold"] == nil)
    }
}
