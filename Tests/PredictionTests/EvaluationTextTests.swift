import Prediction
import StageKit
import Testing
import Training

struct EvaluationTextTests {
    /// As the scores are kept in `scores.json`.
    private static func figures(_ json: JSONValue) throws -> ScoreFigures {
        try #require(ScoreFigures(json: json))
    }

    private static let scores: JSONValue = [
        "accuracy": .number(0.66666), "rows": 3, "mcc": .number(-0.5),
        "intervals": ["accuracy": [.number(0.1), .number(0.99999)]],
        "as_answered": ["rows": 2, "without_answer": 1, "accuracy": 1, "temperature": .number(1.5)],
        "classes": [
            ["name": "calm", "precision": .number(0.5), "recall": 1, "f1": .number(0.66666), "support": 1]
        ],
    ]

    @Test func scoresComeInAFixedOrderWithTheirIntervals() throws {
        #expect(
            try EvaluationText.table(Self.figures(Self.scores))
                == "score\tvalue\tlow\thigh\nrows\t3\naccuracy\t0.6667\t0.1\t1.0\nmcc\t-0.5\n"
                + "as_answered.rows\t2\nas_answered.without_answer\t1\nas_answered.accuracy\t1.0\n"
                + "as_answered.temperature\t1.5\n\nlabel\tprecision\trecall\tf1\trows\n"
                + "calm\t0.5\t1.0\t0.6667\t1\n")
    }

    @Test func whatIsNotThereIsLeftOut() {
        #expect(
            EvaluationText.table(ScoreFigures())
                == "score\tvalue\tlow\thigh\n")
    }

    @Test func thresholdsStandBesideTheirLabels() throws {
        let classes: JSONValue = [
            ["name": "calm", "precision": 1, "recall": 1, "f1": 1, "support": 2, "threshold": .number(0.25)]
        ]
        #expect(
            try EvaluationText.table(Self.figures(["classes": classes]))
                == "score\tvalue\tlow\thigh\n\nlabel\tprecision\trecall\tf1\trows\tthreshold\n"
                + "calm\t1.0\t1.0\t1.0\t2\t0.25\n")
    }
}
