private import Foundation
internal import HubFiles
internal import JSON

/// The bytes of a folder's tokenizer files, and what else in the folder says what kind its tokenizer is.
struct TokenizerSources {
    private let folder: String
    let vocabulary: [UInt8]?
    let configuration: [UInt8]?
    let tokenizer: [UInt8]?
    let specialTokens: [UInt8]?
    private let addedTokens: [UInt8]?

    init(_ folder: String) throws(TokenizationError) {
        self.folder = folder
        vocabulary = try Self.bytes(of: TokenizerNames.vocabulary, in: folder)
        configuration = try Self.bytes(of: TokenizerNames.configuration, in: folder)
        tokenizer = try Self.bytes(of: TokenizerNames.tokenizer, in: folder)
        specialTokens = try Self.bytes(of: TokenizerNames.specialTokens, in: folder)
        addedTokens = try Self.bytes(of: TokenizerNames.addedTokens, in: folder)
    }

    /// Those of some files that are there.
    func present(of names: [String]) -> [String] {
        names.filter { FileManager.default.fileExists(atPath: folder + "/" + $0) }
    }

    /// The tokens of `added_tokens.json`, where transformers before version 4.34 kept them, by their ids.
    func added(special: SpecialTokens) throws(TokenizationError) -> [AddedToken] {
        guard let addedTokens else { return [] }
        let file = TokenizerNames.addedTokens
        let json = try JSONSection(bytes: addedTokens, file: file)
        var tokens: [AddedToken] = []
        for member in json.value.members ?? [] {
            guard let id = member.value.intValue, 0..<Int(Int32.max) ~= id else {
                throw json.wrong(member.key, "an id from 0")
            }
            var token = AddedToken(member.key, id: id)
            token.isSpecial = special.named.contains { $0.utf8.elementsEqual(member.key.utf8) }
            token.isNormalized = !token.isSpecial
            tokens.append(token)
        }
        return tokens.sorted { ($0.id ?? 0) < ($1.id ?? 0) }
    }

    // MARK: Kinds

    /// Classes of transformers that read a `vocab.txt` as WordPiece, and those that take any `tokenizer.json`.
    private static let wordPieceClasses: Set<String> = [
        "Bert", "ConvBert", "DistilBert", "DPRContextEncoder", "DPRQuestionEncoder", "DPRReader", "Electra",
        "Funnel",
        "LayoutLM", "Lxmert", "MobileBert", "PreTrained", "Realm", "RetriBert", "SqueezeBert",
    ]

    /// Whether `vocab.txt` is a list of whole words.
    func holdsWords() throws(TokenizationError) -> Bool {
        guard configuration != nil else { return false }
        return try TokenizerConfiguration(json: configuration, specialTokens: nil).tokenizerClass
            == WordTokenizer.className
    }

    /// Refuses a tokenizer that its files call something else than WordPiece.
    func checkKind() throws(TokenizationError) {
        try refuseSentencePiece()
        let settings = try TokenizerConfiguration(json: configuration, specialTokens: nil)
        let modelsClass = settings.tokenizerClass == nil ? try modelsClass() : nil
        let file = modelsClass == nil ? TokenizerNames.configuration : "config.json"
        guard let name = settings.tokenizerClass ?? modelsClass, name != "TokenizersBackend" else { return }
        let stem = name.replacing("TokenizerFast", with: "").replacing("Tokenizer", with: "")
        // A tokenizer.json says all there is to say, unless the class is a program beside it.
        if Self.wordPieceClasses.contains(stem) || (tokenizer != nil && !settings.isCustom) { return }
        throw .configuration(
            "\(file) names the tokenizer class \(name), which does not read vocab.txt as WordPiece\(Self.isRead)"
        )
    }

    /// What a folder without `vocab.txt` and `tokenizer.json` has instead, if anything.
    func refuseOtherKinds() throws(TokenizationError) {
        try refuseSentencePiece()
        let (pieces, merges) = (TokenizerNames.pieces, TokenizerNames.merges)
        let there = present(of: [pieces, merges])
        guard there.count == 1 else { return }
        throw .configuration("\(pieces) and \(merges) belong together, and only \(there[0]) is there")
    }

    private func refuseSentencePiece() throws(TokenizationError) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        guard let model = names.filter({ $0.hasSuffix(".model") }).min() else { return }
        let known = SentencePieceFiles.names.map(\.file)
        throw .configuration(
            "\(model) is a SentencePiece model, and the folder does not say of which family; name the tokenizer_class "
                + "XLMRobertaTokenizer, AlbertTokenizer or, with its vocab.txt, KoBertTokenizer in tokenizer_config.json "
                + "(files are called \(known.joined(separator: ", "))); if this folder's tokenizer is WordPiece all the "
                + "same, take \(model) out of it")
    }

    private static let isRead =
        "; tokenizers of the kind WordPiece are read, as those of BERT, KcBERT, KcELECTRA, KoELECTRA and KLUE"

    /// The tokenizer class that `config.json` names.
    private func modelsClass() throws(TokenizationError) -> String? {
        guard let bytes = try bytes(of: "config.json") else { return nil }
        return (try? JSONValue(parsing: bytes))?["tokenizer_class"]?.stringValue
    }

    /// The bytes of a file of the folder; nil: it is not there.
    func bytes(of name: String) throws(TokenizationError) -> [UInt8]? { try Self.bytes(of: name, in: folder) }

    private static func bytes(of name: String, in folder: String) throws(TokenizationError) -> [UInt8]? {
        let path = folder + "/" + name
        guard FileManager.default.fileExists(atPath: path) else {
            if let broken = StandIn(at: path) { throw .configuration("\(name) \(broken.problem)") }
            return nil
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .configuration("\(path) cannot be read; check its permissions")
        }
        if let standIn = StandIn(start: data.prefix(1024), size: data.count) {
            throw .configuration("\(name) \(standIn.problem)")
        }
        return Array(data)
    }
}
