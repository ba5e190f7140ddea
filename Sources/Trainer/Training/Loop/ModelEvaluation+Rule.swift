import CLibrary

extension ModelEvaluation {
    /// What comes of the answers that the folder's rule makes of the scores, as `predict` gives them.
    public struct Answered: Hashable, Sendable {
        /// Rows with an answer, and those without.
        public let rows: Int
        public let withoutAnswer: Int
        /// Of the rows with an answer.
        public let confusion: ConfusionMatrix
        /// Of all rows, from the probabilities that the rule gives.
        public let scores: ClassificationScores
    }

    /// - Returns: `nil` for a model whose folder keeps no rule.
    public func answered() throws(ScoringError) -> Answered? {
        guard let rule else { return nil }
        let width = labelNames.count
        let labels = (0..<rows.count).map(rows.label(of:))
        // The logarithm of a probability is the score, up to a number that all classes of the row share.
        let probabilities = rule.probabilities(answers.map { Float(log($0)) }, classCount: width)
        var confusion = ConfusionMatrix(classCount: width)
        var withoutAnswer = 0
        for (row, label) in labels.enumerated() {
            if let answer = rule.answer(probabilities[row * width..<(row + 1) * width]) {
                confusion.add(label: label, predicted: answer)
            } else {
                withoutAnswer += 1
            }
        }
        return Answered(
            rows: labels.count - withoutAnswer, withoutAnswer: withoutAnswer, confusion: confusion,
            scores: try ClassificationScores(labels: labels, probabilities: probabilities, classCount: width))
    }
}
