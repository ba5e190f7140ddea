internal import JSON

/// Finds tokenizers of subwords in a folder: byte-pair encodings of bytes and SentencePiece models.
enum SubwordFolder {
    /// The files that may decide their ids, beside those of every tokenizer.
    static let fileNames =
        [TokenizerNames.pieces, TokenizerNames.merges] + SentencePieceFiles.names.map(\.file)

    private static let beside = [
        TokenizerNames.configuration, TokenizerNames.specialTokens, TokenizerNames.addedTokens,
    ]

    /// - Returns: nil if a folder's tokenizer is of another kind.
    static func find(_ sources: TokenizerSources) throws(TokenizationError) -> TokenizerFolder.Found? {
        if let found = try sentencePiece(sources) { return found }
        if sources.tokenizer != nil { return try tokenizerFile(sources) }
        return sources.vocabulary == nil ? try pairEncoding(sources) : nil
    }

    private static func settings(_ sources: TokenizerSources) throws(TokenizationError) -> SubwordSettings {
        try SubwordSettings(configuration: sources.configuration, specialTokens: sources.specialTokens)
    }

    private static func tokenizerFile(
        _ sources: TokenizerSources
    ) throws(TokenizationError) -> TokenizerFolder.Found? {
        guard let bytes = sources.tokenizer else { return nil }
        let json = try JSONSection(bytes: bytes, file: TokenizerNames.tokenizer)
        let isOfSteps = StepFiles.describes(json)
        guard isOfSteps || json.value["model"]?["type"]?.stringValue == "BPE" else { return nil }
        let settings = try settings(sources)
        let tokenizer: any Tokenizer =
            isOfSteps
            ? try StepFiles.tokenizer(json: json, settings)
            : try ByteLevelFiles.tokenizer(json: json, settings)
        return TokenizerFolder.Found(
            tokenizer: tokenizer,
            files: sources.present(of: [TokenizerNames.configuration, TokenizerNames.tokenizer]))
    }

    private static func pairEncoding(
        _ sources: TokenizerSources
    ) throws(TokenizationError) -> TokenizerFolder.Found? {
        guard let pieces = try sources.bytes(of: TokenizerNames.pieces),
            let merges = try sources.bytes(of: TokenizerNames.merges)
        else { return nil }
        let settings = try settings(sources)
        let file = try MergeFile(vocabulary: pieces, merges: merges)
        let added = try sources.addedOnly()
        let tokenizer: any Tokenizer =
            isGPT(file, settings)
            ? try StepFiles.tokenizer(gpt: file, suffix: wordEnd, settings, added: added)
            : try ByteLevelFiles.tokenizer(file, settings, added: added)
        return TokenizerFolder.Found(
            tokenizer: tokenizer,
            files: sources.present(of: beside + [TokenizerNames.pieces, TokenizerNames.merges]))
    }

    /// What marks the end of a word in the vocabulary of a GPT of 2018.
    private static let wordEnd = "</w>"

    private static func isGPT(_ file: MergeFile, _ settings: SubwordSettings) -> Bool {
        if let name = settings.tokenizerClass { return name.hasPrefix("OpenAIGPTTokenizer") }
        return file.pieces.contains { $0.suffix(wordEnd.utf8.count).elementsEqual(wordEnd.utf8) }
    }

    private static func sentencePiece(
        _ sources: TokenizerSources
    ) throws(TokenizationError) -> TokenizerFolder.Found? {
        guard let (name, usual) = sources.modelFile else { return nil }
        let settings = try settings(sources)
        guard let bytes = try sources.bytes(of: name) else { return nil }
        var family = usual
        if let named = settings.tokenizerClass {
            family = SubwordFamily(named: named)
        } else if family == nil {
            family = try SentencePieceFiles.family(of: bytes, name: name)
        }
        guard let family, [.xlmRoberta, .albert, .kobert].contains(family),
            (sources.vocabulary != nil) == (family == .kobert)
        else { return nil }
        return TokenizerFolder.Found(
            tokenizer: try SentencePieceFiles.tokenizer(
                bytes, name: name, settings, family: family, vocabulary: sources.vocabulary,
                added: sources.addedOnly()),
            files: sources.present(of: [TokenizerNames.vocabulary] + beside + [name]))
    }
}

extension TokenizerSources {
    /// The first of the known files with a SentencePiece model that is there, and whose it is by its name.
    var modelFile: (name: String, family: SubwordFamily?)? {
        SentencePieceFiles.names.first { !present(of: [$0.file]).isEmpty }.map { ($0.file, $0.family) }
    }

    /// The tokens of `added_tokens.json`.
    func addedOnly() throws(TokenizationError) -> [AddedToken] { try added(special: SpecialTokens()) }
}
