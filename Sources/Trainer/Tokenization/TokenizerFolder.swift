/// The tokenizer's files in a model folder, as Hugging Face lays it out.
package enum TokenizerFolder {
    package static let vocabularyFile = TokenizerNames.vocabulary
    package static let configurationFile = TokenizerNames.configuration
    package static let tokenizerFile = TokenizerNames.tokenizer
    private static let wordPieceNames = [
        vocabularyFile, configurationFile, tokenizerFile, TokenizerNames.addedTokens,
        TokenizerNames.specialTokens,
    ]
    /// Every file that may decide the ids.
    package static let fileNames = wordPieceNames + SubwordFolder.fileNames

    /// A tokenizer and the files that it was made of.
    package struct Found: Sendable {
        package let tokenizer: any Tokenizer
        /// Names of those files of the folder that decide its ids, in the order of ``TokenizerFolder/fileNames``.
        package let files: [String]
    }

    /// The tokenizer of a folder; see ``find(in:mode:)``.
    package static func load(
        _ folder: String, mode: WordPieceMode = .hfFast
    ) throws(TokenizationError) -> (any Tokenizer)? {
        try find(in: folder, mode: mode)?.tokenizer
    }

    /// The tokenizer of a folder: of `vocab.txt` and the settings beside it; of `tokenizer.json` where that says
    /// otherwise, as transformers has it, or where there is no `vocab.txt`; of `vocab.json` and `merges.txt`; of a
    /// SentencePiece model, where the folder says of which family.
    ///
    /// - Parameter mode: whose rules a WordPiece tokenizer follows.
    /// - Returns: `nil` when the folder holds none.
    /// - Throws: ``TokenizationError`` when a file cannot be read, or when the folder holds a tokenizer of another kind,
    ///   such as a custom class.
    package static func find(
        in folder: String, mode: WordPieceMode = .hfFast
    ) throws(TokenizationError) -> Found? {
        let sources = try TokenizerSources(folder)
        if let found = try SubwordFolder.find(sources) { return found }
        guard sources.vocabulary != nil || sources.tokenizer != nil else {
            try sources.refuseOtherKinds()
            return nil
        }
        if let vocabulary = sources.vocabulary, try sources.holdsWords() {
            return Found(
                tokenizer: try WordTokenizer(vocabulary: vocabulary),
                files: sources.present(of: [vocabularyFile, configurationFile]))
        }
        try sources.checkKind()
        let description = try description(of: sources, mode)
        return Found(
            tokenizer: try WordPieceTokenizer(description),
            files: try isMadeOfTheVocabulary(description, sources, mode)
                ? sources.present(of: [vocabularyFile, configurationFile])
                : sources.present(of: wordPieceNames))
    }

    /// Finds out from names and settings alone whether a folder's tokenizer is of a kind that is read.
    /// - Returns: whether there is one.
    /// - Throws: ``TokenizationError`` as ``find(in:mode:)`` does.
    package static func check(_ folder: String) throws(TokenizationError) -> Bool {
        let sources = try TokenizerSources(folder)
        if try SubwordFolder.find(sources) != nil { return true }
        if sources.vocabulary == nil, sources.tokenizer == nil {
            try sources.refuseOtherKinds()
            return false
        }
        if try !sources.holdsWords() { try sources.checkKind() }
        return true
    }

    private static func description(
        of sources: TokenizerSources, _ mode: WordPieceMode
    ) throws(TokenizationError) -> WordPieceDescription {
        let wishes = WordPieceDescription.Wishes(mode: mode)
        let configuration = try TokenizerConfiguration(
            json: sources.configuration, specialTokens: sources.specialTokens)
        let added = try sources.added(special: configuration.specialTokens)
        var plain: WordPieceDescription?
        if let bytes = sources.vocabulary {
            plain = try WordPieceDescription(vocabulary: bytes, configuration, added: added, wishes)
        }
        guard let tokenizer = sources.tokenizer else {
            guard let plain else { throw .configuration("there is no vocab.txt and no tokenizer.json") }
            return plain
        }
        var whole = WordPieceDescription(
            try file(tokenizer, besideVocabulary: plain != nil),
            sources.configuration == nil ? nil : configuration, added: added, wishes)
        guard let plain else { return whole }
        if plain.agrees(with: whole) { return plain }
        whole.notes = [
            "tokenizer.json differs from vocab.txt and the settings next to it; it takes precedence, as in transformers"
        ]
        return whole
    }

    private static func file(
        _ json: [UInt8], besideVocabulary: Bool
    ) throws(TokenizationError) -> TokenizerFile {
        do {
            return try TokenizerFile(json: json)
        } catch {
            guard besideVocabulary else { throw error }
            throw .configuration(
                "\(error); transformers follows tokenizer.json, so vocab.txt is not read instead; if vocab.txt is "
                    + "right, take tokenizer.json out of the folder")
        }
    }

    /// Whether `vocab.txt` and `tokenizer_config.json` would do.
    private static func isMadeOfTheVocabulary(
        _ description: WordPieceDescription, _ sources: TokenizerSources, _ mode: WordPieceMode
    ) throws(TokenizationError) -> Bool {
        guard let vocabulary = sources.vocabulary else { return false }
        let configuration = try TokenizerConfiguration(json: sources.configuration, specialTokens: nil)
        let plain = try WordPieceDescription(
            vocabulary: vocabulary, configuration, added: [], WordPieceDescription.Wishes(mode: mode))
        return plain.agrees(with: description)
    }
}
