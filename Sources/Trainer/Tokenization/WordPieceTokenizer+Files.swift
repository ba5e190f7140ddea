extension WordPieceTokenizer {
    /// A tokenizer from the files of a model folder.
    ///
    /// - Parameters:
    ///   - vocabularyBytes: `vocab.txt`.
    ///   - configurationJSON: `tokenizer_config.json`; nil if the folder has none.
    ///   - mode: whose rules to follow.
    ///   - lowercase: overrides the configuration.
    ///   - stripAccents: overrides the configuration.
    /// - Throws: ``TokenizationError/vocabulary(_:)``, ``TokenizationError/configuration(_:)``.
    package init(
        vocabularyBytes: [UInt8], configurationJSON: [UInt8]? = nil, mode: WordPieceMode = .hfFast,
        lowercase: Bool? = nil, stripAccents: Bool? = nil
    ) throws(TokenizationError) {
        try self.init(
            WordPieceDescription(
                vocabulary: vocabularyBytes,
                try TokenizerConfiguration(json: configurationJSON, specialTokens: nil), added: [],
                .init(mode: mode, lowercase: lowercase, stripAccents: stripAccents)))
    }

    /// A tokenizer from a `tokenizer.json` that describes a BERT tokenizer with a WordPiece model.
    ///
    /// - Parameter configurationJSON: `tokenizer_config.json`; what it says goes before `tokenizer.json`, as in
    ///   transformers.
    /// - Throws: ``TokenizationError/configuration(_:)`` for any other kind of model, normalizer,
    ///   pre-tokenizer or template; ``TokenizationError/vocabulary(_:)``.
    package init(
        tokenizerJSON: [UInt8], configurationJSON: [UInt8]? = nil, mode: WordPieceMode = .hfFast,
        lowercase: Bool? = nil, stripAccents: Bool? = nil
    ) throws(TokenizationError) {
        let file = try TokenizerFile(json: tokenizerJSON)
        var configuration: TokenizerConfiguration?
        if let configurationJSON {
            configuration = try TokenizerConfiguration(json: configurationJSON)
        }
        try self.init(
            WordPieceDescription(
                file, configuration, added: [],
                .init(mode: mode, lowercase: lowercase, stripAccents: stripAccents)))
    }

    init(_ description: WordPieceDescription) throws(TokenizationError) {
        try self.init(
            vocabulary: description.vocabulary, options: description.options,
            addedTokens: description.addedTokens, casing: description.casing,
            modelMaxTokens: description.modelMaxTokens)
        notes = description.notes
    }
}
