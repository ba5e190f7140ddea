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
    /// The same beside the model's answers, in the order of the shards; their words, where those have tags.
    package let scored: ScoredRows
    /// How the model's folder turns scores into answers, where it keeps a rule for that.
    package let rule: AnswerRule?

    /// Probabilities or numbers, `[rows, names]`.
    package var answers: [Double] { scored.answers }

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
        let rows = try shards.rows(of: split)
        try self.init(
            of: rows, task: task, names: names,
            answers: try Predictor(model, task: task).probabilities(of: rows), provenance: folder.provenance)
    }

    /// Scores answers to the rows of a split.
    ///
    /// - Parameters:
    ///   - names: of the classes, or of the score.
    ///   - answers: probabilities or numbers, `[rows, names]`, row-major.
    ///   - provenance: what the model's folder keeps of thresholds and rules.
    package init(
        of rows: TokenRows, task: TrainingTask, names: [String], answers: [Double],
        provenance: ModelProvenance? = nil
    ) throws(ScoringError) {
        self.rows = rows
        self.task = task
        labelNames = names
        rule = task.choosesAnswerRule ? provenance?.answers : nil
        scored = ScoredRows(
            rows, form: task.name.form, names: names, answers: answers,
            thresholds: provenance?.thresholds ?? provenance?.nullThreshold.map { [$0] })
        scores = try task.scores(scored)
    }
}

extension ModelEvaluation {
    /// 95 % intervals of the scores that a reader compares models by.
    /// - Parameter resamples: samples drawn; fewer for many rows, at least 100.
    package func intervals(resamples: Int) -> [String: Bootstrap.Interval] {
        let affordable = max(100, 50_000_000 / max(1, scored.count * labelNames.count))
        return task.intervals(scored, resamples: min(resamples, affordable))
    }

    /// The class that each row is answered with, were there no rule in the folder: for one class of each row.
    package var predictedClasses: [Int] { scored.classes(by: task.choice) }
}
