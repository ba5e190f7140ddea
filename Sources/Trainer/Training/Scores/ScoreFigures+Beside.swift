package import JSON
private import TextBasics

extension ScoreFigures {
    /// What another model scores on the same rows, and how far the two differ.
    package struct Beside: JSONRecord {
        /// The baseline's kind, or the model's folder.
        package var name: String?
        /// For people.
        package var title: String?
        /// Its own scores.
        package var scores: ScoreFigures?
        /// The task's main score first.
        package var differences: [Difference]?
        /// Rows that only one of the two has right.
        package var onlyModel: Int?
        package var onlyOther: Int?
        /// McNemar's probability of so large a difference by chance, and whether it is the binomial distribution's.
        package var mcnemarP: Double?
        package var isExact: Bool?
        /// Which is better, and whether by more than chance.
        package var sentence: String?
        /// Rows that a baseline was fitted to; all of them where ``allTrainRows`` is missing.
        package var trainRows: Int?
        package var allTrainRows: Int?
        /// Features of a row.
        package var features: Int?
        /// Inverse weight of the penalty.
        package var cost: Double?
        /// Whether it reads the titles before the texts.
        package var readsTitles: Bool?

        package init() {}

        package static let fields: [JSONField<Beside>] = [
            JSONField("name", \.name), JSONField("title", \.title), JSONField("scores", \.scores),
            JSONField("differences", \.differences), JSONField("only_model", \.onlyModel),
            JSONField("only_other", \.onlyOther), JSONField("mcnemar_p", \.mcnemarP),
            JSONField("mcnemar_exact", \.isExact), JSONField("sentence", \.sentence),
            JSONField("train_rows", \.trainRows), JSONField("all_train_rows", \.allTrainRows),
            JSONField("features", \.features), JSONField("C", \.cost),
            JSONField("titles", \.readsTitles),
        ]
    }

    /// One score of a model and of another one.
    package struct Difference: JSONRecord {
        package var score: String?
        package var model: Double?
        package var other: Double?
        /// Above 0 where the model is better.
        package var difference: Double?
        /// 95 %.
        package var interval: ClosedRange<Double>?

        package init() {}

        package static let fields: [JSONField<Difference>] = [
            JSONField("score", \.score), JSONField("model", \.model), JSONField("other", \.other),
            JSONField("difference", \.difference), JSONField("interval", \.interval),
        ]

        /// Whether chance alone rarely makes such a difference.
        package var isBeyondChance: Bool { interval.map { !$0.contains(0) } ?? false }
    }
}

extension ScoreFigures.Beside {
    /// - Parameters:
    ///   - name: the baseline's kind, or the model's folder.
    ///   - title: for people.
    ///   - scores: of the other model.
    package init(_ comparison: ModelComparison, name: String, title: String, scores: ScoreFigures) {
        self.init()
        self.name = name
        self.title = title
        self.scores = scores.alone
        differences = comparison.differences.map { found in
            var difference = ScoreFigures.Difference()
            difference.score = found.score
            difference.model = found.model
            difference.other = found.other
            difference.difference = found.value
            difference.interval = found.interval.map { $0.low...$0.high }
            return difference
        }
        if let discordance = comparison.discordance {
            onlyModel = discordance.onlyFirst
            onlyOther = discordance.onlySecond
            mcnemarP = discordance.probability
            isExact = discordance.isExact
        }
        sentence = words
    }

    /// The difference of the task's main score.
    package var main: ScoreFigures.Difference? { differences?.first }

    /// Whether it scores at least as well as the model.
    package var isAsGood: Bool { (main?.difference).map { $0 <= 0 } ?? false }

    /// `macro F1 0.587, TF-IDF 0.618: TF-IDF is better by 0.031 (95% interval 0.004 to 0.058; McNemar p = 0.021)`, and the same
    /// of the next score.
    private var words: String? {
        let clauses = (differences ?? []).prefix(2).enumerated().compactMap { place, difference in
            clause(difference, p: place == 0 ? mcnemarP : nil)
        }
        return clauses.isEmpty ? nil : clauses.joined(separator: "; ")
    }

    private func clause(_ difference: ScoreFigures.Difference, p: Double?) -> String? {
        guard let score = difference.score, let model = difference.model, let other = difference.other,
            let title
        else { return nil }
        let start =
            "\(ScoreFigures.title(of: score)) \(Self.number(model)), \(title) \(Self.number(other)): "
        let value = model - other
        if value == 0 { return start + "no difference" }
        let better = value > 0 ? "the model" : title
        var remarks: [String] = []
        if let interval = difference.interval {
            let ends = [interval.lowerBound, interval.upperBound]
            let shown = (value > 0 ? ends : ends.reversed().map(-)).map(Self.number)
            remarks.append("95% interval \(shown[0]) to \(shown[1])")
        }
        if let p { remarks.append("McNemar p " + (p < 0.001 ? "< 0.001" : "= \(Self.number(p))")) }
        let amount = abs(value) < 0.0005 ? "less than 0.001" : Self.number(abs(value))
        let verdict =
            difference.interval == nil || difference.isBeyondChance
            ? "\(better) is better by \(amount)"
            : "\(better) is ahead by \(amount), no more than chance gives"
        return start + verdict + (remarks.isEmpty ? "" : " (\(remarks.joined(separator: "; ")))")
    }

    private static func number(_ value: Double) -> String { Decimals.text(value, places: 3) }
}

extension ScoreFigures {
    /// Takes over how baselines do on the same rows, and the figures of them that checks test.
    package mutating func set(_ baselines: [Beside]) {
        self.baselines = baselines
        for beside in baselines {
            guard let main = beside.main else { continue }
            switch beside.name {
            case Self.tfidf:
                tfidfScore = main.other
                overTfidf = main.difference
                overTfidfLow = main.interval?.lowerBound
                overTfidfHigh = main.interval?.upperBound
                overTfidfP = beside.mcnemarP
            case Self.majorityName:
                majorityScore = main.other
                overMajority = main.difference
                overMajorityLow = main.interval?.lowerBound
            default: break
            }
        }
    }

    /// Names of baselines that have figures of their own.
    private static let (tfidf, majorityName) = ("tfidf", "majority")

    /// A score's name for people, in the middle of a sentence.
    package static func title(of name: String) -> String {
        switch name {
        case self.name(\.macroF1): "macro F1"
        case self.name(\.microF1): "micro F1"
        case self.name(\.rocAUC): "ROC AUC"
        case self.name(\.pearson): "Pearson's r"
        case self.name(\.spearman): "Spearman's ρ"
        default:
            TrainingTask.ownScores.first { $0.name == name }.map { $0.title.lowercased() }
                ?? String(name.map { $0 == "_" ? " " : $0 })
        }
    }

    /// The scores themselves: no classes, no intervals, nothing of other models.
    private var alone: ScoreFigures {
        var scores = self
        (scores.classes, scores.confusion, scores.majority, scores.mean) = (nil, nil, nil, nil)
        (scores.asAnswered, scores.intervals, scores.baselines, scores.against) = (nil, nil, nil, nil)
        (scores.task, scores.score, scores.split, scores.labelSet) = (nil, nil, nil, nil)
        return scores
    }
}
