/// Names of the files that a tokenizer is made of.
enum TokenizerNames {
    static let vocabulary = "vocab.txt"
    static let configuration = "tokenizer_config.json"
    static let tokenizer = "tokenizer.json"
    static let addedTokens = "added_tokens.json"
    static let specialTokens = "special_tokens_map.json"
}
