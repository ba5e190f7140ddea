public import Models
import ShardFormat

/// A trained model's answers on the labelled rows of a split, and their scores.
public struct ModelEvaluation {
    public let scores: ClassificationScores
    /// Names of the classes, in their order.
    public let labelNames: [String]
    /// Numbers of the comments, true classes, and probabilities `[rows, classes]`, in the order of the shards.
    public let comments: [Int64]
    public let labels: [Int]
    public let probabilities: [Double]

    /// Scores a model on a split; the model is not changed.
    ///
    /// - Parameters:
    ///   - tokenizerDigest: digest of the model's tokenizer, which must be that of the shards.
    /// - Throws: `ShardError` that names the field in which model and shards differ.
    public init(
        of folder: ModelFolder, on split: String, of shards: ShardFolder, tokenizerDigest: String?,
        threads: Int,
        precision: Precision = .fp32
    ) throws {
        let manifest = shards.manifest
        try manifest.requireFit(
            tokenizerDigest: tokenizerDigest ?? folder.provenance?.tokenizerDigest,
            vocabularySize: folder.configuration.plan.vocabularySize,
            positions: folder.configuration.plan.maxTokens)
        let (model, names) = try folder.makeTrainedModel(threads: threads, precision: precision)
        guard names == manifest.labelNames else {
            throw ShardError("label_names: the shards have \(manifest.labelNames), the model \(names)")
        }
        try folder.provenance?.requireCleaning(of: manifest)
        let rows = try shards.rows(of: split)
        labelNames = names
        comments = (0..<rows.count).map(rows.comment(of:))
        labels = (0..<rows.count).map(rows.label(of:))
        probabilities = try Predictor(model).probabilities(of: rows)
        scores = try ClassificationScores(
            labels: labels, probabilities: probabilities, classCount: names.count)
    }
}
