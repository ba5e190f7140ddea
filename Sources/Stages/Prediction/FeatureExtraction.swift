internal import Baselines
package import Models
internal import StageKit
internal import TextBasics
internal import TextCleaning
internal import Tokenization
internal import Training

/// The vectors that a frozen encoder makes of texts, and the states of their tokens, gathered for a safetensors file.
package struct FeatureExtraction {
    /// What is taken of the encoder.
    package struct Settings: Sendable {
        /// One of ``/Models/StatePooling/names``; `nil`: as a folder of sentence-transformers says, and the mean elsewhere.
        package var pooling: String?
        /// Whether vectors are scaled to length 1; `nil`: likewise, and not elsewhere.
        package var isNormalized: Bool?
        /// Numbers of layers with commas between them; `nil` for the last, or what the pooling says.
        package var layers: String?
        package var output: Output
        /// Texts whose states are written.
        package var shown: Int
        /// Whether each text comes with another, which goes before it.
        package var hasPairs: Bool
        package var precision: Precision
        package var threads: Int

        package init(
            pooling: String?, isNormalized: Bool?, layers: String?, output: Output, shown: Int,
            hasPairs: Bool,
            precision: Precision, threads: Int
        ) {
            self.isNormalized = isNormalized
            self.hasPairs = hasPairs
            self.pooling = pooling
            self.layers = layers
            self.output = output
            self.shown = shown
            self.precision = precision
            self.threads = threads
        }
    }

    /// What is written.
    package enum Output: String, CaseIterable, Sendable {
        /// The texts' vectors alone.
        case pooled
        /// The states of all tokens in the last layer beside them.
        case sequence
        /// Those in every layer.
        case layers
    }

    private let folder: ModelFolder
    private let recipe: FeatureRecipe
    private let model: any TrainableModel
    private let tokenizer: any Tokenizer
    private let cleaner: TextCleaner
    private let longest: Int
    private let side: TruncationSide
    private let threads: Int
    private let shown: Int
    private let hasPairs: Bool
    private var look: StateLook?
    private var vectors: [Float] = []
    private var rows = 0
    private var missing = 0

    /// - Parameters:
    ///   - path: the encoder's folder, as the user named it.
    ///   - note: called with what is worth knowing about the folder.
    /// - Throws: `StageError` or `TrainingError` naming what is wrong with the folder or the settings.
    package init(folder path: String, _ settings: Settings, note: (String) -> Void) throws {
        let path = try ModelFiles.locate(path, flag: "--model")
        guard BaselineFolder.kind(ofFolder: path) == nil else {
            throw StageError(
                "\(path) is a baseline, which has no layers", hint: "name the folder of an encoder")
        }
        folder = try ModelFolder(path)
        guard folder.configuration.plan.convolution == nil else {
            throw StageError(
                "\(path) is a Text-CNN, which has no layers", hint: "name the folder of an encoder")
        }
        guard folder.hasWeights else {
            throw StageError(
                "\(path) has no weights", hint: "name the folder of a trained or published encoder")
        }
        let plan = folder.configuration.plan
        let saysAll = settings.pooling != nil && settings.isNormalized != nil
        let modules = saysAll ? nil : try SentenceModules(ofFolder: path)
        let pooling = try Self.pooling(settings, modules, depth: plan.layers)
        recipe = FeatureRecipe(
            encoder: try folder.encoderDigest(seed: 0), pooling: pooling, precision: settings.precision,
            hiddenSize: plan.hiddenSize)
        if settings.hasPairs, plan.segmentTypes < 2, !plan.ignoresSegments {
            throw StageError(
                "\(path) knows one segment (type_vocab_size), and pairs of texts need two",
                hint: "leave the column of the other texts out")
        }
        hasPairs = settings.hasPairs
        cleaner = try folder.ownCleaner()
        tokenizer = try folder.ownTokenizer(note: note)
        longest = min(folder.provenance?.maxTokens ?? plan.maxTokens, modules?.maxTokens ?? .max)
        side = folder.provenance?.truncationSide.flatMap(TruncationSide.init) ?? .right
        threads = settings.threads
        shown = settings.shown
        let isAlone = ComputeEnvironment.computesRowsAlone(settings.precision)
        model = try folder.makeEncoder(
            pooling: pooling, seed: 0, threads: isAlone ? threads : 1, precision: settings.precision)
        look = settings.output == .pooled ? nil : StateLook(model, allLayers: settings.output == .layers)
    }

    private static func pooling(
        _ settings: Settings, _ modules: SentenceModules?, depth: Int
    ) throws(StageError) -> StatePooling {
        let numbers = (settings.layers ?? "").split(separator: ",").map { Int($0) }
        let layers = numbers.compactMap { $0 }
        guard layers.count == numbers.count else {
            throw StageError(
                "--layers is '\(settings.layers ?? "")'; it takes numbers with commas between them, such as 0,11,12"
            )
        }
        do {
            return try StatePooling(
                named: settings.pooling ?? modules?.pooling.rawValue ?? StatePooling.Tokens.mean.rawValue,
                layers: layers, depth: depth,
                isNormalized: settings.isNormalized ?? modules?.isNormalized ?? false)
        } catch {
            throw StageError(error.problems.joined(separator: "; "))
        }
    }

    /// Adds the texts of a block; one that is missing has a vector of zeros.
    package mutating func add(_ block: TextBlock) throws {
        let texts = cleaned(block.rows.map { $0.text ?? [] })
        let firsts = hasPairs ? cleaned(block.rows.map(\.title)) : nil
        let tokens = try tokenizer.encodeBatch(
            firsts ?? texts, pairs: firsts == nil ? nil : texts, maxTokens: longest, cutting: side,
            threads: threads)
        func batch(_ places: [Int]) -> PackedTokens {
            var batch = PackedTokens(rows: places.map { Array(tokens[$0]) })
            batch.segmentIDs = tokens.segmentIDs.map { all in
                places.flatMap { all[Int(tokens.offsets[$0])..<Int(tokens.offsets[$0 + 1])] }
            }
            return batch
        }
        var found = try FeatureBatches.features(
            of: model, lengths: (0..<tokens.count).map(tokens.length(of:)), batch: batch)
        for (row, text) in block.rows.enumerated() where text.text == nil {
            for column in 0..<recipe.width { found[row * recipe.width + column] = 0 }
            missing += 1
        }
        vectors += found
        let left = min(block.rows.count, shown - rows)
        if left > 0 {
            let first = batch(Array(0..<left))
            let model = model
            try look?.add(first, by: model)
        }
        rows += block.rows.count
    }

    private func cleaned(_ texts: [[UInt8]]) -> UTF8Rows {
        var rows = UTF8Rows()
        for text in texts { text.withUnsafeBytes { rows.append(cleaner.clean($0).bytes) } }
        return rows
    }

    /// Writes the encoder as a folder of sentence-transformers, which makes the same vectors.
    /// - Returns: what is worth knowing of it.
    /// - Throws: `StageError` where vectors are made of other layers than the last, or of several.
    package func writeModel(to path: String) throws -> String {
        guard recipe.pooling.layers == [folder.configuration.plan.layers] else {
            throw StageError(
                "sentence-transformers pools the last layer, and these are \(recipe.pooling.words)",
                hint: "leave --layers and last_four out")
        }
        let modules = SentenceModules(
            recipe.pooling.tokens, isNormalized: recipe.pooling.isNormalized, maxTokens: longest)
        try modules.write(folder, to: path)
        return "\(path): SentenceTransformer(\"\(path)\") makes the same vectors"
    }

    /// Writes the file: `features` (F32 `[texts, width]`), and the states if they are wanted.
    /// - Returns: what is worth knowing of it, a sentence each.
    package func write(to path: String) throws -> [String] {
        try TensorFile.write(
            [NamedTensor("features", vectors, shape: [rows, recipe.width])] + (look?.tensors ?? []),
            metadata: [
                "splitvote.encoder": recipe.encoder, "splitvote.pooling": recipe.pooling.tokens.rawValue,
                "splitvote.layers": recipe.pooling.layers.map(String.init).joined(separator: ","),
                "splitvote.normalized": "\(recipe.pooling.isNormalized)",
                "splitvote.precision": recipe.precision.rawValue,
                "splitvote.tokenizer": ContentDigest.of(tokenizer.identity),
            ], to: path)
        let sentence =
            "\(path): \(Counts.text(rows, "text")), \(recipe.width) numbers each: \(recipe.pooling.words)"
        return [sentence]
            + (missing > 0 ? ["\(Counts.text(missing, "row")) without a text: zeros stand for them"] : [])
    }
}
