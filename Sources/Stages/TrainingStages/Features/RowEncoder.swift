internal import Models
internal import StageKit
internal import TextBasics
internal import Tokenization
package import Training

/// Makes vectors of new texts as a features stage has made those of its rows.
package struct RowEncoder {
    private let model: any TrainableModel
    private let tokenizer: any Tokenizer
    private let maxTokens: Int
    private let side: TruncationSide
    private let threads: Int
    /// Name of the rules by which the rows' texts were cleaned.
    package let cleanRules: String

    /// - Parameters:
    ///   - features: what the stage gave last.
    ///   - initial: folder of its encoder.
    ///   - shards: folder of its rows.
    /// - Throws: `StageError` where one of them has changed since, or the rows are pairs of texts.
    package init(
        of stage: FeaturesStage, features: FeatureFolder, initial: String, shards: String, threads: Int
    ) throws {
        self = try TrainingFailure.asStageError {
            try Self(stage, features, initial: initial, try ShardFolder(shards), threads)
        }
    }

    private static let again = "run the pipeline, which makes the vectors again"

    private init(
        _ stage: FeaturesStage, _ features: FeatureFolder, initial: String, _ shards: ShardFolder,
        _ threads: Int
    ) throws {
        if let first = shards.manifest.textPair {
            throw StageError(
                "the vectors are those of pairs: '\(first)' goes with each text",
                hint: "ask with --like for comments that are like one of the store")
        }
        let recipe = try features.recipe()
        let folder = try StartFolder.open(initial, shards: shards, randomWeights: stage.hasRandomWeights)
        guard try folder.encoderDigest(seed: stage.parameters.seed) == recipe.encoder else {
            throw StageError(
                "\(initial) is another encoder than the one that made the vectors", hint: Self.again)
        }
        let mode = try StartFolder.mode(of: shards.manifest)
        let found =
            try StartFolder.tokenizer(in: shards.path, mode) ?? StartFolder.tokenizer(in: initial, mode)
        guard let tokenizer = found?.tokenizer,
            ContentDigest.of(tokenizer.identity) == features.manifest.tokenizer
        else {
            throw StageError("the tokenizer is another one than that of the vectors", hint: Self.again)
        }
        self.tokenizer = tokenizer
        self.threads = threads
        maxTokens = features.manifest.maxTokens
        cleanRules = features.manifest.cleanRules
        side = shards.manifest.truncationSide.flatMap(TruncationSide.init) ?? .right
        let isAlone = ComputeEnvironment.computesRowsAlone(recipe.precision)
        model = try folder.makeEncoder(
            pooling: recipe.pooling, seed: stage.parameters.seed, threads: isAlone ? threads : 1,
            precision: recipe.precision)
    }

    /// Vectors of cleaned texts, `[texts, width]`, row-major.
    package func vectors(of texts: [[UInt8]]) throws -> [Float] {
        var rows = UTF8Rows()
        for text in texts { rows.append(text) }
        let tokens = try tokenizer.encodeBatch(rows, maxTokens: maxTokens, cutting: side, threads: threads)
        return try TrainingFailure.asStageError {
            try FeatureBatches.features(of: model, lengths: (0..<tokens.count).map(tokens.length(of:))) {
                places in
                var batch = PackedTokens(rows: places.map { Array(tokens[$0]) })
                batch.segmentIDs = tokens.segmentIDs.map { all in
                    places.flatMap { all[Int(tokens.offsets[$0])..<Int(tokens.offsets[$0 + 1])] }
                }
                return batch
            }
        }
    }
}
