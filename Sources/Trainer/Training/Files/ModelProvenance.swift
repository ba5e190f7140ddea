import JSONText
public import ShardFormat

/// What a model was made of, kept under `splitvote` in its `config.json`, where transformers leaves it alone.
public struct ModelProvenance: Hashable, Sendable {
    /// Name of the rules that cleaned its texts; texts to predict must be cleaned by the same.
    public var cleanRules: String
    /// Digest of its tokenizer.
    public var tokenizerDigest: String
    /// Which implementation's rules its tokenizer follows.
    public var tokenizerKind: String
    /// Longest row it was trained on, in tokens.
    public var maxTokens: Int
    /// Id of the label set it learned.
    public var labelSet: String

    public init(
        cleanRules: String, tokenizerDigest: String, tokenizerKind: String, maxTokens: Int, labelSet: String
    ) {
        self.cleanRules = cleanRules
        self.tokenizerDigest = tokenizerDigest
        self.tokenizerKind = tokenizerKind
        self.maxTokens = maxTokens
        self.labelSet = labelSet
    }

    /// What the manifest of the shards says.
    public init(_ manifest: ShardManifest) {
        self.init(
            cleanRules: manifest.cleanRules, tokenizerDigest: manifest.tokenizer.digest,
            tokenizerKind: manifest.tokenizer.kind, maxTokens: manifest.maxTokens, labelSet: manifest.labelSet
        )
    }

    private static let key = "splitvote"

    init?(_ configuration: JSONNode, _ path: String) throws(TrainingError) {
        guard let node = configuration[Self.key] else { return nil }
        guard let cleanRules = node["clean_rules"]?.text, let digest = node["tokenizer_digest"]?.text,
            let kind = node["tokenizer_kind"]?.text, let maxTokens = node["max_tokens"]?.integer,
            let labelSet = node["label_set"]?.text
        else {
            throw .file(
                path: path,
                problem:
                    "'splitvote' lacks one of clean_rules, tokenizer_digest, tokenizer_kind, max_tokens, label_set"
            )
        }
        self.init(
            cleanRules: cleanRules, tokenizerDigest: digest, tokenizerKind: kind, maxTokens: maxTokens,
            labelSet: labelSet)
    }

    func add(to configuration: inout JSONNode) {
        configuration.set(
            Self.key,
            to: .object([
                JSONMember("clean_rules", .string(cleanRules)),
                JSONMember("tokenizer_digest", .string(tokenizerDigest)),
                JSONMember("tokenizer_kind", .string(tokenizerKind)),
                JSONMember("max_tokens", .integer(maxTokens)),
                JSONMember("label_set", .string(labelSet)),
            ]))
    }
}
