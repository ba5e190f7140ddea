package import TextBasics

extension BaselineModel {
    /// How far a feature moved the score of a class.
    package struct Reason: Hashable, Sendable {
        package var field: BaselineFeatures.Part.Field
        /// The n-gram, or `length`.
        package var feature: String
        /// What a whole one adds to the score: of a class, less what it adds to the scores of the others in the mean; of a yes or
        /// no and of a number, what it adds.
        package var weight: Double
        /// The weight times the feature's value in the text. Above 0 it speaks for the answer.
        package var effect: Double
    }

    /// What moved a score most in a text, strongest first, for it and against it.
    ///
    /// All effects add up to the score of the class less the mean of the others, but for the intercepts.
    ///
    /// - Parameters:
    ///   - label: number of the class, or of the score.
    ///   - text: a row of one text.
    ///   - firsts: the first text of a pair.
    ///   - most: reasons to give.
    package func reasons(
        for label: Int, in text: UTF8Rows, firsts: UTF8Rows? = nil, most: Int
    ) -> [Reason] {
        let row = features.rows(of: text, firsts: firsts)
        let scores = labels.count
        let isOneOfSeveral = task.name.form == .oneClass && scores > 1
        let reasons = (row.starts[0]..<row.starts[1]).map { place -> Reason in
            let column = Int(row.columns[place])
            var weight = coefficients[label * columnCount + column]
            if isOneOfSeveral {
                let all = (0..<scores).reduce(0) { $0 + coefficients[$1 * columnCount + column] }
                weight -= (all - weight) / Double(scores - 1)
            }
            let (field, feature) = name(of: column)
            return Reason(
                field: field, feature: feature, weight: weight, effect: weight * row.values[place])
        }
        return Array(
            reasons.filter { $0.effect != 0 }
                .sorted { (-abs($0.effect), $0.feature) < (-abs($1.effect), $1.feature) }.prefix(most))
    }

    private func name(of column: Int) -> (BaselineFeatures.Part.Field, String) {
        guard case .tfidf(let parts) = features else { return (column == 0 ? .text : .first, "length") }
        var rest = column
        for part in parts {
            if rest < part.vectorizer.count {
                return (part.field, String(decoding: part.vectorizer[rest], as: UTF8.self))
            }
            rest -= part.vectorizer.count
        }
        preconditionFailure("every column is of a part")
    }
}
