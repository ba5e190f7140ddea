internal import JSON

/// Makes tokenizers of SentencePiece models as the families have them that use one.
package enum SentencePieceFiles {
    /// Names of the files that hold a model, the family that calls it so where there is only one.
    static let names: [(file: String, family: SubwordFamily?)] = [
        ("sentencepiece.bpe.model", .xlmRoberta), ("spiece.model", nil),
        ("tokenizer_78b3253a26.model", .kobert),
        ("tokenizer.model", nil),
    ]

    /// The family that a model is of, by its own special tokens: the file alone is handed from folder to folder.
    static func family(of bytes: [UInt8], name: String) throws(TokenizationError) -> SubwordFamily? {
        let model = try SentencePieceModel(bytes: bytes, name: name)
        let holds = { (token: String) in model.pieces.contains { $0.text.elementsEqual(token.utf8) } }
        return ["[CLS]", "[SEP]", "[MASK]"].allSatisfy(holds) ? .albert : nil
    }

    /// Name of the rules of a model, as shards and models keep it.
    static func kind(_ model: SentencePieceModel) -> String { kinds[model.kind == .unigram ? 0 : 1] }
    static let kinds = ["sentencepiece-unigram", "sentencepiece-bpe"]

    /// The model itself, with nothing around texts.
    /// - Parameter name: the file's, for errors.
    package static func plain(_ bytes: [UInt8], name: String) throws(TokenizationError) -> any Tokenizer {
        let model = try SentencePieceModel(bytes: bytes, name: name)
        return try SubwordTokenizer(
            cutter: try SentencePieceCutter(model, name: name), description(model, preparation: nil))
    }

    /// - Parameters:
    ///   - vocabulary: `vocab.txt` of a KoBERT folder, whose lines are the ids.
    ///   - added: tokens of `added_tokens.json`.
    static func tokenizer(
        _ bytes: [UInt8], name: String, _ settings: SubwordSettings, family: SubwordFamily,
        vocabulary: [UInt8]?, added: [AddedToken]
    ) throws(TokenizationError) -> SubwordTokenizer<SentencePieceCutter> {
        let model = try SentencePieceModel(bytes: bytes, name: name)
        let preparation = preparation(family, settings)
        var description = description(model, preparation: preparation)
        let numbering = try Numbering(model, family, vocabulary)
        description.numbering = numbering.ids
        description.vocabularySize = numbering.count
        var special = settings.special(of: family)
        if let listed = settings.addedTokens { special.tokens = listed } else { special.tokens += added }
        if numbering.ids != nil { description.specialIDs = [:] }
        try description.take(special, numbering.id)
        func id(_ token: String) throws(TokenizationError) -> Int {
            guard let id = description.specialIDs[token] else {
                throw .vocabulary(
                    "\(name) and the files beside it have no '\(token)', which stands around texts; name the tokens of this "
                        + "model in tokenizer_config.json")
            }
            return id
        }
        let (start, end) = (try id(special.classification), try id(special.separator))
        description.frame = family == .xlmRoberta ? .roberta(start, end) : .bert(start, end)
        let unknown = special.names["unk_token"] ?? "<unk>"
        if let ids = numbering.ids {
            description.unknown = (ids[model.unknownID], unknown)
        }
        description.modelMaxTokens = settings.modelMaxTokens
        return try SubwordTokenizer(
            cutter: try SentencePieceCutter(model, name: name, preparation: preparation), description)
    }

    private static func preparation(_ family: SubwordFamily, _ settings: SubwordSettings) -> TextPreparation?
    {
        guard family == .albert || family == .kobert else { return nil }
        return TextPreparation(
            stripsMarks: !(settings.keepsAccents ?? false),
            lowercases: settings.lowercase ?? (family == .albert))
    }

    private static func description(
        _ model: SentencePieceModel, preparation: TextPreparation?
    ) -> SubwordDescription {
        var description = SubwordDescription(
            kind: kind(model), pieces: model.pieces.map { String(decoding: $0.text, as: UTF8.self) },
            modelIdentity: Array("preparation \(preparation?.identity ?? "none")\n".utf8) + model.identity)
        description.unknown = (
            Int32(model.unknownID), String(decoding: model.pieces[model.unknownID].text, as: UTF8.self)
        )
        description.lowercase = preparation?.lowercases ?? false
        description.stripsAccents = preparation?.stripsMarks ?? false
        for (id, piece) in model.pieces.enumerated() where piece.role == .control || piece.role == .unknown {
            description.specialIDs[String(decoding: piece.text, as: UTF8.self)] = id
        }
        return description
    }
}

/// The ids that a family gives the pieces of its model.
private struct Numbering {
    /// By the model's own ids; nil: the same.
    var ids: [Int32]?
    /// Number of ids, where it is more than those of the pieces.
    var count = 0
    /// Id of a piece or special token by its text.
    let id: (String) -> Int32?

    init(
        _ model: SentencePieceModel, _ family: SubwordFamily, _ vocabulary: [UInt8]?
    ) throws(TokenizationError) {
        func own(_ text: String) -> Int32? {
            model.pieces.firstIndex { $0.text.elementsEqual(text.utf8) }.map { Int32($0) }
        }
        switch family {
        case .xlmRoberta:
            // fairseq puts four tokens in front, three of which the model begins with in another order.
            guard model.pieces.count > 3, model.unknownID == 0 else {
                throw .vocabulary("the model of an XLM-R begins with <unk>, <s> and </s>; this one does not")
            }
            let size = model.pieces.count
            ids = (0..<size).map { $0 == 0 ? 3 : Int32($0 + 1) }
            ids?[1] = 0
            ids?[2] = 2
            count = size + 2
            let front: [String: Int32] = [
                "<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "<mask>": Int32(size + 1),
            ]
            id = { front[$0] ?? own($0).map { $0 + 1 } }
        case .kobert:
            guard let vocabulary else {
                throw .vocabulary(
                    "the ids of a KoBERT are the lines of its vocab.txt, not those of its SentencePiece model, and there is no vocab.txt"
                )
            }
            let lines = try Vocabulary(bytes: vocabulary)
            guard let unknown = lines.id(of: "[UNK]") else {
                throw .vocabulary("vocab.txt has no '[UNK]', so it is not that of a KoBERT")
            }
            let known = model.pieces.count { $0.role == .normal && lines.id(of: $0.text) != nil }
            guard known * 2 > model.pieces.count else {
                throw .vocabulary(
                    "vocab.txt lists \(known) of the \(model.pieces.count) pieces of the SentencePiece model; the two do not belong together"
                )
            }
            ids = model.pieces.enumerated().map { index, piece in
                Int32(index == model.unknownID ? unknown : lines.id(of: piece.text) ?? unknown)
            }
            count = lines.count
            id = { lines.id(of: $0).map { Int32($0) } }
        case .albert, .roberta, .gpt2: id = own
        }
    }
}
