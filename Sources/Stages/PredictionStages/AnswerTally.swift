internal import StageKit
internal import Training

/// Counts the answers for the figures.
struct AnswerTally {
    private let answers: ModelAnswers
    private var rows = 0
    private var withoutAnswer = 0
    private var cutTexts = 0
    private var ofClass: [Int]
    private var sum = 0.0
    /// Rows that no earlier run had answered.
    var scored = 0

    init(_ answers: ModelAnswers) {
        self.answers = answers
        ofClass = answers.labels.map { _ in 0 }
    }

    mutating func add(_ answer: ModelAnswers.Answer, isCut: Bool) {
        rows += 1
        cutTexts += isCut ? 1 : 0
        switch answer {
        case .oneClass(let label?, _): ofClass[label] += 1
        case .oneClass(nil, _): withoutAnswer += 1
        case .anyClasses(let classes, _): for label in classes { ofClass[label] += 1 }
        case .numbers(let values): sum += values[0]
        }
    }

    var figures: PredictFigures {
        var figures = PredictFigures(rows: rows, scored: scored, cutTexts: cutTexts)
        if answers.form == .numbers {
            figures.score = answers.labels.first ?? ""
            if rows > 0 { figures.mean = sum / Double(rows) }
            return figures
        }
        if answers.form == .oneClass { figures.withoutAnswer = withoutAnswer }
        figures.classes = zip(answers.labels, ofClass).map { ClassCount(name: $0, rows: $1) }
        if rows > 0 { figures.largestShare = Double(ofClass.max() ?? 0) / Double(rows) }
        return figures
    }
}
