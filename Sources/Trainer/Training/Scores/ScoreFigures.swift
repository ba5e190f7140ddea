package import JSON
internal import ShardFormat

/// What is reported of one model on one set of rows, by the evaluate stage and by `splitvote evaluate`. Which members
/// there are depends on the task.
package struct ScoreFigures: JSONRecord {
    package var rows: Int?
    package var accuracy: Double?
    package var macroF1: Double?
    package var microF1: Double?
    package var weightedF1: Double?
    package var exactMatch: Double?
    package var mcc: Double?
    package var rocAUC: Double?
    package var prAUC: Double?
    package var logLoss: Double?
    package var brier: Double?
    package var ece: Double?
    /// Against the probabilities that the votes imply; see ``VoteScores``.
    package var softAccuracy: Double?
    package var softMacroF1: Double?
    package var voteDivergence: Double?
    package var pearson: Double?
    package var spearman: Double?
    package var rmse: Double?
    package var mae: Double?
    package var r2: Double?
    /// Scores that only one task has, by their names; see ``TrainingTask/ownScores``.
    package var own: [String: Double]?
    /// Name of the task; `nil` for one class of each row.
    package var task: String?
    /// Name of a regression's score.
    package var score: String?
    package var classes: [OfClass]?
    /// Rows by true class, then by predicted one.
    package var confusion: [[Int]]?
    package var majority: Majority?
    package var mean: Mean?
    package var asAnswered: Answered?
    /// The two ends of 95 % intervals of scores, by the scores' names.
    package var intervals: [String: [Double]]?
    /// Name of the side that was scored.
    package var split: String?
    /// Id of the label set.
    package var labelSet: String?
    /// Name of the stage that trained the model; `nil` if there is only one.
    package var model: String?
    /// The main scores of baselines on the same rows, and the model's less theirs; see ``Beside``.
    package var tfidfScore: Double?
    package var overTfidf: Double?
    package var overTfidfLow: Double?
    package var overTfidfHigh: Double?
    package var overTfidfP: Double?
    package var majorityScore: Double?
    package var overMajority: Double?
    package var overMajorityLow: Double?
    /// Baselines that were fitted to the train side.
    package var baselines: [Beside]?
    /// Why there are none, or some are missing; `nil` if all that were asked for are there.
    package var baselinesAbsent: String?
    /// Other models that the user names.
    package var against: [Beside]?
    /// Those of every model on every side; `nil` if these figures are all.
    package var results: [ScoreFigures]?

    package init() {}

    package init?(json: JSONValue) {
        self.init()
        guard readFields(of: json) else { return nil }
        let found = TrainingTask.ownScores.reduce(into: [:]) { $0[$1.name] = json[$1.name]?.doubleValue }
        own = found.isEmpty ? nil : found
    }

    package var json: JSONValue {
        var members = fieldsJSON
        for score in TrainingTask.ownScores {
            if let value = own?[score.name] { members[score.name] = .number(value) }
        }
        return members
    }

    /// A score that only one task has.
    package subscript(own name: String) -> Double? { own?[name] }

    /// Whether a score belongs to these figures and has no value: a correlation of numbers of which one side is constant.
    package func isUndefined(_ path: KeyPath<ScoreFigures, Double?>) -> Bool {
        isRegression && (path == \.pearson || path == \.spearman) && self[keyPath: path] == nil
    }

    /// The scores in the order in which they are declared to checks, then the rest.
    package static let fields: [JSONField<ScoreFigures>] =
        scores + besides + [
            JSONField("r2", \.r2), JSONField("task", \.task), JSONField("score", \.score),
            JSONField("classes", \.classes), JSONField("confusion", \.confusion),
            JSONField("majority", \.majority), JSONField("mean", \.mean),
            JSONField("as_answered", \.asAnswered), JSONField("intervals", \.intervals),
            JSONField("split", \.split), JSONField("label_set", \.labelSet), JSONField("model", \.model),
            JSONField("baselines", \.baselines), JSONField("baselines_absent", \.baselinesAbsent),
            JSONField("against", \.against), JSONField("results", \.results),
        ]

    private static let scores: [JSONField<ScoreFigures>] = [
        JSONField("rows", \.rows, "rows scored"),
        JSONField(
            "accuracy", \.accuracy, "share of rows predicted correctly, 0 ... 1; for one class per row"),
        JSONField("macro_f1", \.macroF1, "mean F1 of the classes, 0 ... 1"),
        JSONField("micro_f1", \.microF1, "F1 over all decisions together, 0 ... 1"),
        JSONField("weighted_f1", \.weightedF1, "mean F1 weighted by rows of the class, 0 ... 1"),
        JSONField(
            "exact_match", \.exactMatch,
            "share of rows with all classes correct, 0 ... 1; for any number of classes"),
        JSONField(
            "mcc", \.mcc,
            "Matthews' correlation of truth and prediction, -1 ... 1; of any number of classes their mean"),
        JSONField("roc_auc", \.rocAUC, "area under the ROC curve, 0 ... 1"),
        JSONField(
            "pr_auc", \.prAUC, "average precision, the area under precision over recall, 0 ... 1"),
        JSONField("log_loss", \.logLoss, "mean cross-entropy, in nats"),
        JSONField(
            "brier", \.brier, "mean squared error of the probabilities, 0 ... 1 for two classes"),
        JSONField("ece", \.ece, "expected calibration error, 0 ... 1"),
        JSONField(
            "soft_accuracy", \.softAccuracy,
            "mean share of the probability that model and votes give to the same classes, 0 ... 1"),
        JSONField(
            "soft_macro_f1", \.softMacroF1, "mean F1 of the classes, counted by those probabilities, 0 ... 1"),
        JSONField(
            "vote_divergence", \.voteDivergence,
            "mean Jensen-Shannon divergence of the model's probabilities from those of the votes, in bits, 0 ... 1"
        ),
        JSONField("pearson", \.pearson, "correlation of scores, -1 ... 1; for regression"),
        JSONField("spearman", \.spearman, "correlation of the ranks of scores, -1 ... 1; for regression"),
        JSONField("rmse", \.rmse, "root of the mean squared error; for regression"),
        JSONField("mae", \.mae, "mean absolute error, of scores or of the numbers of classes in an order"),
    ]

    private static let besides: [JSONField<ScoreFigures>] = [
        JSONField(
            "tfidf_score", \.tfidfScore,
            "the main score of TF-IDF on the same rows: macro F1, of scores Pearson's r, of classes in an order kappa"
        ),
        JSONField("over_tfidf", \.overTfidf, "the model's main score less that of TF-IDF"),
        JSONField(
            "over_tfidf_low", \.overTfidfLow,
            "lower end of its 95 % interval; above 0, the model is better by more than chance"),
        JSONField(
            "over_tfidf_high", \.overTfidfHigh,
            "upper end of its 95 % interval; below 0, TF-IDF is better by more than chance"),
        JSONField(
            "over_tfidf_p", \.overTfidfP,
            "McNemar's probability, 0 ... 1, that model and TF-IDF differ so much in their right answers by chance"
        ),
        JSONField("majority_score", \.majorityScore, "the main score of the most frequent answer, likewise"),
        JSONField(
            "over_majority", \.overMajority, "the model's main score less that of the most frequent answer"),
        JSONField("over_majority_low", \.overMajorityLow, "lower end of its 95 % interval"),
    ]

    package var isMultiLabel: Bool { task == TaskName.multiLabel.rawValue }
    package var isRegression: Bool { task == TaskName.regression.rawValue }

    /// The 95 % interval of a score; `nil` if there is none.
    package func interval(_ score: PartialKeyPath<ScoreFigures>) -> ClosedRange<Double>? {
        intervals?[Self.name(score)].flatMap { ends in
            ends.count == 2 && ends[0] <= ends[1] ? ends[0]...ends[1] : nil
        }
    }
}

extension ScoreFigures {
    package struct OfClass: JSONRecord {
        package var name: String?
        package var precision: Double?
        package var recall: Double?
        package var f1: Double?
        /// Rows of the class.
        package var support: Int?
        /// Least probability at which it is given; where a row has any number of classes.
        package var threshold: Double?

        package init() {}

        package static let fields: [JSONField<OfClass>] = [
            JSONField("name", \.name), JSONField("precision", \.precision), JSONField("recall", \.recall),
            JSONField("f1", \.f1), JSONField("support", \.support), JSONField("threshold", \.threshold),
        ]
    }

    /// What always answering the most frequent class scores.
    package struct Majority: JSONRecord {
        package var accuracy: Double?
        package var macroF1: Double?
        /// Of results of earlier versions.
        package var weightedF1: Double?
        /// The class by its name; results of earlier versions have its number.
        package var named: JSONValue?
        /// Its number, in results of still earlier ones.
        package var number: Int?

        package init() {}

        package static let fields: [JSONField<Majority>] = [
            JSONField("accuracy", \.accuracy), JSONField("macro_f1", \.macroF1),
            JSONField("weighted_f1", \.weightedF1), JSONField("class", \.named),
            JSONField("label", \.number),
        ]

        /// The name of the class, of these.
        package func className(among classes: [String]) -> String? {
            guard let number = named?.intValue ?? number, classes.indices.contains(number) else {
                return named?.stringValue
            }
            return classes[number]
        }
    }

    /// What always answering the mean scores.
    package struct Mean: JSONRecord {
        package var rmse: Double?

        package init() {}

        package static let fields: [JSONField<Mean>] = [JSONField("rmse", \.rmse)]
    }

    /// What comes of the answers by the rule that the model's folder keeps.
    package struct Answered: JSONRecord {
        package var rows: Int?
        package var withoutAnswer: Int?
        package var accuracy: Double?
        package var macroF1: Double?
        package var mcc: Double?
        package var logLoss: Double?
        package var brier: Double?
        package var ece: Double?
        package var temperature: Double?
        package var threshold: Double?
        /// Probabilities for which no answer is given.
        package var abstain: ClosedRange<Double>?

        package init() {}

        package static let fields: [JSONField<Answered>] = [
            JSONField("rows", \.rows), JSONField("without_answer", \.withoutAnswer),
            JSONField("accuracy", \.accuracy), JSONField("macro_f1", \.macroF1), JSONField("mcc", \.mcc),
            JSONField("log_loss", \.logLoss), JSONField("brier", \.brier), JSONField("ece", \.ece),
            JSONField("temperature", \.temperature), JSONField("threshold", \.threshold),
            JSONField("abstain", \.abstain),
        ]
    }
}
