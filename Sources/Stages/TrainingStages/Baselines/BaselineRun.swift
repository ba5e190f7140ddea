internal import Baselines
internal import DatasetStages
internal import ShardFormat
internal import StageKit
internal import TextBasics
internal import Training

/// Fits a baseline to the rows of shards and writes its folder.
struct BaselineRun {
    let settings: BaselineTraining.Settings
    let options: TrainingOptions
    let context: StageContext

    /// A baseline and how its scores become answers.
    struct Fitted {
        var outcome: BaselineTraining.Outcome
        var thresholds: [Double]?
        var rule: AnswerRule?
        /// What of the answers comes out by chance; a sentence each.
        var notes: [String]
    }

    func run(_ shards: ShardFolder, of data: InputArtifact, to folder: String) throws -> TrainFigures {
        let manifest = shards.manifest
        if let other = TrainingTask(manifest.taskName).rowsHave {
            throw StageError(
                "a baseline gives one answer to a text, and the rows have \(other)",
                hint: "leave 'model' out to train an encoder")
        }
        let texts = try ShardTexts(data, manifest, context)
        let train = try texts.side("train", of: shards)
        let dev = manifest.rows["dev", default: 0] > 0 ? try texts.side("dev", of: shards) : nil
        let fitted = try fit(train, dev, manifest)
        for note in fitted.notes { context.progress.warn(note) }
        var provenance = ModelProvenance(manifest)
        provenance.thresholds = fitted.thresholds
        provenance.answers = fitted.rule
        let options = options(for: manifest)
        let card = BaselineCard(fitted.outcome, settings: settings, options: options, manifest: manifest)
        try BaselineFolder(path: folder, model: fitted.outcome.model, provenance: provenance).write(
            card: card.text)
        return figures(fitted.outcome, options)
    }

    func fit(
        _ train: BaselineTraining.Side, _ dev: BaselineTraining.Side?, _ manifest: ShardManifest
    ) throws -> Fitted {
        let task = TrainingTask(manifest.taskName)
        let options = options(for: manifest)
        let training = BaselineTraining(settings, options: options, task: task, labels: manifest.labelNames)
        let outcome = try training.run(train: train, dev: dev) { progress in
            try context.checkpoint()
            context.progress.report(
                progress.done, of: progress.total, unit: "fits",
                note: settings.kind.rawValue + (settings.kind == .majority ? "" : ", C \(progress.cost)"))
        }
        let tuning = AnswerTuning(options, task: task, names: manifest.labelNames, dev: dev?.rows)
        func logits() -> [Float] {
            dev.map { outcome.model.logits(of: $0.texts, firsts: $0.firsts, threads: options.threads) } ?? []
        }
        return Fitted(
            outcome: outcome, thresholds: tuning.thresholds(logits), rule: tuning.rule(logits),
            notes: tuning.notes)
    }

    func options(for manifest: ShardManifest) -> TrainingOptions {
        var options = options
        options.threads = context.threads
        options.metric = options.metric(for: manifest.taskName)
        return options
    }

    private func figures(_ outcome: BaselineTraining.Outcome, _ options: TrainingOptions) -> TrainFigures {
        var figures = TrainFigures()
        figures.kind = settings.kind.rawValue
        figures.parameters = outcome.model.coefficients.count + outcome.model.intercepts.count
        figures.steps = outcome.iterations
        figures.metric = options.metric.rawValue
        figures.bestMetric = outcome.devScores?.value(of: options.metric)
        if settings.kind != .majority {
            figures.cost = outcome.cost
            figures.trials = outcome.trials.map { trial in
                var record = TrainFigures.Trial()
                record.cost = trial.cost
                record.metric = trial.metric
                return record
            }
        }
        return figures
    }
}

extension BaselineKind {
    /// For people, in the middle of a sentence.
    var title: String {
        switch self {
        case .majority: "the most frequent answer"
        case .length: "the text's length"
        case .tfidf: "TF-IDF"
        }
    }
}

/// Reads the texts that the rows of shards were tokenized from.
struct ShardTexts {
    private let texts: DatasetTexts
    /// Whether the titles of articles go before them.
    let hasTitles: Bool

    /// - Throws: ``StageError`` for rows that are pairs of texts of their own: shards do not name the second ones.
    init(_ data: InputArtifact, _ manifest: ShardManifest, _ context: StageContext) throws {
        guard manifest.textPair == nil || manifest.textPair == "title" else {
            throw StageError(
                "these rows are pairs of texts, and a baseline reads single texts, or comments with the titles of their articles",
                hint: "train an encoder on them")
        }
        hasTitles = manifest.textPair == "title"
        texts = try DatasetTexts(DatasetFacts(data), context)
    }

    func side(_ name: String, of shards: ShardFolder) throws -> BaselineTraining.Side {
        let rows = try shards.rows(of: name)
        let ids = (0..<rows.count).map(rows.comment(of:))
        return BaselineTraining.Side(
            rows: rows, texts: try texts.texts(of: ids), firsts: hasTitles ? try texts.titles(of: ids) : nil)
    }
}
