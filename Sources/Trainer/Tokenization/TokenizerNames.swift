/// Names of the files that a tokenizer is made of.
enum TokenizerNames {
    static let vocabulary = "vocab.txt"
    static let configuration = "tokenizer_config.json"
    static let tokenizer = "tokenizer.json"
    /// Pieces and merges of a byte-pair encoding.
    static let pieces = "vocab.json"
    static let merges = "merges.txt"
    static let addedTokens = "added_tokens.json"
    static let specialTokens = "special_tokens_map.json"
}
