internal import StageKit

/// What a shards stage reports.
struct ShardFigures: KindFigures {
    var rows: Int?
    var tokens: Int?
    var meanTokens: Double?
    var unknownShare: Double?
    var truncatedRows: Int?
    var paddingCostMax: Double?
    var paddingCostBatch: Double?
    /// Quantiles of the tokens of a training row.
    var p50: Int?
    var p95: Int?
    var p99: Int?
    /// Tokens of the longest row.
    var maxTokensSeen: Int?
    /// Tokens that a row may have.
    var maxTokens: Int?
    /// Rows by side.
    var splits: [String: Int]?
    /// SHA-256, 64 hex digits.
    var tokenizerDigest: String?
    var vocabularySize: Int?
    /// How far rows that came since the stage's last result are from those before in numbers of [UNK], and how far chance
    /// would put them.
    var driftUnknown: Double?
    var driftUnknownNoise: Double?

    static let fields: [JSONField<ShardFigures>] = [
        JSONField("rows", \.rows, "rows in all shards"),
        JSONField("tokens", \.tokens, "tokens, special ones included"),
        JSONField("mean_tokens", \.meanTokens, "tokens of a row"),
        JSONField("unknown_share", \.unknownShare, "share of tokens that are [UNK], 0 ... 1"),
        JSONField("truncated_rows", \.truncatedRows, "rows that were cut to max_tokens"),
        JSONField(
            "padding_cost_max", \.paddingCostMax,
            "how many times as many tokens there would be if rows were padded to max_tokens"),
        JSONField(
            "padding_cost_batch", \.paddingCostBatch,
            "how many times as many tokens there would be if each batch were padded to its longest row"),
        JSONField("p50", \.p50), JSONField("p95", \.p95), JSONField("p99", \.p99),
        JSONField("max_tokens_seen", \.maxTokensSeen), JSONField("max_tokens", \.maxTokens),
        JSONField("splits", \.splits), JSONField("tokenizer_digest", \.tokenizerDigest),
        JSONField("vocabulary_size", \.vocabularySize),
        JSONField(
            "drift_unknown", \.driftUnknown,
            "distance between new rows and those before in numbers of [UNK], 0 ... 1; 0 where nothing is compared"
        ),
        JSONField(
            "drift_unknown_noise", \.driftUnknownNoise,
            "the largest drift_unknown that chance gives when the same articles are dealt out again, 0 ... 1"),
    ]
}
