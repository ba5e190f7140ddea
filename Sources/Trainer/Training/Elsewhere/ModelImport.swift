import Models
import ShardFormat

/// A classifier that was trained elsewhere, taken over as if it had been trained here: with the cleaning, the tokenizer and
/// the labels of the shards that it is said to be for.
package struct ModelImport {
    private let folder: ModelFolder
    private let shards: ShardFolder
    private let options: TrainingOptions

    /// What was taken over.
    package struct Imported {
        package let parameterCount: Int
        /// Scores of the dev rows, if there are any.
        package let dev: TaskScores?
        /// What was assumed, a sentence each.
        package let notes: [String]
    }

    /// - Parameters:
    ///   - folder: with the tokenizer of the shards.
    ///   - options: of which the answers and the threads count.
    /// - Throws: ``TrainingError`` or `ShardError` where model and shards do not belong together.
    package init(_ folder: ModelFolder, shards: ShardFolder, options: TrainingOptions) throws {
        let (manifest, plan) = (shards.manifest, folder.configuration.plan)
        try manifest.requireFit(
            tokenizerDigest: nil, vocabularySize: plan.vocabularySize, positions: plan.maxTokens)
        try folder.provenance?.requireCleaning(of: manifest)
        self.folder = folder
        self.shards = shards
        self.options = options
    }

    private var task: TrainingTask { TrainingTask(shards.manifest.taskName) }

    /// Writes the model as training here leaves it; scores the dev rows and chooses how scores become answers on them.
    package func write(to path: String) throws -> Imported {
        let manifest = shards.manifest
        let (model, names) = try folder.makeTrainedModel(threads: options.threads)
        var notes = try checkLabels(names, model)
        let dev = manifest.rows["dev", default: 0] > 0 ? try shards.rows(of: "dev") : nil
        let logits = try dev.map { try Predictor(model, task: task).logits(of: $0) } ?? []
        let tuning = AnswerTuning(options, task: task, names: manifest.labelNames, dev: dev)
        notes += tuning.notes
        var provenance = ModelProvenance(manifest)
        provenance.hasReadEverySide = folder.provenance?.hasReadEverySide == true
        provenance.thresholds = tuning.thresholds { logits }
        provenance.answers = tuning.rule { logits }
        provenance.nullThreshold = tuning.nullThreshold { logits }
        provenance.trainedBy = folder.provenance?.trainedBy ?? "others; imported"
        let scores = try dev.map { try self.scores(of: logits, $0, model) }
        var trained = TrainedModel(
            model: model, task: task, labels: manifest.labelNames, source: folder, provenance: provenance,
            lowercase: manifest.tokenizer.lowercase, card: card(scores))
        trained.stripsAccents = manifest.tokenizer.stripAccents
        try trained.write(to: path)
        return Imported(parameterCount: model.parameters.parameterCount, dev: scores, notes: notes)
    }

    /// Names of classes must be those of the shards; a folder that names none, as transformers writes it where nobody does, is
    /// taken at its word about their number.
    private func checkLabels(_ names: [String], _ model: any TrainableModel) throws -> [String] {
        let manifest = shards.manifest
        let said = folder.task
        guard said.problemType == task.problemType else {
            throw TrainingError.advised(
                "\(folder.path) is a model for \(said.problemType), and the shards are for \(task.problemType)",
                hint: "set problem_type in its config.json, or name the shards that it was trained on")
        }
        guard model.labelCount == manifest.labelNames.count else {
            throw TrainingError.advised(
                "\(folder.path) tells \(model.labelCount) classes apart, and the shards have "
                    + "\(manifest.labelNames.count): \(manifest.labelNames.joined(separator: ", "))",
                hint: "name the shards that it was trained on")
        }
        if folder.labels == nil {
            return [
                "config.json of the model names no classes: its scores are taken to be those of "
                    + manifest.labelNames.joined(separator: ", ") + ", in this order"
            ]
        }
        guard names == manifest.labelNames else {
            throw TrainingError.advised(
                "the classes of \(folder.path) are \(names.joined(separator: ", ")), those of the shards "
                    + manifest.labelNames.joined(separator: ", "),
                hint: "name the shards that it was trained on; the order of id2label counts")
        }
        return []
    }

    private func scores(of logits: [Float], _ dev: TokenRows, _ model: any TrainableModel) throws
        -> TaskScores
    {
        try task.scores(
            ScoredRows(
                dev, form: task.name.form, names: ModelFolder.madeUp(model.labelCount),
                answers: task.answers(logits, model.labelCount)))
    }

    private func card(_ scores: TaskScores?) -> String {
        let manifest = shards.manifest
        let found = (scores?.headline ?? []).map { "\($0.name) \($0.value)" }.joined(separator: ", ")
        return """
            ---
            library_name: transformers
            pipeline_tag: text-classification
            tags: [splitvote, \(folder.configuration.dialect.modelType)]
            ---
            # A classifier of comments: \(manifest.labelNames.joined(separator: " or "))

            Not trained by splitvote, which took it over for label set `\(manifest.labelSet)`: texts are cleaned by \
            `\(manifest.cleanRules)` and have at most \(manifest.maxTokens) tokens. Whether it has seen the test rows, only its \
            makers know.
            \(found.isEmpty ? "" : "\nOn the dev split: \(found).\n")
            """
    }
}
