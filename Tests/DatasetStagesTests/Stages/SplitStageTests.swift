import DatasetStages
import StageKit
import StageKitTesting
import Testing

struct SplitStageTests {
    private let bench: StageBench

    init() throws {
        bench = try StageBench(kinds: DatasetStages.all)
    }

    private static let halves: JSONValue = ["train": 0.5, "test": 0.5]

    /// A comment of each of this many articles, of both labels by turns; no text is like another.
    private static func articles(_ numbers: Range<Int>) -> [TestComment] {
        numbers.map {
            TestComment(
                ContentDigest.of("\($0)"), up: $0 % 2 == 0 ? 20 : 40,
                down: $0 % 2 == 0 ? 20 : 0, key: "\($0)", article: "a\($0)")
        }
    }

    /// Nearly the same texts under other articles.
    private static func copies(of comments: [TestComment]) -> [TestComment] {
        comments.map { comment in
            var copy = comment
            copy.text += "!"
            copy.key = "c" + (comment.key ?? "")
            copy.article = "b" + comment.article
            return copy
        }
    }

    private func sample(_ comments: [TestComment]) async throws -> [InputArtifact] {
        let comments = try bench.comments(comments)
        let clean = try await bench.run(CleanStage.self, from: ["comments": comments])
        let labels = try await bench.run(LabelStage.self, from: ["comments": clean["texts"]])
        return try await bench.run(SampleStage.self, from: ["labels": labels["labels"]])["sample"]
    }

    private func split(
        _ sample: [InputArtifact], _ parameters: JSONValue = ["shares": halves]
    ) async throws -> (outcome: StageOutcome, sides: [Int64: String]) {
        let outcome = try await bench.run(SplitStage.self, parameters, from: ["sample": sample])
        let rows = try DatasetColumns(path: outcome["split"][0].path, stage: "split")
        let sides = zip(rows.ids, rows.sides).map { ($0, rows.sideNames[Int($1)]) }
        return (outcome, Dictionary(uniqueKeysWithValues: sides))
    }

    @Test func noCommentEverChangesItsSide() async throws {
        let first = try await split(try await sample(Self.articles(0..<60)))
        let second = try await split(try await sample(Self.articles(60..<300)))
        #expect(first.sides.count == 60 && second.sides.count == 300)
        #expect(first.sides.allSatisfy { second.sides[$0.key] == $0.value })
        #expect(Set(second.sides.values) == ["train", "test"])
    }

    @Test func commentsOfAnArticleStayTogether() async throws {
        let comments = (0..<40).map {
            TestComment(
                ContentDigest.of("\($0)"), up: $0 % 2 == 0 ? 20 : 40,
                down: $0 % 2 == 0 ? 20 : 0, key: "\($0)", article: "a\($0 % 4)")
        }
        let (outcome, sides) = try await split(try await sample(comments))
        #expect(outcome.figures["groups"] == 4 && outcome.figures["leakage"] == 0)
        let rows = try DatasetColumns(path: outcome["split"][0].path, stage: "split")
        let places = Set(zip(rows.articles, rows.ids).map { "\($0) \(sides[$1] ?? "")" })
        #expect(places.count == 4)
    }

    @Test func aTextIsOnOneSideOnlyAndWhoeverWasThereFirstKeepsIt() async throws {
        let first = try await split(try await sample(Self.articles(0..<40)))
        // The same texts once more, in forty other articles of which about half are on the other side.
        let second = try await split(try await sample(Self.copies(of: Self.articles(0..<40))))
        #expect(first.sides.allSatisfy { second.sides[$0.key] == $0.value })
        let dropped = try #require(second.outcome.figures["copies_dropped"]?.intValue)
        #expect(dropped > 5 && dropped < 35)
        #expect(second.sides.count == 80 - dropped)
        #expect(second.outcome.figures["leakage"] == 0)
    }

    @Test func copiesThatAreKeptAreCountedAsLeakage() async throws {
        let sample = try await sample(Self.articles(0..<40) + Self.copies(of: Self.articles(0..<40)))
        let (outcome, sides) = try await split(sample, ["shares": Self.halves, "copies": "keep"])
        #expect(sides.count == 80 && outcome.figures["copies_dropped"] == 0)
        #expect((outcome.figures["leakage"]?.intValue ?? 0) > 10)
    }

    @Test func anotherRuleNeedsAnotherSalt() async throws {
        let sample = try await sample(Self.articles(0..<20))
        _ = try await split(sample)
        let error = await #expect(throws: StageError.self) {
            try await split(sample, ["shares": ["train": 0.9, "test": 0.1]])
        }
        #expect(error?.message.hasPrefix("the salt 'v1' is already used by another split: ") == true)
        let renamed = try await split(sample, ["shares": ["train": 0.9, "test": 0.1], "salt": "v2"])
        #expect(renamed.sides.count == 20)
    }

    @Test func theOrderOfSharesIsPartOfTheRule() async throws {
        let sample = try await sample(Self.articles(0..<20))
        _ = try await split(sample)
        await #expect(throws: StageError.self) {
            try await split(sample, ["shares": ["test": 0.5, "train": 0.5]])
        }
    }

    @Test func foldsDivideAllRowsAmongTheirTests() async throws {
        let sample = try await sample(Self.articles(0..<60))
        var tested: [Int64] = []
        for fold in 1...3 {
            let (_, sides) = try await split(sample, ["method": "folds", "folds": 3, "fold": .integer(fold)])
            #expect(sides.count == 60)
            tested += sides.filter { $0.value == "test" }.keys
        }
        #expect(tested.count == 60 && Set(tested).count == 60)
    }

    @Test func sidesThatRowsCameWithCannotBeKeptWhereTheyCameWithNone() async throws {
        let sample = try await sample(Self.articles(0..<4))
        let error = await #expect(throws: StageError.self) { try await split(sample, ["method": "given"]) }
        #expect(
            error?.message == "method: given keeps the sides that rows came with, and these came without")
    }

    /// From its day on a frozen side is part of what the result depends on; a run that looks back before it is not.
    @Test func aFrozenSideCountsFromTheDayAfterItsOwn() throws {
        let stage = try SplitStage(["frozen": ["test": "2026-01-30"]])
        let moment: Int64 = 1_769_731_200  // 2026-01-30 00:00:00 UTC
        #expect(stage.datedFacts(on: "2026-01-30", asOf: nil) == nil)
        #expect(stage.datedFacts(on: "2026-01-31", asOf: nil) == ["frozen": ["test"]])
        #expect(stage.datedFacts(on: "2026-01-31", asOf: moment + 86_399) == nil)
        #expect(stage.datedFacts(on: "2026-01-31", asOf: moment + 86_400) == ["frozen": ["test"]])
    }

    static let refusals: [(JSONValue, String)] = [
        (
            ["method": "folds"],
            "method: folds needs 'folds', how many there are, and 'fold', which of them is the test"
        ),
        (["method": "folds", "folds": 3, "fold": 4], "method: folds needs 'folds'"),
        (["method": "given", "shares": ["train": 1]], "'shares' does not apply to method: given"),
        (["dev": 0.1], "'dev' does not apply to method: hash"),
        (["tests": ["a", "b"]], "'tests' does not apply to method: hash"),
        (["method": "given", "tests": ["a", "a"]], "'tests' lists names of sides, each once"),
        (["method": "given", "tests": ["dev"]], "'tests' lists names of sides, each once"),
        (["shares": ["train": 0.5, "test": 0.4]], "0.9"),
        (["time_zone": "Seoul"], "'Seoul' is not a UTC offset"),
    ]

    @Test(arguments: refusals)
    func aPlanThatCannotBeMeantIsRefused(parameters: JSONValue, words: String) {
        let complaints = SplitStage.complaints(about: parameters)
        #expect(complaints.contains { $0.contains(words) }, "\(complaints)")
    }
}
