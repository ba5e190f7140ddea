/// Names of the rules of tokenizers that a `tokenizer.json` describes step by step, as shards and models keep them.
enum StepNames {
    static let unigram = "hf-unigram"
    static let merges = "hf-bpe"
    static let all = [unigram, merges]
}
