package import ShardFormat

/// Rows whose targets are known, beside a model's answers to them: what scores are made of.
package struct ScoredRows: Sendable {
    /// Of the classes in their order, or of the score.
    package let names: [String]
    /// The class of each row; a 1 or a 0 for each of its classes; or its number. `[rows, width]`, row-major.
    package let targets: [Double]
    /// Probabilities or numbers, `[rows, names]`, row-major.
    package let answers: [Double]
    /// Least probability at which each class is given, where a row has any number of them; nil for 0.5 of all.
    package let thresholds: [Double]?
    /// Which rows follow each other, where they are the words of texts; nil for rows that are scored alone.
    package let sequences: [Range<Int>]?

    package init(
        names: [String], targets: [Double], answers: [Double], thresholds: [Double]? = nil,
        sequences: [Range<Int>]? = nil
    ) {
        self.sequences = sequences
        self.names = names
        self.targets = targets
        self.answers = answers
        self.thresholds = thresholds
    }

    /// The rows of a split.
    package init(
        _ rows: TokenRows, form: TargetForm, names: [String], answers: [Double], thresholds: [Double]? = nil
    ) {
        if form == .wordClasses {
            self.init(wordsOf: rows, names: names, answers: answers)
            return
        }
        let targets =
            form == .oneClass
            ? (0..<rows.count).map { Double(rows.label(of: $0)) }
            : (0..<rows.count).flatMap { rows.target(of: $0).map(Double.init) }
        self.init(names: names, targets: targets, answers: answers, thresholds: thresholds)
    }

    package var count: Int { answers.count / names.count }

    /// Some of the rows.
    package func some(_ places: [Int]) -> ScoredRows {
        func of(_ values: [Double]) -> [Double] {
            let width = values.count / max(1, count)
            return places.flatMap { values[$0 * width..<($0 + 1) * width] }
        }
        return places.count == count && places.elementsEqual(0..<count)
            ? self
            : ScoredRows(names: names, targets: of(targets), answers: of(answers), thresholds: thresholds)
    }

    /// The class of each row that has one.
    var labels: [Int] { targets.map { Int($0) } }

    /// Whether each row is of each class, for rows of any number of classes.
    var flags: [Bool] { targets.map { $0 > 0.5 } }

    /// Least probability at which each class is given.
    var limits: [Double] { thresholds ?? names.map { _ in 0.5 } }

    /// The class that each row is answered with, of those that have one.
    func classes(by choice: AnswerChoice) -> [Int] {
        (0..<count).map { row in choice.best(answers[row * names.count..<(row + 1) * names.count]) }
    }
}
