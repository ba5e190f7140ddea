import JSON
import Testing
import Training

struct ScoreFiguresTests {
    private static func figures(_ json: JSONValue) throws -> ScoreFigures {
        try #require(ScoreFigures(json: json))
    }

    /// All that an evaluate stage says of two models, as it is stored.
    private static let stored: JSONValue = [
        "rows": 4, "accuracy": 0.75, "macro_f1": 0.7, "micro_f1": 0.75, "weighted_f1": 0.74, "mcc": 0.5,
        "roc_auc": 0.8, "pr_auc": 0.9, "log_loss": 0.4, "brier": 0.1, "ece": 0.05,
        "classes": [
            ["name": "calm", "precision": 0.5, "recall": 1.0, "f1": 0.6, "support": 1],
            ["name": "angry", "precision": 1.0, "recall": 0.5, "f1": 0.6, "support": 3],
        ],
        "confusion": [[1, 0], [1, 2]], "majority": ["class": "angry", "accuracy": 0.75, "macro_f1": 0.4],
        "as_answered": [
            "rows": 3, "without_answer": 1, "accuracy": 1.0, "macro_f1": 1.0, "mcc": 1.0, "log_loss": 0.3,
            "brier": 0.1, "ece": 0.01, "temperature": 1.5, "threshold": 0.4, "abstain": [0.45, 0.55],
        ],
        "intervals": ["accuracy": [0.5, 1.0], "mcc": [-0.1, 0.9]], "split": "test", "label_set": "5b1d",
        "model": "small",
        "results": [["rows": 4, "model": "small"], ["rows": 4, "model": "large", "task": "regression"]],
    ]

    @Test func whatIsStoredIsReadWhole() throws {
        let figures = try Self.figures(Self.stored)
        #expect(figures.json == Self.stored)
        #expect(figures.interval(\.accuracy) == 0.5...1)
        #expect(figures.interval(\.macroF1) == nil)
        #expect(figures.results?.map(\.isRegression) == [false, true])
    }

    @Test func noIntervalsAreNoMember() throws {
        #expect(try Self.figures(["rows": 4]).with([:]).json == ["rows": 4])
        #expect(try Self.figures(["intervals": ["mcc": [0.9, 0.1]]]).interval(\.mcc) == nil)
        #expect(try Self.figures(["intervals": ["mcc": [0.9]]]).interval(\.mcc) == nil)
    }

    static let majorities: [(JSONValue, String?)] = [
        (["class": "angry"], "angry"), (["class": 1], "angry"), (["label": 0], "calm"), (["class": 2], nil),
        ([:], nil),
    ]

    /// Earlier versions gave the most frequent class by its number, the first ones under another name.
    @Test(arguments: majorities)
    func theMostFrequentClassIsFoundByNameAndByNumber(json: JSONValue, name: String?) throws {
        let majority = try #require(try Self.figures(["majority": json]).majority)
        #expect(majority.className(among: ["calm", "angry"]) == name)
    }

    @Test func scoresAreWrittenUnderTheNamesThatChecksTest() throws {
        let scores = try ClassificationScores(
            labels: [0, 1, 1], probabilities: [0.9, 0.1, 0.2, 0.8, 0.6, 0.4], classCount: 2)
        let figures = ScoreFigures(
            scores, ["calm", "angry"], labels: [0, 1, 1], probabilities: [0.9, 0.1, 0.2, 0.8, 0.6, 0.4])
        #expect(figures.json["accuracy"]?.doubleValue == scores.accuracy)
        #expect(figures.json["confusion"] == [[1, 0], [1, 1]])
        #expect(figures.json["majority"]?["class"] == "angry")
        #expect(figures.json["classes"]?.arrayValue?.first?["threshold"] == nil)
        #expect(try Self.figures(figures.json) == figures)
    }
}
