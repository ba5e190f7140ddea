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

    func run(_ shards: ShardFolder, of data: InputArtifact, to folder: String) throws -> TrainFigures {
        let manifest = shards.manifest
        let task = TrainingTask(manifest.taskName)
        var options = options
        options.threads = context.threads
        options.metric = options.metric(for: manifest.taskName)
        let texts = try ShardTexts(data, manifest, context)
        let train = try texts.side("train", of: shards)
        let dev = manifest.rows["dev", default: 0] > 0 ? try texts.side("dev", of: shards) : nil
        let training = BaselineTraining(settings, options: options, task: task, labels: manifest.labelNames)
        let outcome = try training.run(train: train, dev: dev, checkpoint: context.checkpoint)
        let tuning = AnswerTuning(options, task: task, names: manifest.labelNames, dev: dev?.rows)
        for note in tuning.notes { context.progress.warn(note) }
        var provenance = ModelProvenance(manifest)
        func logits() -> [Float] {
            dev.map { outcome.model.logits(of: $0.texts, firsts: $0.firsts, threads: options.threads) } ?? []
        }
        provenance.thresholds = tuning.thresholds(logits)
        provenance.answers = tuning.rule(logits)
        let card = BaselineCard(outcome, settings: settings, options: options, manifest: manifest)
        try BaselineFolder(path: folder, model: outcome.model, provenance: provenance).write(card: card.text)
        return figures(outcome, options)
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

/// Reads the texts that the rows of shards were tokenized from.
struct ShardTexts {
    private let texts: DatasetTexts
    private let hasTitles: Bool

    /// - Throws: ``StageError`` for rows that are pairs of texts of their own: shards do not name the second ones.
    init(_ data: InputArtifact, _ manifest: ShardManifest, _ context: StageContext) throws {
        guard manifest.textPair == nil || manifest.textPair == "title" else {
            throw StageError(
                "these rows are pairs of texts, and a baseline reads single texts, or comments with the titles of their articles",
                hint: "train an encoder on them")
        }
        hasTitles = manifest.textPair == "title"
        texts = DatasetTexts(try DatasetFacts(data), context)
    }

    func side(_ name: String, of shards: ShardFolder) throws -> BaselineTraining.Side {
        let rows = try shards.rows(of: name)
        let ids = (0..<rows.count).map(rows.comment(of:))
        return BaselineTraining.Side(
            rows: rows, texts: try texts.texts(of: ids), firsts: hasTitles ? try texts.titles(of: ids) : nil)
    }
}
