/// What comes of the answers that a rule makes of a model's scores, as `predict` gives them; for one class of each row.
package struct AnsweredScores: Hashable, Sendable {
    package let rule: AnswerRule
    /// Rows with an answer, and those without.
    package let rows: Int
    package let withoutAnswer: Int
    /// Of the rows with an answer.
    package let confusion: ConfusionMatrix
    /// Of all rows, from the probabilities that the rule gives.
    package let scores: ClassificationScores

    /// - Parameters:
    ///   - labels: true class of each row.
    ///   - scores: as the head gives them, up to a number that all classes of a row share, `[rows, classes]`, row-major.
    /// - Throws: ``ScoringError`` without rows, or where a number is out of range.
    package init(
        by rule: AnswerRule, labels: [Int], scores: [Float], classCount: Int
    ) throws(ScoringError) {
        let probabilities = rule.probabilities(scores, classCount: classCount)
        self.scores = try ClassificationScores(
            labels: labels, probabilities: probabilities, classCount: classCount)
        var confusion = ConfusionMatrix(classCount: classCount)
        var withoutAnswer = 0
        for (row, label) in labels.enumerated() {
            if let answer = rule.answer(probabilities[row * classCount..<(row + 1) * classCount]) {
                confusion.add(label: label, predicted: answer)
            } else {
                withoutAnswer += 1
            }
        }
        self.rule = rule
        self.confusion = confusion
        self.withoutAnswer = withoutAnswer
        rows = labels.count - withoutAnswer
    }
}
