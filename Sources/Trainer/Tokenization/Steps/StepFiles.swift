internal import JSON
internal import TextBasics

/// Makes tokenizers that a `tokenizer.json` describes step by step: Unigram models, and BPE over characters.
enum StepFiles {
    /// Whether a `tokenizer.json` is for here: not one of WordPiece or of byte-level BPE.
    static func describes(_ json: JSONSection) -> Bool {
        let model = json.value["model"]
        switch model?["type"]?.stringValue {
        case "Unigram": return true
        case "BPE": return !isByteLevel(json)
        default: return false
        }
    }

    private static func isByteLevel(_ json: JSONSection) -> Bool {
        guard let splitter = json.value["pre_tokenizer"] else { return false }
        let steps = splitter["pretokenizers"]?.arrayValue ?? [splitter]
        return steps.contains { $0["type"]?.stringValue == "ByteLevel" }
    }

    static func tokenizer(
        json: JSONSection, _ settings: SubwordSettings
    ) throws(TokenizationError) -> SubwordTokenizer<StepCutter> {
        guard let model = json.section("model") else { throw json.wrong("model", "an object") }
        let parts = try model.text("type") == "Unigram" ? unigram(model) : merges(model)
        let words = try StepReader(json).words()
        return try make(parts, words, json, settings, special: try json.addedTokens())
    }

    /// A GPT of 2018: words as BERT has them, in lower case, and merges of characters with a suffix on the last.
    static func tokenizer(
        gpt file: MergeFile, suffix: String, _ settings: SubwordSettings, added: [AddedToken]
    ) throws(TokenizationError) -> SubwordTokenizer<StepCutter> {
        var rules = CharacterMerges.Rules()
        rules.suffix = suffix
        let name = settings.named?["unk_token"] ?? "<unk>"
        let parts = try parts(file, rules, unknown: file.id(of: name.utf8) == nil ? nil : name)
        let options = TokenizerOptions(lowercase: settings.lowercase ?? true)
        return try make(
            parts, .bert(options), nil, settings,
            special: settings.addedTokens ?? ([AddedToken(special: name)] + added))
    }

    // MARK: Models

    private struct Parts {
        var kind: String
        var model: WordModel
        var pieces: [String]
        var unknown: (id: Int32, token: String)?
        var identity: [UInt8]
    }

    private static func unigram(_ model: JSONSection) throws(TokenizationError) -> Parts {
        var pieces: [(scalars: [UInt32], score: Double)] = []
        var texts: [String] = []
        var table = ByteTable(capacity: 1 << 15)
        for (id, item) in (model.value["vocab"]?.arrayValue ?? []).enumerated() {
            guard let text = item.arrayValue?.first?.stringValue, item.arrayValue?.count == 2,
                let score = item.arrayValue?.last?.doubleValue, score.isFinite
            else { throw model.wrong("vocab[\(id)]", "a piece and its score") }
            guard !text.isEmpty, table.insert(Array(text.utf8)).isNew else {
                throw model.wrong("vocab[\(id)]", "a piece that is not there yet, and not empty")
            }
            texts.append(text)
            pieces.append((text.unicodeScalars.map(\.value), score))
        }
        guard let unknown = try model.integer("unk_id"), texts.indices.contains(unknown) else {
            throw model.wrong(
                "unk_id", "the id of a piece: \(texts.isEmpty ? "there are none" : "0 to \(texts.count - 1)")"
            )
        }
        let fallsBack = try model.bool("byte_fallback") ?? false
        var bytes: [Int32] = []
        if fallsBack { bytes = WordModel.byteIDs { table.find(Array($0.utf8)).map { Int32($0) } } }
        var identity = Array("unigram \(unknown) \(fallsBack) \(texts.count)\n".utf8)
        for (text, piece) in zip(texts, pieces) {
            identity += Array("\(piece.score.bitPattern) \(text.utf8.count) \(text)\n".utf8)
        }
        return Parts(
            kind: StepNames.unigram,
            model: .unigram(UnigramWords(pieces: pieces, unknownID: unknown, byteIDs: bytes)), pieces: texts,
            unknown: (Int32(unknown), texts[unknown]), identity: identity)
    }

    private static func merges(_ model: JSONSection) throws(TokenizationError) -> Parts {
        if let prefix = try model.text("continuing_subword_prefix"), !prefix.isEmpty {
            throw model.wrong("continuing_subword_prefix", "empty; '\(prefix)' is not supported for BPE")
        }
        if let dropout = model.value["dropout"]?.doubleValue, dropout != 0 {
            throw model.wrong("dropout", "null: ids must not be drawn by lot")
        }
        var rules = CharacterMerges.Rules()
        rules.suffix = try model.text("end_of_word_suffix") ?? ""
        rules.fusesUnknown = try model.bool("fuse_unk") ?? false
        rules.ignoresMerges = try model.bool("ignore_merges") ?? false
        rules.fallsBackToBytes = try model.bool("byte_fallback") ?? false
        guard rules.suffix.isEmpty || !rules.fallsBackToBytes else {
            throw model.wrong("byte_fallback", "false where 'end_of_word_suffix' is '\(rules.suffix)'")
        }
        return try parts(try MergeFile(model: model), rules, unknown: try model.text("unk_token"))
    }

    private static func parts(
        _ file: MergeFile, _ rules: CharacterMerges.Rules, unknown name: String?
    ) throws(TokenizationError) -> Parts {
        var unknown: (id: Int32, token: String)?
        if let name {
            guard let id = file.id(of: name.utf8) else {
                throw .vocabulary(
                    "the vocabulary has no piece '\(name)', which stands for what cannot be spelled")
            }
            unknown = (id, name)
        }
        let flags = [rules.fusesUnknown, rules.ignoresMerges, rules.fallsBackToBytes].map { $0 ? "1" : "0" }
        return Parts(
            kind: StepNames.merges, model: .merges(CharacterMerges(file, rules, unknownID: unknown?.id)),
            pieces: file.pieces.map { String(decoding: $0, as: UTF8.self) }, unknown: unknown,
            identity: Array("bpe \(flags.joined()) \(unknown?.id ?? -1) \(rules.suffix)\n".utf8)
                + file.identity)
    }

    // MARK: Tokenizers

    private static func make(
        _ parts: Parts, _ words: StepCutter.Words, _ json: JSONSection?, _ settings: SubwordSettings,
        special: [AddedToken]
    ) throws(TokenizationError) -> SubwordTokenizer<StepCutter> {
        var table = ByteTable(capacity: parts.pieces.count)
        for piece in parts.pieces { _ = table.insert(Array(piece.utf8)) }
        func id(_ text: String) -> Int32? { table.find(Array(text.utf8)).map { Int32($0) } }
        let steps: String
        if case .bert(let options) = words {
            let flags = [
                options.lowercase, options.stripsAccents, options.cleansText, options.isolatesIdeographs,
            ]
            steps = "bert \(flags.map { $0 ? "1" : "0" }.joined())"
        } else {
            steps = ["normalizer", "pre_tokenizer"].map { json?.value[$0]?.canonicalText ?? "null" }
                .joined(separator: "\n")
        }
        var description = SubwordDescription(
            kind: parts.kind, pieces: parts.pieces, modelIdentity: Array("\(steps)\n".utf8) + parts.identity)
        var specials = SubwordSpecials(names: settings.named ?? [:])
        specials.tokens = special
        try description.take(specials, id)
        if let json { description.frame = try SequenceFrame.read(json, id).frame }
        description.unknown = parts.unknown
        description.modelMaxTokens = settings.modelMaxTokens
        let normalized = description.added.filter { $0.token.isNormalized }
        if case .bert = words, let first = normalized.first {
            throw .configuration(
                "the added token '\(first.token.content)' is looked for in normalized text, which is not supported beside a "
                    + "BertNormalizer; set \"normalized\": false")
        }
        description.added.removeAll { $0.token.isNormalized }
        for entry in normalized { description.remember(entry) }
        switch words {
        case .bert(let options):
            (description.lowercase, description.stripsAccents) = (options.lowercase, options.stripsAccents)
        case .steps(let normalizers, _):
            for case .lowercase in normalizers { description.lowercase = true }
            for case .stripMarks in normalizers { description.stripsAccents = true }
        }
        if parts.kind == StepNames.unigram {
            description.remarks.append(
                "tokenizer.json is followed as tokenizers does; a SentencePiece model beside it would be read as sentencepiece "
                    + "does, which gives decomposed Hangul and joined characters other ids")
        }
        let cutter = StepCutter(
            words: words, model: parts.model, pieceCount: parts.pieces.count, normalizedTokens: normalized)
        return try SubwordTokenizer(cutter: cutter, description)
    }
}

extension SubwordDescription {
    /// Takes note of a token that the cutter looks for itself.
    fileprivate mutating func remember(_ entry: AddedTokenSplitter.Entry) {
        let id = Int(entry.id)
        while pieces.count <= id { pieces.append("") }
        if pieces[id].isEmpty { pieces[id] = entry.token.content }
        if entry.token.isSpecial { specialIDs[entry.token.content] = id }
        let token = entry.token
        let flags = [token.isSingleWord, token.stripsLeft, token.stripsRight].map { $0 ? "1" : "0" }
        modelIdentity += Array(
            "normalized \(id) \(flags.joined()) \(entry.bytes.count) \(token.content)\n".utf8)
    }
}
