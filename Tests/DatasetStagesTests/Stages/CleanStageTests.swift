import DatasetStages
import StageKit
import StageKitTesting
import Testing

struct CleanStageTests {
    private let bench: StageBench

    init() throws {
        bench = try StageBench()
    }

    private static let mixed = [
        TestComment("kept", up: 1, down: 0, key: "1"),
        TestComment(" \u{A0} ", up: 1, down: 0, key: "2"),
        TestComment("gone", up: 1, down: 0, key: "3", isDeleted: true),
        TestComment("ab", up: 1, down: 0, key: "4"),
        TestComment("&lt;&gt;&amp;", up: 1, down: 0, key: "5"),
    ]

    private func counts(_ outcome: StageOutcome) -> [Int?] {
        ["dropped_deleted", "dropped_empty", "dropped_short", "kept"].map { outcome.figures[$0]?.intValue }
    }

    @Test func eachCommentIsLeftOutForOneReason() async throws {
        let comments = try bench.comments(Self.mixed)
        let outcome = try await bench.run(CleanStage.self, ["min_chars": 3], from: ["comments": comments])
        #expect(counts(outcome) == [1, 1, 1, 2])
        #expect(outcome.figures["comments"] == 5)
    }

    @Test func whatMayStayIsForTheUserToSay() async throws {
        let comments = try bench.comments(Self.mixed)
        let all = try await bench.run(
            CleanStage.self, ["drop": [], "min_chars": 0], from: ["comments": comments])
        #expect(counts(all) == [0, 0, 0, 5])
        let deleted = try await bench.run(
            CleanStage.self, ["drop": ["deleted"], "min_chars": 0], from: ["comments": comments])
        #expect(counts(deleted) == [1, 0, 0, 4])
    }

    /// The digest stands for the cleaned texts, which are made again by whatever reads the result.
    @Test func otherRulesAreAnotherResultThoughTheyDropTheSame() async throws {
        let comments = try bench.comments([TestComment("a  b", up: 1, down: 0)])
        let plain = try await bench.run(CleanStage.self, from: ["comments": comments])
        let again = try await bench.run(CleanStage.self, from: ["comments": comments])
        let other = try await bench.run(CleanStage.self, ["white_space": false], from: ["comments": comments])
        #expect(plain["texts"][0].digest == again["texts"][0].digest)
        #expect(plain["texts"][0].digest != other["texts"][0].digest)
        #expect(try plain.contents() == other.contents())
    }

    @Test func aNightThatLooksOnlyAtWhatIsNewGivesTheBytesOfOneFromNothing() async throws {
        let first = try bench.comments(Self.mixed)
        let earlier = try await bench.run(CleanStage.self, ["min_chars": 3], from: ["comments": first])
        var edited = Self.mixed[3]
        edited.text = "abcd"
        edited.observedAt += 60
        let second = try bench.comments(
            [
                edited, TestComment("x", up: 1, down: 0, key: "6"),
                TestComment("long", up: 2, down: 0, key: "7"),
            ])
        let incremental = try await bench.run(
            CleanStage.self, ["min_chars": 3], from: ["comments": second], after: earlier)
        let whole = try await bench.run(CleanStage.self, ["min_chars": 3], from: ["comments": second])
        #expect(try incremental.contents() == whole.contents())
        #expect(incremental.figures == whole.figures)
        #expect(counts(whole) == [1, 1, 1, 4])
        // The edited one and two that are new.
        #expect(incremental.commentsRead == 3 && whole.commentsRead == 7)
    }

    @Test func severalSourcesAreOneDataset() async throws {
        let one = try bench.comments([TestComment("a", up: 1, down: 0)], source: "one")
        let two = try bench.comments([TestComment("b", up: 1, down: 0)], source: "two")
        let outcome = try await bench.run(CleanStage.self, from: ["comments": one + two])
        #expect(outcome.figures["comments"] == 2)
        #expect(outcome["texts"][0].locator["sources"] == ["one", "two"])
    }

    @Test func rulesThatTakeTheLettersOfALanguageAreToldWithExamples() async throws {
        let comments = try bench.comments([TestComment("café crème brûlée", up: 1, down: 0)])
        let kcbert = try await bench.run(
            CleanStage.self, ["rules": "kcbert-2020"], from: ["comments": comments])
        #expect(kcbert.warnings.count == 1)
        #expect(
            kcbert.warnings.first?.contains("of the letters of source 'news', 'café' becomes 'caf'") == true)
        #expect(kcbert.warnings.first?.hasSuffix("rules: plain keeps the letters of all languages") == true)
        let plain = try await bench.run(CleanStage.self, from: ["comments": comments])
        #expect(plain.warnings == [] && plain.figures["letters_taken"] == 0.0)
    }

    static let refusals: [(JSONValue, String)] = [
        (
            ["rules": "kcbert-2020", "white_space": false],
            "rules: kcbert-2020 makes one blank of each run of white space "
                + "(leave it out, or set rules: none with what you need)"
        ),
        (
            ["repeats": ["from": 3, "keep": 3]],
            "a run of 3 letters is not shortened to 3 ('keep' is less than 'from')"
        ),
    ]

    @Test(arguments: refusals)
    func rulesThatContradictEachOtherAreRefused(parameters: JSONValue, complaint: String) {
        #expect(CleanStage.complaints(about: parameters) == [complaint])
    }

    @Test func aRepeatThatIsShortenedByOneIsFine() {
        #expect(CleanStage.complaints(about: ["repeats": ["from": 3, "keep": 2]]) == [])
    }
}
