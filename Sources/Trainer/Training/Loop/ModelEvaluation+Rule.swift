import CLibrary

extension ModelEvaluation {
    /// What comes of the answers that the folder's rule makes of the scores.
    ///
    /// - Returns: `nil` for a model whose folder keeps no rule, or the plain one.
    package func answered() throws(ScoringError) -> AnsweredScores? {
        guard let rule, !rule.isPlain else { return nil }
        // The logarithm of a probability is the score, up to a number that all classes of the row share.
        return try AnsweredScores(
            by: rule, labels: (0..<rows.count).map(rows.label(of:)), scores: answers.map { Float(log($0)) },
            classCount: labelNames.count)
    }
}
