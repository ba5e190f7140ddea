internal import LinearModels
internal import SeededRandom
package import TextBasics
package import TextFeatures
package import Training

/// Fits a baseline to rows with targets, and chooses how strong its penalty is by how well it does on others.
package struct BaselineTraining {
    /// What to fit.
    package struct Settings: Hashable, Sendable {
        package var kind: BaselineKind
        /// N-grams to count, each by its rules, in the text and in the first text of pairs; of ``BaselineKind/tfidf``.
        package var ngrams: [TfidfVectorizer.Options]
        /// Inverse weights of the penalty to choose among, above 0, as scikit-learn has them.
        package var costs: [Double]
        /// Most training rows to fit to, drawn by their numbers; `nil` for all.
        package var mostRows: Int?
        /// Numbers of the training rows to fit to, rising; `nil` for all, or ``mostRows`` of them.
        package var rows: [Int]?

        package init(
            _ kind: BaselineKind, ngrams: [TfidfVectorizer.Options] = [Self.characters],
            costs: [Double] = Self.usualCosts
        ) {
            self.kind = kind
            self.ngrams = ngrams
            self.costs = costs
        }

        /// Inverse weights of the penalty that are tried where none are given.
        package static let usualCosts = [0.0625, 0.25, 1, 4, 16]

        /// Runs of one to five characters inside of words: knows stems, endings and misspellings without a tokenizer.
        package static let characters = TfidfVectorizer.Options(
            NgramRules(.charactersInWords, lengths: 1...5), leastTexts: 2, sublinear: true)
    }

    /// Rows with their texts.
    package struct Side {
        package var rows: TokenRows
        /// Of each row the only text, of pairs the second.
        package var texts: UTF8Rows
        /// Of each row the first text, of pairs.
        package var firsts: UTF8Rows?

        package init(rows: TokenRows, texts: UTF8Rows, firsts: UTF8Rows? = nil) {
            precondition(
                texts.count == rows.count && firsts?.count ?? rows.count == rows.count, "a text for each row")
            self.rows = rows
            self.texts = texts
            self.firsts = firsts
        }
    }

    /// How well one penalty did.
    package struct Trial: Hashable, Sendable {
        package var cost: Double
        /// The metric of the options on the rows that choose; `nil` if it is undefined.
        package var metric: Double?
        /// Mean loss on the same rows; `nil` without rows that choose.
        package var loss: Double?

        fileprivate mutating func score(_ scores: TaskScores, by metric: TrainingOptions.Metric) {
            self.metric = scores.value(of: metric)
            loss = scores.loss
        }

        /// Of equally good scores the lower loss is better, as between checkpoints.
        fileprivate func isBetter(than other: Trial, by metric: TrainingOptions.Metric) -> Bool {
            guard let value = self.metric else { return false }
            guard let best = other.metric else { return true }
            if value == best { return (loss ?? .infinity) < (other.loss ?? .infinity) }
            return metric.isBetter(value, than: best)
        }
    }

    package struct Outcome: Sendable {
        package var model: BaselineModel
        /// Each penalty that was tried, in their order.
        package var trials: [Trial]
        /// The one that was taken.
        package var cost: Double
        /// Whether parts of the training rows chose it, in the absence of dev rows.
        package var isCrossValidated: Bool
        /// Scores of the model on dev.
        package var devScores: TaskScores?
        package var iterations: Int
        /// Training rows that it was fitted to.
        package var trainRows: Int
    }

    /// How far a training has come: fits of the linear model.
    package struct Progress: Hashable, Sendable {
        package var done: Int
        package var total: Int
        /// The inverse weight of the penalty that is tried next.
        package var cost: Double
    }

    package let settings: Settings
    package let options: TrainingOptions
    package let task: TrainingTask
    package let labels: [String]

    package init(
        _ settings: Settings, options: TrainingOptions, task: TrainingTask, labels: [String]
    ) {
        self.settings = settings
        self.options = options
        self.task = task
        self.labels = labels
    }

    /// Parts of the training rows, each of which is left out once where there are no dev rows.
    private static let folds = 5

    /// - Parameter progress: called before each fit; may throw.
    /// - Throws: ``/Training/TrainingError`` for rows that nothing can be learned from.
    package func run(
        train: Side, dev: Side?, progress: (Progress) throws -> Void = { _ in }
    ) throws -> Outcome {
        try task.check(options, train.rows, dev?.rows, labels.count)
        let places = places(of: train.rows)
        let own = train.texts(places)
        let features = try features(of: Side(rows: train.rows, parts: own))
        let rows = features.rows(of: own.texts, firsts: own.firsts, threads: options.threads)
        let devRows = dev.map { features.rows(of: $0.texts, firsts: $0.firsts, threads: options.threads) }
        let costs = settings.kind == .majority ? [1] : settings.costs
        let isCrossValidated = dev == nil && costs.count > 1
        var state = Progress(
            done: 0, total: isCrossValidated ? Self.folds * costs.count + 1 : costs.count, cost: 0)
        func report(_ cost: Double) throws {
            state.cost = cost
            try progress(state)
            state.done += 1
        }
        var best: (trial: Trial, model: BaselineModel, iterations: Int)?
        var trials: [Trial] = []
        let chosenByFolds = isCrossValidated ? try crossValidate(train, places, costs, report) : nil
        for cost in chosenByFolds.map({ [$0.cost] }) ?? costs {
            try report(cost)
            let (model, iterations) = fit(features, rows, train.rows, cost, only: places)
            var trial = Trial(cost: cost)
            if let dev, let devRows { trial.score(try scores(model, dev, devRows), by: options.metric) }
            trials.append(trial)
            if best.map({ trial.isBetter(than: $0.trial, by: options.metric) }) ?? true {
                best = (trial, model, iterations)
            }
        }
        guard let best else { throw TrainingError.options(["C names no value to try"]) }
        return Outcome(
            model: best.model, trials: chosenByFolds?.trials ?? trials, cost: best.trial.cost,
            isCrossValidated: chosenByFolds != nil,
            devScores: try dev.flatMap { dev in try devRows.map { try scores(best.model, dev, $0) } },
            iterations: best.iterations, trainRows: places.count)
    }

    /// The training rows to fit to: all, or as many as there may be with the least draws, in their order.
    private func places(of rows: TokenRows) -> [Int] {
        if let rows = settings.rows { return rows }
        guard let most = settings.mostRows, most < rows.count else { return Array(0..<rows.count) }
        let drawn = (0..<rows.count).map { Self.draw(rows.comment(of: $0)) }
        return drawn.indices.sorted { (drawn[$0], $0) < (drawn[$1], $1) }.prefix(most).sorted()
    }

    /// A number of a row that depends on its comment alone.
    private static func draw(_ comment: Int64) -> UInt64 {
        var random = SplitMix64(seed: UInt64(bitPattern: comment))
        return random.next()
    }

    private func scores(_ model: BaselineModel, _ side: Side, _ rows: SparseFeatures) throws -> TaskScores {
        let answers = task.answers(model.logits(of: rows), labels.count)
        return try task.scores(ScoredRows(side.rows, form: task.name.form, names: labels, answers: answers))
    }

    private func features(of side: Side) throws -> BaselineFeatures {
        switch settings.kind {
        case .majority: return .majority
        case .length: return .length
        case .tfidf:
            let fields: [(BaselineFeatures.Part.Field, UTF8Rows)] =
                (side.firsts.map { [(.first, $0)] } ?? []) + [(.text, side.texts)]
            let parts = fields.flatMap { field, texts in
                settings.ngrams.map { BaselineFeatures.Part(field, TfidfVectorizer($0, fitting: texts)) }
            }
            guard parts.contains(where: { $0.vectorizer.count > 0 }) else {
                let fewest = settings.ngrams.map(\.leastTexts).min() ?? 1
                throw TrainingError.data(
                    "no n-gram is in \(fewest) or more of the \(side.rows.count) training texts; lower 'min_df'"
                )
            }
            return .tfidf(parts)
        }
    }

    private func fit(
        _ features: BaselineFeatures, _ matrix: SparseFeatures, _ rows: TokenRows, _ cost: Double,
        only places: [Int]? = nil
    ) -> (BaselineModel, iterations: Int) {
        var options = options
        options.l2 = 1 / cost
        let fit = task.fit(
            matrix, of: rows, only: places, options: options, scoreCount: labels.count,
            tolerance: Self.tolerance)
        return (
            BaselineModel(
                features: features, task: task, labels: labels, coefficients: fit.coefficients,
                intercepts: fit.intercepts), fit.iterations
        )
    }

    /// Largest entry of the mean loss's gradient at which a fit ends: a hundredth of scikit-learn's.
    private static let tolerance = 1e-6

    /// Answers each part of the rows by models of the other parts, for each penalty.
    private func crossValidate(
        _ side: Side, _ places: [Int], _ costs: [Double], _ report: (_ cost: Double) throws -> Void
    ) throws -> (cost: Double, trials: [Trial]) {
        let width = labels.count
        var answers = costs.map { _ in [Double](repeating: 0, count: side.rows.count * width) }
        let fold = places.map {
            (row: $0, number: Int(Self.draw(side.rows.comment(of: $0)) % UInt64(Self.folds)))
        }
        for left in 0..<Self.folds {
            let (kept, asked) = (
                fold.filter { $0.number != left }.map(\.row), fold.filter { $0.number == left }.map(\.row)
            )
            guard !kept.isEmpty, !asked.isEmpty else { continue }
            let own = side.texts(kept)
            let features = try features(of: Side(rows: side.rows, parts: own))
            let rows = features.rows(of: own.texts, firsts: own.firsts, threads: options.threads)
            let others = side.texts(asked)
            let asking = features.rows(of: others.texts, firsts: others.firsts, threads: options.threads)
            for (number, cost) in costs.enumerated() {
                try report(cost)
                let (model, _) = fit(features, rows, side.rows, cost, only: kept)
                let found = task.answers(model.logits(of: asking), width)
                for (place, row) in asked.enumerated() {
                    for label in 0..<width {
                        answers[number][row * width + label] = found[place * width + label]
                    }
                }
            }
        }
        let trials = try zip(costs, answers).map { cost, answers in
            var trial = Trial(cost: cost)
            let rows = ScoredRows(side.rows, form: task.name.form, names: labels, answers: answers)
            trial.score(try task.scores(rows.some(places)), by: options.metric)
            return trial
        }
        let best = trials.dropFirst().reduce(trials[0]) { best, trial in
            trial.isBetter(than: best, by: options.metric) ? trial : best
        }
        return (best.cost, trials)
    }
}

extension BaselineTraining.Side {
    /// The texts of some rows.
    fileprivate func texts(_ places: [Int]) -> (texts: UTF8Rows, firsts: UTF8Rows?) {
        if places.count == rows.count { return (texts, firsts) }
        func some(_ rows: UTF8Rows) -> UTF8Rows {
            var some = UTF8Rows()
            for place in places { some.append(rows[place]) }
            return some
        }
        return (some(texts), firsts.map(some))
    }

    /// Texts of some of the rows, to count n-grams in.
    fileprivate init(rows: TokenRows, parts: (texts: UTF8Rows, firsts: UTF8Rows?)) {
        self.rows = rows
        texts = parts.texts
        firsts = parts.firsts
    }
}
