import CLibrary

/// What the scores of a model's head say, by `problem_type`, and by the rule that its folder keeps.
public struct ModelAnswers: Hashable, Sendable {
    public enum Form: Hashable, Sendable {
        /// One class of each row.
        case oneClass
        /// A yes or no for each class.
        case anyClasses
        /// The scores themselves.
        case numbers
    }

    public enum Answer: Hashable, Sendable {
        /// The class, nil if the rule gives none, and the probability of each.
        case oneClass(Int?, probabilities: [Double])
        /// The classes, and the probability of each.
        case anyClasses([Int], probabilities: [Double])
        case numbers([Double])
    }

    public let form: Form
    /// Names of the classes, or of the scores, in their order.
    public let labels: [String]
    /// For one class of each row.
    public var rule: AnswerRule
    /// Least probability at which each of any number of classes is given.
    public var thresholds: [Double]

    public init(form: Form, labels: [String], rule: AnswerRule = .plain, thresholds: [Double]? = nil) {
        self.form = form
        self.labels = labels
        self.rule = rule
        self.thresholds = thresholds ?? labels.map { _ in 0.5 }
    }

    /// The answer to one row's scores.
    public func answer(_ scores: [Float]) -> Answer {
        switch form {
        case .oneClass:
            let probabilities = rule.probabilities(scores, classCount: scores.count)
            return .oneClass(rule.answer(probabilities), probabilities: probabilities)
        case .anyClasses:
            let probabilities = scores.map(Self.logistic)
            let chosen = probabilities.indices.filter { probabilities[$0] >= thresholds[$0] }
            return .anyClasses(chosen, probabilities: probabilities)
        case .numbers: return .numbers(scores.map(Double.init))
        }
    }

    private static func logistic(_ score: Float) -> Double {
        let decay = exp(-abs(Double(score)))
        return (score >= 0 ? 1 : decay) / (1 + decay)
    }
}

extension ModelFolder {
    /// What the scores for these classes say. A folder that says nothing means what transformers takes it to mean: one class
    /// of each row, and of a single class a yes or no.
    public func answers(_ labels: [String]) -> ModelAnswers {
        let form: ModelAnswers.Form =
            switch configuration.problemType {
            case "regression": .numbers
            case "multi_label_classification": .anyClasses
            case "single_label_classification": .oneClass
            default: labels.count == 1 ? .anyClasses : .oneClass
            }
        return ModelAnswers(
            form: form, labels: labels, rule: provenance?.answers ?? .plain,
            thresholds: provenance?.thresholds)
    }
}
