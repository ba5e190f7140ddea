package import Models
import ShardFormat

/// A trained model's answers on the rows of a split, and their scores.
package struct ModelEvaluation {
    package let task: TrainingTask
    package let scores: TaskScores
    /// Names of the classes, in their order; of a regression the one of its score.
    package let labelNames: [String]
    /// The rows that were scored.
    package let rows: TokenRows
    /// Probabilities or numbers, `[rows, names]`, in the order of the shards.
    package let answers: [Double]
    /// Least probability at which each class is given, where a row has any number of them.
    package let thresholds: [Double]?
    /// How the model's folder turns scores into answers, where it keeps a rule for that.
    package let rule: AnswerRule?

    /// Scores a model on a split; the model is not changed.
    ///
    /// - Parameters:
    ///   - tokenizerDigest: digest of the model's tokenizer, which must be that of the shards.
    /// - Throws: `ShardError` that names the field in which model and shards differ.
    package init(
        of folder: ModelFolder, on split: String, of shards: ShardFolder, tokenizerDigest: String?,
        threads: Int, precision: Precision = .fp32
    ) throws {
        let manifest = shards.manifest
        try manifest.requireFit(
            tokenizerDigest: tokenizerDigest,
            vocabularySize: folder.configuration.plan.vocabularySize,
            positions: folder.configuration.plan.maxTokens)
        let (model, names) = try folder.makeTrainedModel(threads: threads, precision: precision)
        guard names == manifest.labelNames else {
            throw ShardError("label_names: the shards have \(manifest.labelNames), the model \(names)")
        }
        let task = folder.task(classCount: names.count)
        guard task.name == manifest.taskName else {
            throw ShardError(
                "task: the shards are for \(manifest.taskName.rawValue), the model for \(task.name.rawValue)"
            )
        }
        try folder.provenance?.requireCleaning(of: manifest)
        rows = try shards.rows(of: split)
        labelNames = names
        self.task = task
        thresholds = folder.provenance?.thresholds
        rule = task.name == .singleLabel ? folder.provenance?.answers : nil
        answers = try Predictor(model, task: task).probabilities(of: rows)
        scores = try task.scores(rows, answers, names.count, thresholds)
    }
}
