internal import StageKit
internal import Training

/// A stage's answers as the store keeps them, for who asks there and for the next night.
struct PredictionRecord: StoreChange {
    /// How the rows differ from those that the store has by the same model and rule.
    struct Delta: Sendable {
        var changed: ScoredRows
        /// Comments that are answered no more. Rising.
        var gone: [Int64] = []
    }

    /// What the scores depend on beside the texts.
    let key: String
    let answers: ModelAnswers
    /// `nil` if everything is to be written again.
    let delta: Delta?
    /// All of them.
    let rows: @Sendable () throws -> ScoredRows

    /// Writes nothing where the run only tries what answers would be.
    func apply(to store: any StoreWriter) throws {
        let origin = store.origin
        if origin.isTrial { return }
        let rule = answers.record
        try store.run(
            """
            INSERT INTO prediction_set(pipeline, stage, key, rule, run, predicted_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT (pipeline, stage) DO UPDATE SET key = ?3, rule = ?4, run = ?5, predicted_at = ?6
            """, .text(origin.pipeline), .text(origin.stage), .text(key), .text(rule), .integer(origin.run),
            .text(store.timestamp()))
        let number = try store.integer(
            "SELECT number FROM prediction_set WHERE pipeline = ? AND stage = ?", .text(origin.pipeline),
            .text(origin.stage))
        guard let number else { throw StageError("the set of predictions was not kept") }
        if let delta {
            let delete = try store.statement(
                "DELETE FROM prediction WHERE comment = ?2 AND prediction_set = ?1")
            delete.bind(1, number)
            for comment in delta.gone {
                delete.bind(2, comment)
                try delete.run()
            }
            try insert(delta.changed, number, store, or: "REPLACE")
        } else {
            try store.run("DELETE FROM prediction WHERE prediction_set = ?", .integer(number))
            try insert(try rows(), number, store, or: "FAIL")
        }
    }

    private func insert(
        _ rows: ScoredRows, _ number: Int64, _ store: any StoreWriter, or conflict: String
    ) throws {
        let inserts = try store.inserts(
            into: "prediction(prediction_set, comment, text_hash, cut, scores, answer, value)", columns: 7,
            or: conflict)
        inserts.share { statement, start in statement.bind(start + 1, number) }
        try inserts.insert(rows: rows.count) { statement, start, row in
            let scores = Array(rows.scores(of: row))
            let (answer, value) = shown(scores)
            statement.bind(start + 2, rows.ids[row])
            statement.bind(start + 3, rows.texts[row])
            statement.bind(start + 4, Int32(rows.cuts[row]))
            statement.bind(start + 5, text: Self.text(scores))
            if let answer { statement.bind(start + 6, text: answer) } else { statement.bindNull(start + 6) }
            // SQLite turns it into the number that it is.
            if let value {
                statement.bind(start + 7, text: "\(value)")
            } else {
                statement.bindNull(start + 7)
            }
        }
    }

    private func shown(_ scores: [Float]) -> (answer: String?, value: Double?) {
        switch answers.answer(scores) {
        case .oneClass(let label, let probabilities):
            return (
                label.map { answers.labels[$0] },
                probabilities[label ?? answers.rule.bestClass(probabilities)]
            )
        case .anyClasses(let classes, let probabilities):
            return (
                JSONValue.array(classes.map { .string(answers.labels[$0]) }).canonicalText,
                probabilities.count == 1 ? probabilities[0] : nil
            )
        case .numbers(let values): return (nil, values.count == 1 ? values[0] : nil)
        }
    }

    /// Scores so that they are read back as they were.
    private static func text(_ scores: [Float]) -> String {
        "[" + scores.map { "\($0)" }.joined(separator: ",") + "]"
    }

    static func scores(_ text: String) -> [Float] {
        text.dropFirst().dropLast().split(separator: ",").map { Float($0) ?? .nan }
    }
}
