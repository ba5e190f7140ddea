import DatasetStages
import StageKit
import StageKitTesting
import Testing
import VoteModel

struct SampleStageTests {
    private let bench: StageBench

    init() throws {
        bench = try StageBench(kinds: DatasetStages.all)
    }

    /// Labels of so many comments that split their readers and so many that did not, ten of an article.
    private func labels(split: Int, agreed: Int) async throws -> [InputArtifact] {
        let comments = try bench.comments(
            (0..<split).map { TestComment("s\($0)", up: 20, down: 20, key: "s\($0)", article: "a\($0 / 10)") }
                + (0..<agreed).map {
                    TestComment("u\($0)", up: 40, down: 0, key: "u\($0)", article: "b\($0 / 10)")
                })
        let clean = try await bench.run(CleanStage.self, from: ["comments": comments])
        return try await bench.run(LabelStage.self, from: ["comments": clean["texts"]])["labels"]
    }

    private func members(_ outcome: StageOutcome) throws -> Set<Int64> {
        Set(try DatasetColumns(path: outcome["sample"][0].path, stage: "sample").ids)
    }

    private func counts(_ outcome: StageOutcome) -> [Int?] {
        ["controversial", "uncontroversial"].map { outcome.figures[$0]?.intValue }
    }

    @Test func sizesAreWhatTheyAreAskedToBe() async throws {
        let labels = try await labels(split: 30, agreed: 90)
        let all = try await bench.run(SampleStage.self, from: ["labels": labels])
        let balanced = try await bench.run(
            SampleStage.self, ["per_label": "balanced"], from: ["labels": labels])
        let few = try await bench.run(SampleStage.self, ["per_label": 7], from: ["labels": labels])
        #expect(counts(all) == [30, 90] && counts(balanced) == [30, 30] && counts(few) == [7, 7])
        #expect(few.figures["available_uncontroversial"] == 90)
        #expect(all.figures["rarer_share"] == 0.25 && balanced.figures["rarer_share"] == 0.5)
        // A smaller sample is part of a larger one.
        #expect(try members(few).isSubset(of: members(balanced)))
    }

    @Test func anArticleGivesNoMoreThanItMay() async throws {
        let labels = try await labels(split: 30, agreed: 30)
        let capped = try await bench.run(
            SampleStage.self, ["per_article": 2, "per_label": "balanced"], from: ["labels": labels])
        #expect(counts(capped) == [6, 6])
    }

    @Test func theSeedIsTheSample() async throws {
        let labels = try await labels(split: 50, agreed: 50)
        let one = try await bench.run(SampleStage.self, ["per_label": 10], from: ["labels": labels])
        let same = try await bench.run(SampleStage.self, ["per_label": 10], from: ["labels": labels])
        let other = try await bench.run(
            SampleStage.self, ["per_label": 10, "seed": 2], from: ["labels": labels])
        #expect(try members(one) == members(same))
        #expect(try members(one) != members(other))
    }

    /// A member is displaced only by a comment of a lower rank: with ten times the comments, nine of ten are new, but one that
    /// stays was there.
    @Test func aSampleGrowsWithTheData() async throws {
        let before = try await bench.run(
            SampleStage.self, ["per_label": 20], from: ["labels": try await labels(split: 40, agreed: 40)])
        let labels = try await labels(split: 80, agreed: 80)
        let after = try await bench.run(SampleStage.self, ["per_label": 20], from: ["labels": labels])
        let doubled = try await bench.run(SampleStage.self, ["per_label": 40], from: ["labels": labels])
        let stayed = try members(before).intersection(members(after))
        #expect(stayed.count > 10 && stayed.count < 40)
        #expect(try members(after).isSubset(of: members(doubled)))
    }

    @Test func aSampleThatStartsFromAnEarlierOneIsTheSame() async throws {
        let earlier = try await bench.run(
            SampleStage.self, ["per_label": 15], from: ["labels": try await labels(split: 40, agreed: 40)])
        let labels = try await labels(split: 60, agreed: 45)
        let incremental = try await bench.run(
            SampleStage.self, ["per_label": 15], from: ["labels": labels], after: earlier)
        let whole = try await bench.run(SampleStage.self, ["per_label": 15], from: ["labels": labels])
        #expect(try incremental.contents() == whole.contents())
        #expect(incremental["sample"][0].locator == whole["sample"][0].locator)
        // Those that the earlier sample did not know.
        #expect(incremental.commentsRead == 25 && whole.commentsRead == 105)
    }

    @Test(arguments: [(3, 0), (0, 3)])
    func oneClassAloneTeachesNothing(split: Int, agreed: Int) async throws {
        let labels = try await labels(split: split, agreed: agreed)
        let error = await #expect(throws: StageError.self) {
            try await bench.run(SampleStage.self, from: ["labels": labels])
        }
        #expect(
            error?.message
                == "there is nothing to learn from one class alone: \(split) controversial, \(agreed) uncontroversial comments"
        )
    }

    @Test func aSampleThatIsNotWhatWasAskedForSaysSo() async throws {
        let labels = try await labels(split: 4, agreed: 30)
        let short = try await bench.run(
            SampleStage.self, ["per_label": 20, "per_article": 4], from: ["labels": labels])
        #expect(
            short.warnings == [
                "per_label asks for 20 comments of each label, and there are only 4 controversial and 12 uncontroversial "
                    + "with at most 4 from one article; ask for fewer, or set per_label: balanced"
            ])
        let uneven = try await bench.run(SampleStage.self, from: ["labels": labels])
        #expect(
            uneven.warnings == [
                "the labels are uneven: 4 controversial and 30 uncontroversial comments were chosen; per_label: balanced "
                    + "takes as many of each"
            ])
    }

    @Test(arguments: [(16, 0), (17, 1)])
    func labelsAreUnevenBelowAFifth(agreed: Int, warnings: Int) async throws {
        let labels = try await labels(split: 4, agreed: agreed)
        let outcome = try await bench.run(SampleStage.self, from: ["labels": labels])
        #expect(outcome.warnings.count == warnings)
    }
}
