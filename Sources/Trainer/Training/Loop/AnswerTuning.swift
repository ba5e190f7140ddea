import Models
import ShardFormat

/// Chooses on dev rows how a model's scores become answers, as the options say.
package struct AnswerTuning {
    private let options: TrainingOptions
    private let task: TrainingTask
    private let names: [String]
    private let dev: TokenRows?

    /// Fewest dev rows, and fewest of each class, that answers are tuned on: on fewer it would be done by chance.
    private static let fewestRows = (all: 100, ofClass: 10)

    /// - Parameters:
    ///   - names: of the classes, or of the score.
    ///   - dev: the rows to choose on, if there are any.
    package init(_ options: TrainingOptions, task: TrainingTask, names: [String], dev: TokenRows?) {
        self.options = options
        self.task = task
        self.names = names
        self.dev = dev
    }

    /// The rule for one class of each row; nil for other tasks, where the options ask for none, and on too few rows.
    /// - Parameter logits: gives the model's scores of the dev rows, `[rows, names]`, row-major.
    package func rule(_ logits: () throws -> [Float]) rethrows -> AnswerRule? {
        guard task.choosesAnswerRule, options.answers != .plain, let dev, ruleProblem == nil else {
            return nil
        }
        return AnswerRule(
            tunedOn: try logits(), labels: (0..<dev.count).map(dev.label(of:)), classCount: names.count,
            choosesThreshold: options.answers == .tuned, abstaining: options.abstaining)
    }

    /// Least probability at which each class is given, for rows of any number of classes; nil for others, without dev
    /// rows, and where the options ask for none.
    /// - Parameter logits: as for ``rule(_:)``.
    package func thresholds(_ logits: () throws -> [Float]) rethrows -> [Double]? {
        guard let choose = task.thresholds, options.answers == .tuned, let dev else { return nil }
        return choose(dev, task.answers(try logits(), names.count), names.count)
    }

    /// Least difference at which no answer is given; nil for other tasks, without dev rows, and where the options ask for none.
    /// - Parameter logits: as for ``rule(_:)``.
    package func nullThreshold(_ logits: () throws -> [Float]) rethrows -> Double? {
        guard let choose = task.nullThreshold, options.answers == .tuned, let dev else { return nil }
        return choose(dev, task.answers(try logits(), names.count))
    }

    /// What of the answers comes out otherwise than the options ask for, or by chance; a sentence each.
    package var notes: [String] {
        if options.abstaining > 0, let problem = ruleProblem {
            return [
                "abstain is \(options.abstaining) and has no effect: to choose the rows without an answer, \(problem)"
            ]
        }
        if let dev, task.nullThreshold != nil, options.answers == .tuned {
            let (answered, silent) = dev.questions
            let isEnough =
                answered + silent >= Self.fewestRows.all && min(answered, silent) >= Self.fewestRows.ofClass
            if silent == 0 || isEnough { return [] }
            return [
                "the threshold of \"no answer\" is not reliable: dev needs at least \(Self.fewestRows.all) questions and "
                    + "\(Self.fewestRows.ofClass) of each kind, and has \(answered) with an answer and \(silent) without"
            ]
        }
        guard let dev, task.thresholds != nil, options.answers == .tuned else { return [] }
        if let problem = tooFewRows {
            return ["the thresholds of the classes are not reliable: \(problem)"]
        }
        let rare = rareClasses(dev).map { "'\(names[$0])'" }
        return rare.isEmpty
            ? []
            : [
                "the thresholds of \(rare.joined(separator: ", ")) are not reliable: dev needs at least "
                    + "\(Self.fewestRows.ofClass) rows of a class, and as many without it"
            ]
    }

    /// Why no rule can be chosen on these rows, which have one class each; nil if one can be.
    private var ruleProblem: String? {
        if let problem = tooFewRows { return problem }
        let counts = dev?.labelCounts(classCount: names.count) ?? []
        guard let rarest = counts.indices.min(by: { counts[$0] < counts[$1] }),
            counts[rarest] < Self.fewestRows.ofClass
        else { return nil }
        return
            "dev needs at least \(Self.fewestRows.ofClass) rows of each class, and has \(counts[rarest]) of '\(names[rarest])'"
    }

    private var tooFewRows: String? {
        let count = dev?.count ?? 0
        return count < Self.fewestRows.all
            ? "dev needs at least \(Self.fewestRows.all) rows, and has \(count)" : nil
    }

    /// Classes that too few of the rows have, or too few have not.
    private func rareClasses(_ dev: TokenRows) -> [Int] {
        dev.targetCounts(width: names.count).enumerated().filter {
            min($1, dev.count - $1) < Self.fewestRows.ofClass
        }.map(\.offset)
    }
}
