/// Which files of a model folder decide what comes of it. Notes, a README, git's own files and further formats do not.
package enum FolderPart: String, Hashable, Sendable {
    /// Those that a tokenizer is made of.
    case tokenizer
    /// Those of the tokenizer, the configuration and the weights.
    case model

    private static let tokenizerFiles: Set<String> = [
        "vocab.txt", "tokenizer.json", "tokenizer_config.json", "added_tokens.json",
        "special_tokens_map.json", "vocab.json", "merges.txt",
        "config.json",
    ]

    /// What transformers leaves beside the weights of a training.
    private static let ofTrainings: Set<String> = ["training_args.bin", "optimizer.bin", "scheduler.bin"]

    /// What sentence-transformers writes beside a model, the files in folders of their own by their paths.
    private static let ofSentences: Set<String> = [
        "modules.json", "config_sentence_transformers.json", "1_Pooling/config.json",
        "2_Normalize/config.json",
    ]

    /// Paths of files that count though they are in folders below.
    package var below: [String] {
        self == .model ? Self.ofSentences.filter { $0.contains("/") }.sorted() : []
    }

    /// Whether a file counts.
    /// - Parameter name: of a file in the folder itself; what is in folders below it counts only by ``below``.
    package func holds(_ name: String) -> Bool {
        if Self.tokenizerFiles.contains(name) || name.hasSuffix(".model") { return true }
        guard self == .model, !Self.ofTrainings.contains(name) else { return false }
        if Self.ofSentences.contains(name) || name == AdapterBase.configurationFile { return true }
        if name.hasPrefix("sentence_"), name.hasSuffix("_config.json") { return true }
        return [".safetensors", ".bin", ".safetensors.index.json", ".bin.index.json"].contains(
            where: name.hasSuffix)
    }
}
