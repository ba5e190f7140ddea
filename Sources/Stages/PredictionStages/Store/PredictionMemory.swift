internal import StageKit

/// What the store has of a stage's answers.
struct PredictionMemory {
    /// Scores by the model that is asked now; none where the store has those of another one.
    let rows: ScoredRows
    /// Whether its answers follow from the scores as they do now.
    private let hasSameRule: Bool

    /// - Parameters:
    ///   - key: what scores depend on beside the texts.
    ///   - rule: how they become answers.
    init(_ context: StageContext, key: String, rule: String) throws {
        let width = try JSONValue(parsing: rule)["labels"]?.arrayValue?.count ?? 1
        var rows = ScoredRows(width: width)
        var hasSameRule = false
        if !context.isForced {
            try context.kindRows.read { store in
                var number: Int64?
                try store.rows(
                    "SELECT number, rule FROM prediction_set WHERE pipeline = ? AND stage = ? AND key = ?",
                    [.text(context.run.pipeline), .text(context.stageName), .text(key)]
                ) { set in
                    number = set.int64(0)
                    hasSameRule = set.text(1) == rule
                }
                guard let number else { return }
                try store.rows(
                    """
                    SELECT comment, text_hash, cut, scores FROM prediction WHERE prediction_set = ? ORDER BY comment
                    """, [.integer(number)]
                ) { row in
                    rows.append(
                        row.int64(0), text: row.int64(1), isCut: row.int64(2) != 0,
                        scores: PredictionRecord.scores(row.text(3)))
                }
            }
        }
        self.rows = rows
        self.hasSameRule = hasSameRule
    }

    /// What is to be changed so that the store has these rows; `nil` if everything is to be written again.
    func delta(to now: ScoredRows) -> PredictionRecord.Delta? {
        guard hasSameRule else { return nil }
        var delta = PredictionRecord.Delta(changed: ScoredRows(width: now.width))
        var before = 0
        for row in 0..<now.count {
            while before < rows.count, rows.ids[before] < now.ids[row] {
                delta.gone.append(rows.ids[before])
                before += 1
            }
            let isKnown = before < rows.count && rows.ids[before] == now.ids[row]
            if !isKnown || !now.equals(row, before, of: rows) { delta.changed.append(row, of: now) }
            if isKnown { before += 1 }
        }
        delta.gone += rows.ids[before...]
        return delta
    }
}
