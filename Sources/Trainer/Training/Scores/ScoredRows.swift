package import ShardFormat

/// Rows whose targets are known, beside a model's answers to them: what scores are made of.
package struct ScoredRows: Sendable {
    /// Of the classes in their order, or of the score.
    package let names: [String]
    /// The class of each row; a 1 or a 0 for each of its classes; or its number. `[rows, width]`, row-major.
    package let targets: [Double]
    /// Probabilities or numbers, `[rows, names]`, row-major; of questions the scores of all tokens, `[tokens, 2]`.
    package let answers: [Double]
    /// Least probability at which each class is given, where a row has any number of them; nil for 0.5 of all.
    package let thresholds: [Double]?
    /// Which rows follow each other, where they are the words of texts; nil for rows that are scored alone.
    package let sequences: [Range<Int>]?
    /// Questions with the answers found in their contexts, for a task of those; they are then the rows.
    package let questions: [AnsweredQuestion]?
    /// Mean loss of the rows that questions came from; 0 without questions.
    let lossOfPlaces: Double

    package init(
        names: [String], targets: [Double], answers: [Double], thresholds: [Double]? = nil,
        sequences: [Range<Int>]? = nil, questions: [AnsweredQuestion]? = nil, lossOfPlaces: Double = 0
    ) {
        self.sequences = sequences
        self.questions = questions
        self.lossOfPlaces = lossOfPlaces
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
        if form == .answerPlaces {
            self.init(questionsOf: rows, names: names, answers: answers, threshold: thresholds?.first)
            return
        }
        let targets =
            form == .oneClass
            ? (0..<rows.count).map { Double(rows.label(of: $0)) }
            : (0..<rows.count).flatMap { rows.target(of: $0).map(Double.init) }
        self.init(names: names, targets: targets, answers: answers, thresholds: thresholds)
    }

    package var count: Int { questions?.count ?? answers.count / names.count }

    /// Some of the rows.
    package func some(_ places: [Int]) -> ScoredRows {
        func of(_ values: [Double]) -> [Double] {
            let width = values.count / max(1, count)
            return places.flatMap { values[$0 * width..<($0 + 1) * width] }
        }
        if places.count == count, places.elementsEqual(0..<count) { return self }
        if let questions {
            return ScoredRows(
                names: names, targets: [], answers: [], thresholds: thresholds,
                questions: places.map { questions[$0] }, lossOfPlaces: lossOfPlaces)
        }
        return ScoredRows(names: names, targets: of(targets), answers: of(answers), thresholds: thresholds)
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
