package import StageKit
package import Training

/// What the store has as a model's answers to all comments of a predict stage.
package struct StoredAnswers {
    /// How scores became answers, with the names of the classes.
    package let rule: ModelAnswers
    /// Numbers of the comments, rising.
    package private(set) var comments: [Int64] = []
    /// Of one class or any number of classes `[comments, classes]`, row-major; of numbers the numbers.
    package private(set) var probabilities: [Double] = []
    /// Of one class the place of the answer among the classes; -1 where none is given, and of other forms.
    package private(set) var given: [Int32] = []

    /// Classes of a row.
    package var width: Int { rule.labels.count }

    package func probabilities(of row: Int) -> ArraySlice<Double> {
        probabilities[row * width..<(row + 1) * width]
    }

    /// - Returns: `nil` if the stage has kept none.
    package init?(pipeline: String, stage: String, in rows: any KindRows) throws {
        var set: (number: Int64, rule: ModelAnswers)?
        var comments: [Int64] = []
        var probabilities: [Double] = []
        var given: [Int32] = []
        try rows.read { store in
            try store.rows(
                "SELECT number, rule FROM prediction_set WHERE pipeline = ? AND stage = ?",
                [.text(pipeline), .text(stage)]
            ) { row in set = (row.int64(0), try ModelAnswers(record: row.text(1))) }
            guard let set else { return }
            let places = Dictionary(
                set.rule.labels.enumerated().map { ($1, Int32($0)) }, uniquingKeysWith: { first, _ in first })
            try store.rows(
                "SELECT comment, scores, answer FROM prediction WHERE prediction_set = ? ORDER BY comment",
                [.integer(set.number)]
            ) { row in
                comments.append(row.int64(0))
                let scores = PredictionRecord.scores(row.text(1))
                guard scores.count == set.rule.labels.count else {
                    throw StageError(
                        "the answers of stage '\(stage)' are damaged",
                        hint: "run it again with --force \(stage)")
                }
                switch set.rule.answer(scores) {
                case .oneClass(_, let values):
                    probabilities += values
                    given.append(row.isNull(2) ? -1 : places[row.text(2)] ?? -1)
                case .anyClasses(_, let values), .numbers(let values):
                    probabilities += values
                    given.append(-1)
                }
            }
        }
        guard let set else { return nil }
        rule = set.rule
        (self.comments, self.probabilities, self.given) = (comments, probabilities, given)
    }
}
