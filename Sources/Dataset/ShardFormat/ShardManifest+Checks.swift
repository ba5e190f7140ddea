extension ShardManifest {
    /// Refuses a manifest whose parts contradict each other.
    func check() throws(ShardError) {
        guard tokenizer.vocabularySize > 0 else {
            throw ShardError(
                "\(Self.fileName): tokenizer.vocabulary_size is \(tokenizer.vocabularySize); at least 1")
        }
        guard maxTokens > 0 else {
            throw ShardError("\(Self.fileName): max_tokens is \(maxTokens); at least 1")
        }
        try checkNames()
        if let truncationSide, truncationSide != "left" {
            throw ShardError(
                "\(Self.fileName): truncation_side is '\(truncationSide)'; expected 'left', or nothing for the right side"
            )
        }
        var counted: [String: Int] = [:]
        for file in files {
            guard !file.path.isEmpty, !file.path.contains("/"), file.path != ".", file.path != ".." else {
                throw ShardError("\(Self.fileName): file '\(file.path)' is not a name inside the folder")
            }
            guard file.rows >= 0, file.tokens >= file.rows, file.bytes >= 0 else {
                throw ShardError(
                    "\(Self.fileName): file '\(file.path)' has \(file.rows) rows, \(file.tokens) tokens and "
                        + "\(file.bytes) bytes; none is below 0 and each row has a token")
            }
            let (sum, overflow) = counted[file.split, default: 0].addingReportingOverflow(file.rows)
            guard !overflow else {
                throw ShardError("\(Self.fileName): split '\(file.split)' has too many rows")
            }
            counted[file.split] = sum
        }
        for (split, found) in rows.sorted(by: { $0.key < $1.key }) where found != counted[split, default: 0] {
            throw ShardError(
                "\(Self.fileName): rows.\(split) is \(found); the files of that split have \(counted[split, default: 0])"
            )
        }
        for split in counted.keys.sorted() where rows[split] == nil {
            throw ShardError("\(Self.fileName): rows says nothing of split '\(split)', which has files")
        }
    }

    private func checkNames() throws(ShardError) {
        if (taskName.form == .wordClasses) != (tags != nil) {
            throw ShardError(
                "\(Self.fileName): tags says \(tags == nil ? "nothing" : "how words are tagged"), and task is "
                    + "\(taskName.rawValue); only tokens needs it")
        }
        if (taskName.form == .answerPlaces) != (windows != nil) {
            throw ShardError(
                "\(Self.fileName): windows says \(windows == nil ? "nothing" : "how contexts are divided"), and task is "
                    + "\(taskName.rawValue); only answers needs it")
        }
        if taskName.form == .number {
            guard labelNames.count == 1 else {
                throw ShardError(
                    "\(Self.fileName): label_names are \(labelNames); expected the one name of the score")
            }
            return
        }
        guard labelNames.count >= 2, Set(labelNames).count == labelNames.count else {
            throw ShardError(
                "\(Self.fileName): label_names are \(labelNames); expected at least two different names")
        }
    }

    /// Refuses shards whose texts were cleaned otherwise than a model's.
    ///
    /// - Parameters:
    ///   - rules: name of the rules that cleaned the model's texts.
    ///   - revision: which revision of them; nil: 1.
    package func requireCleaning(_ rules: String, revision: Int?) throws(ShardError) {
        guard rules == cleanRules else {
            throw ShardError(
                "clean_rules: the shards' texts were cleaned by '\(cleanRules)', the model's by '\(rules)'")
        }
        let (ours, models) = (cleanRevision ?? 1, revision ?? 1)
        guard ours == models else {
            throw ShardError(
                "clean_revision: the shards' texts were cleaned by revision \(ours) of '\(rules)', the model's by "
                    + "revision \(models)")
        }
    }

    /// Refuses shards that were made with another tokenizer than a model's.
    ///
    /// - Parameters:
    ///   - digest: of the model's tokenizer.
    ///   - vocabularySize: rows of the model's word embedding.
    ///   - positions: rows of the model's position table.
    package func requireFit(
        tokenizerDigest digest: String?, vocabularySize: Int, positions: Int
    ) throws(ShardError) {
        if let digest, digest != tokenizer.digest {
            throw ShardError(
                "tokenizer.digest: the shards were made with tokenizer \(tokenizer.digest), the model has \(digest). "
                    + "Make the shards again with the model's tokenizer")
        }
        guard tokenizer.vocabularySize <= vocabularySize else {
            throw ShardError(
                "tokenizer.vocabulary_size: the shards use \(tokenizer.vocabularySize) ids, the model's embedding has "
                    + "\(vocabularySize)")
        }
        guard maxTokens <= positions else {
            throw ShardError(
                "max_tokens: rows of the shards have up to \(maxTokens) tokens, the model's position table has "
                    + "\(positions). Make the shards with max_tokens of at most \(positions)")
        }
    }
}

extension DecodingError {
    /// The field and what is wrong with it, in a few words.
    var field: String {
        func name(_ path: [any CodingKey], _ key: (any CodingKey)? = nil) -> String {
            let parts = (path + (key.map { [$0] } ?? [])).map {
                $0.intValue.map { "[\($0)]" } ?? $0.stringValue
            }
            return parts.joined(separator: ".")
        }
        return switch self {
        case .keyNotFound(let key, let context): "'\(name(context.codingPath, key))' is missing"
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            "'\(name(context.codingPath))' is not of type \(type)"
        case .dataCorrupted(let context): "'\(name(context.codingPath))': \(context.debugDescription)"
        @unknown default: "\(self)"
        }
    }
}
