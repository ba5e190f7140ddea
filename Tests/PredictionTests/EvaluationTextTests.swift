import Prediction
import StageKit
import Testing

struct EvaluationTextTests {
    private static let figures: JSONValue = [
        "accuracy": .number(0.66666), "rows": 3, "mcc": .number(-0.5),
        "intervals": ["accuracy": [.number(0.1), .number(0.99999)]],
        "as_answered": ["rows": 2, "without_answer": 1, "accuracy": 1, "temperature": .number(1.5)],
        "classes": [
            ["name": "calm", "precision": .number(0.5), "recall": 1, "f1": .number(0.66666), "support": 1]
        ],
    ]

    @Test func scoresComeInAFixedOrderWithTheirIntervals() {
        #expect(
            EvaluationText.table(Self.figures)
                == "score\tvalue\tlow\thigh\nrows\t3\naccuracy\t0.6667\t0.1\t1.0\nmcc\t-0.5\n"
                + "as_answered.rows\t2\nas_answered.without_answer\t1\nas_answered.accuracy\t1\n"
                + "as_answered.temperature\t1.5\n\nlabel\tprecision\trecall\tf1\trows\n"
                + "calm\t0.5\t1\t0.6667\t1\n")
    }

    @Test func whatIsNotThereIsLeftOut() {
        #expect(
            EvaluationText.table(.object([:]))
                == "score\tvalue\tlow\thigh\n")
    }

    @Test func thresholdsStandBesideTheirLabels() {
        let classes: JSONValue = [
            ["name": "calm", "precision": 1, "recall": 1, "f1": 1, "support": 2, "threshold": .number(0.25)]
        ]
        #expect(
            EvaluationText.table(["classes": classes])
                == "score\tvalue\tlow\thigh\n\nlabel\tprecision\trecall\tf1\trows\tthreshold\n"
                + "calm\t1\t1\t1\t2\t0.25\n")
    }
}
