import Testing

/// Models that answer the same to everything, whatever their task: `evaluate` says so.
struct SameAnswersTests {
    /// Lines of a table whose header is told, with one text for all rows: no model can tell them apart.
    private static func table(_ header: String, _ rows: Range<Int>, _ line: (Int) -> String) -> String {
        ([header] + rows.map(line)).joined(separator: "\n") + "\n"
    }

    private func warnings(
        _ columns: String, _ header: String, train: String = "epochs: 12, learning_rate: 1e-2",
        line: (Int) -> String
    ) throws -> String {
        let sandbox = try LabeledRows.sandbox(
            LabeledRows.pipeline(columns, split: "method: given, dev: 0", train: train),
            [
                "train.tsv": Self.table(header, 0..<60, line),
                "test.tsv": Self.table(header, 60..<80, line),
            ])
        let outcome = try sandbox.splitvote("run", "p.yaml")
        try #require(outcome.status == 0, "\(outcome.errors)")
        return outcome.errors + outcome.output
    }

    @Test func aRegressionThatGivesOneScoreIsWarnedOf() throws {
        func line(_ row: Int, _ text: String) -> String { "\(row)\t\(text)\t\(row % 5)" }
        let same = try warnings("id: id, text: text, score: score", "id\ttext\tscore") { line($0, "좋은 날씨") }
        #expect(
            same.contains(
                "the model of 'model' gives all 20 rows of the side 'test' the same score, "),
            "\(same)")
        // With texts that tell the rows apart there is nothing to warn of.
        let sandbox = try LabeledRows.sandbox(
            LabeledRows.pipeline(
                "text: a, text_pair: b, score: score", train: "epochs: 12, learning_rate: 1e-2"),
            ["train.tsv": LabeledRows.pairs(120), "test.tsv": LabeledRows.pairs(30, from: 120)])
        let different = try sandbox.splitvote("run", "p.yaml")
        #expect(
            different.status == 0 && !different.errors.contains("the same score"),
            "\(different.errors)")
    }

    @Test func aModelThatGivesNoClassIsWarnedOf() throws {
        func line(_ row: Int, _ text: String, _ isOfClass: Bool) -> String {
            "\(row)\t\(text)\t\(isOfClass ? 1 : 0)\t\(row % 12 == 1 ? 1 : 0)"
        }
        let header = "id\ttext\tsun\train"
        let columns = "id: id, text: text, labels: [sun, rain]"
        let training = "epochs: 12, learning_rate: 3e-3"
        let none = try warnings(columns, header, train: training) { line($0, "좋은 날씨", $0 % 10 == 0) }
        #expect(
            none.contains("the model of 'model' gives all 20 rows of the side 'test' none of the classes"),
            "\(none)")
        let some = try warnings(columns, header, train: training) { row in
            line(row, row % 2 == 0 ? "맑다" : "흐리다", row % 2 == 0)
        }
        #expect(!some.contains("none of the classes"), "\(some)")
    }
}
