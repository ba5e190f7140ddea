import CLibrary
import Models
import ShardFormat

/// What the scores of a model's head say, by `problem_type`, and by the rule that its folder keeps.
package struct ModelAnswers: Hashable, Sendable {
    /// The shape of an answer, whatever the task.
    package enum Form: Hashable, Sendable {
        /// One class of each row.
        case oneClass
        /// A yes or no for each class.
        case anyClasses
        /// The scores themselves.
        case numbers
    }

    package enum Answer: Hashable, Sendable {
        /// The class, nil if the rule gives none, and the probability of each.
        case oneClass(Int?, probabilities: [Double])
        /// The classes, and the probability of each.
        case anyClasses([Int], probabilities: [Double])
        case numbers([Double])
    }

    package let form: Form
    private let taskName: TaskName
    /// Names of the classes, or of the scores, in their order.
    package let labels: [String]
    /// For one class of each row.
    package var rule: AnswerRule
    /// Least probability at which each of any number of classes is given.
    package var thresholds: [Double]

    /// Answers of that shape where nobody says for which task.
    package init(form: Form, labels: [String], rule: AnswerRule = .plain, thresholds: [Double]? = nil) {
        self.init(
            task: TrainingTask(TaskName(of: form.targets)), labels: labels, rule: rule, thresholds: thresholds
        )
    }

    package init(task: TrainingTask, labels: [String], rule: AnswerRule, thresholds: [Double]?) {
        taskName = task.name
        form = Form(task.name.form)
        self.labels = labels
        self.rule = rule
        self.rule.choice = task.choice
        self.thresholds = thresholds ?? labels.map { _ in 0.5 }
    }

    /// What the model was trained for.
    package var task: TrainingTask { TrainingTask(taskName) }

    /// The answer to one row's scores.
    package func answer(_ scores: [Float]) -> Answer {
        switch form {
        case .oneClass:
            let probabilities = rule.probabilities(scores, classCount: scores.count)
            return .oneClass(rule.answer(probabilities), probabilities: probabilities)
        case .anyClasses:
            let probabilities = scores.map { logistic(Double($0)) }
            let chosen = probabilities.indices.filter { probabilities[$0] >= thresholds[$0] }
            return .anyClasses(chosen, probabilities: probabilities)
        case .numbers: return .numbers(scores.map(Double.init))
        }
    }

    /// Takes other values than the folder's for what turns scores into answers; nil leaves what is there.
    /// - Returns: why one of them means nothing for these answers, with its name; nil if all were taken.
    package mutating func set(
        threshold: Double?, temperature: Double?, abstention: ClosedRange<Double>??
    ) -> (name: String, problem: String)? {
        let hasOneClass = form == .oneClass
        if threshold != nil, form == .numbers || hasOneClass && labels.count != 2 {
            return (
                "threshold",
                form == .numbers
                    ? "is for labels, and the model gives scores"
                    : "is for two labels, or for any number of them; the model gives one of \(labels.count)"
            )
        }
        for (name, isSet) in [("temperature", temperature != nil), ("abstain", abstention != nil)]
        where isSet && !hasOneClass {
            return (
                name,
                "is for one label of each text, and the model gives "
                    + (form == .numbers ? "scores" : "any number of them")
            )
        }
        if let temperature { rule.temperature = temperature }
        if let threshold {
            rule.threshold = threshold
            thresholds = labels.map { _ in threshold }
        }
        if let abstention { rule.abstention = abstention }
        return nil
    }
}

extension ModelFolder {
    /// What the scores for these classes say, by the task.
    package func answers(_ labels: [String]) -> ModelAnswers {
        ModelAnswers(
            task: task(classCount: labels.count), labels: labels, rule: provenance?.answers ?? .plain,
            thresholds: provenance?.thresholds)
    }
}

extension ModelAnswers.Form {
    fileprivate init(_ targets: TargetForm) {
        self =
            switch targets {
            case .oneClass, .wordClasses: .oneClass
            case .anyClasses: .anyClasses
            case .number, .answerPlaces: .numbers
            }
    }

    fileprivate var targets: TargetForm {
        switch self {
        case .oneClass: .oneClass
        case .anyClasses: .anyClasses
        case .numbers: .number
        }
    }
}
