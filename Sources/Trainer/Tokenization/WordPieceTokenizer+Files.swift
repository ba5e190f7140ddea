extension WordPieceTokenizer {
    /// A tokenizer from the files of a model folder.
    ///
    /// - Parameters:
    ///   - vocabularyBytes: `vocab.txt`.
    ///   - configurationJSON: `tokenizer_config.json`; nil where the folder has none.
    ///   - mode: whose rules to follow.
    ///   - lowercase: overrides the configuration.
    ///   - stripAccents: overrides the configuration.
    /// - Throws: ``TokenizationError/vocabulary(_:)``, ``TokenizationError/configuration(_:)``.
    public init(
        vocabularyBytes: [UInt8], configurationJSON: [UInt8]? = nil, mode: WordPieceMode = .hfFast,
        lowercase: Bool? = nil, stripAccents: Bool? = nil
    ) throws(TokenizationError) {
        let vocabulary = try Vocabulary(bytes: vocabularyBytes)
        let configuration: TokenizerConfiguration
        if let configurationJSON {
            configuration = try TokenizerConfiguration(json: configurationJSON)
        } else {
            configuration = TokenizerConfiguration()
        }
        let casing = Self.casing(
            vocabulary, configuration, asked: lowercase, askedAccents: stripAccents)
        var options = TokenizerOptions(
            mode: mode, lowercase: casing.lowercase, stripAccents: casing.stripAccents)
        options.isolatesIdeographs = configuration.isolatesIdeographs ?? true
        options.specialTokens = configuration.specialTokens
        try self.init(
            vocabulary: vocabulary, options: options, addedTokens: configuration.addedTokens, casing: casing,
            modelMaxTokens: configuration.modelMaxTokens)
    }

    /// A tokenizer from a `tokenizer.json` that describes a BERT tokenizer with a WordPiece model.
    ///
    /// - Parameter configurationJSON: `tokenizer_config.json`; what it says goes before `tokenizer.json`, as in
    ///   transformers.
    /// - Throws: ``TokenizationError/configuration(_:)`` for any other kind of model, normaliser,
    ///   pre-tokenizer or template; ``TokenizationError/vocabulary(_:)``.
    public init(
        tokenizerJSON: [UInt8], configurationJSON: [UInt8]? = nil, mode: WordPieceMode = .hfFast,
        lowercase: Bool? = nil, stripAccents: Bool? = nil
    ) throws(TokenizationError) {
        let file = try TokenizerFile(json: tokenizerJSON)
        var options = file.options(mode: mode)
        var casing = CasingDecision(
            lowercase: options.lowercase, stripAccents: options.stripAccents,
            because: "tokenizer.json says so")
        var modelMaxTokens: Int?
        if let configurationJSON {
            let configuration = try TokenizerConfiguration(json: configurationJSON)
            if configuration.lowercase != nil || configuration.stripAccents != nil {
                casing = CasingDecision(
                    lowercase: configuration.lowercase ?? casing.lowercase,
                    stripAccents: configuration.stripAccents ?? casing.stripAccents,
                    because: "tokenizer_config.json says so")
            }
            options.isolatesIdeographs = configuration.isolatesIdeographs ?? options.isolatesIdeographs
            modelMaxTokens = configuration.modelMaxTokens
        }
        if lowercase != nil || stripAccents != nil {
            casing = CasingDecision(
                lowercase: lowercase ?? casing.lowercase, stripAccents: stripAccents ?? casing.stripAccents,
                because: "asked for")
        }
        options.lowercase = casing.lowercase
        options.stripAccents = casing.stripAccents
        try self.init(
            vocabulary: file.vocabulary, options: options, addedTokens: file.addedTokens, casing: casing,
            modelMaxTokens: modelMaxTokens)
    }

    private static func casing(
        _ vocabulary: Vocabulary, _ configuration: TokenizerConfiguration, asked: Bool?, askedAccents: Bool?
    ) -> CasingDecision {
        if let asked {
            return CasingDecision(
                lowercase: asked, stripAccents: askedAccents ?? configuration.stripAccents,
                because: "asked for")
        }
        if let lowercase = configuration.lowercase {
            return CasingDecision(
                lowercase: lowercase, stripAccents: askedAccents ?? configuration.stripAccents,
                because: "tokenizer_config.json has 'do_lower_case': \(lowercase)")
        }
        var decision = CasingDecision(vocabulary: vocabulary)
        decision.stripAccents = askedAccents ?? configuration.stripAccents ?? decision.stripAccents
        return decision
    }
}
