import NightReport
import StageKit
import Testing

struct ScoredAnswersTests {
    private static let figures: JSONValue = [
        "results": [
            ["model": "small", "split": "test", "as_answered": ["temperature": 1.5]],
            ["model": "large", "split": "test"],
        ]
    ]

    @Test func answersAreReadByModelAndSide() throws {
        let table = """
            id\tsplit\tmodel\tlabel\tpredicted\tp_no\tp_yes
            a:1\ttest\tsmall\tyes\tno\t0.75\t0.25
            a:2\ttest\tsmall\tno\tno\t1.0\t0.0
            a:1\ttest\tlarge\tyes\tyes\t0.5\t0.5

            """
        let answers = ScoredAnswers.answers(in: table, stage: "scores", figures: Self.figures)
        #expect(answers.map(\.title) == ["small, test", "large, test"])
        #expect(answers.map(\.temperature) == [1.5, nil])
        let small = try #require(answers.first)
        #expect(small.names == ["a:1", "a:2"] && small.labels == [1, 0] && small.predicted == [0, 0])
        #expect(small.probability(of: 1, row: 0) == 0.25 && small.probability(of: 0, row: 1) == 1)
    }

    /// Rows with any number of classes or with a number have no curves; a table that is cut off has none either.
    @Test(arguments: [
        "", "id\tsplit\tscore\tpredicted\na:1\ttest\t0.5\t0.4\n",
        "id\tsplit\tlabel\tpredicted\tp_a\tp_b\na:1\ttest\t[\"a\"]\t[]\t0.5\t0.4\n",
        "id\tsplit\tlabel\tpredicted\tp_a\tp_b\na:1\ttest\ta\n",
    ])
    func otherTablesHaveNone(table: String) {
        #expect(ScoredAnswers.answers(in: table, stage: "scores", figures: .null).isEmpty)
    }
}
