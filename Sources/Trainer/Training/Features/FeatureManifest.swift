import JSON
package import Models

/// What a folder of features holds and what made them: its `manifest.json`, format version 1.
package struct FeatureManifest: Codable, Hashable, Sendable {
    /// The rows of one side.
    package struct File: Codable, Hashable, Sendable {
        /// Name inside the folder.
        package var path: String
        package var split: String
        package var rows: Int
        package var bytes: Int
        /// In hexadecimal.
        package var sha256: String
    }

    package static let fileName = "manifest.json"
    private static let currentFormat = "splitvote-features"
    private static let currentVersion = 1

    package private(set) var format = Self.currentFormat
    package private(set) var version = Self.currentVersion
    /// Digest of the encoder.
    package var encoder: String
    /// What is taken of a row's tokens: cls, mean or max.
    package var pooling: String
    /// Numbers of the layers, rising; 0 is the output of the embeddings.
    package var layers: [Int]
    /// Whether vectors are scaled to length 1; absent where they are not.
    package var normalized: Bool?
    /// What the encoder computed in.
    package var precision: String
    /// Whose code multiplied, by instructions of which kind.
    package var products: String
    /// Numbers of a row.
    package var width: Int
    /// Digest of the tokenizer whose ids were read, rules of cleaning and most tokens of a row, as in the shards.
    package var tokenizer: String
    package var cleanRules: String
    package var maxTokens: Int
    /// In the order of the sides' names.
    package var files: [File] = []

    enum CodingKeys: String, CodingKey {
        case format, version, encoder, pooling, layers, normalized, precision, products, width, tokenizer,
            files
        case cleanRules = "clean_rules"
        case maxTokens = "max_tokens"
    }

    package init(_ recipe: FeatureRecipe, tokenizer: String, cleanRules: String, maxTokens: Int) {
        encoder = recipe.encoder
        pooling = recipe.pooling.tokens.rawValue
        layers = recipe.pooling.layers
        normalized = recipe.pooling.isNormalized ? true : nil
        precision = recipe.precision.rawValue
        products = recipe.products
        width = recipe.width
        self.tokenizer = tokenizer
        self.cleanRules = cleanRules
        self.maxTokens = maxTokens
    }

    /// As JSON with sorted keys; equal manifests give equal bytes.
    package func encoded() throws -> [UInt8] { try JSONCoding.bytes(of: self, isIndented: true) }

    /// - Throws: ``TrainingError`` that names the file.
    init(decoding bytes: [UInt8], path: String) throws {
        let found: FeatureManifest
        do { found = try JSONCoding.value(from: bytes) } catch {
            throw TrainingError.file(path: path, problem: "is not the manifest of a folder of features")
        }
        guard found.format == Self.currentFormat, found.version == Self.currentVersion else {
            throw TrainingError.file(
                path: path,
                problem:
                    "is of format '\(found.format)', version \(found.version); expected '\(Self.currentFormat)', "
                    + "version \(Self.currentVersion)")
        }
        self = found
    }

    /// How the vectors were pooled.
    /// - Throws: ``TrainingError`` for a word that this version does not know.
    package func statePooling(in path: String) throws(TrainingError) -> StatePooling {
        guard let tokens = StatePooling.Tokens(rawValue: pooling), !layers.isEmpty else {
            throw .file(path: path, problem: "'pooling' is '\(pooling)', which this version does not know")
        }
        return StatePooling(tokens, layers: layers, isNormalized: normalized == true)
    }
}
