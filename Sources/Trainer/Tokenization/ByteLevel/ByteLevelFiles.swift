internal import JSON

/// Makes byte-level tokenizers from the files of a folder.
enum ByteLevelFiles {
    /// Name of its rules, as shards and models keep it.
    static let kind = "byte-level-bpe"

    /// A tokenizer from `vocab.json` and `merges.txt`.
    ///
    /// Where no class is named, a vocabulary with `<s>`, `</s>` and `<mask>` is that of a RoBERTa.
    /// - Parameter added: tokens of `added_tokens.json`.
    static func tokenizer(
        _ file: MergeFile, _ settings: SubwordSettings, added: [AddedToken]
    ) throws(TokenizationError) -> SubwordTokenizer<ByteLevelCutter> {
        let isLikeRoberta = ["<s>", "</s>", "<mask>"].allSatisfy { file.id(of: $0.utf8) != nil }
        let family =
            settings.tokenizerClass.flatMap(SubwordFamily.init(named:)) ?? (isLikeRoberta ? .roberta : .gpt2)
        var rules = ByteLevelCutter.Rules()
        rules.addsPrefixSpace = settings.addsPrefixSpace ?? false
        rules.trimsOffsets = settings.trimsOffsets ?? (family == .roberta)
        var special = settings.special(of: family)
        func id(_ token: String) -> Int32? {
            file.id(of: token.utf8) ?? added.first { $0.content == token }?.id.map { Int32($0) }
        }
        var frame = SequenceFrame()
        if family == .roberta {
            guard let start = id(special.classification), let end = id(special.separator) else {
                throw .vocabulary(
                    "vocab.json has no '\(special.classification)' or no '\(special.separator)', which stand around texts; "
                        + "name the tokens of this vocabulary in tokenizer_config.json")
            }
            frame = .roberta(Int(start), Int(end))
        }
        if let decoded = settings.addedTokens {
            special.tokens = decoded
        } else {
            special.tokens += added
        }
        return try make(file, rules, frame, special, unknown: nil, settings, id)
    }

    /// A tokenizer from a `tokenizer.json` with a model of type BPE and the pre-tokenizer ByteLevel.
    static func tokenizer(
        json: JSONSection, _ settings: SubwordSettings
    ) throws(TokenizationError) -> SubwordTokenizer<ByteLevelCutter> {
        guard let model = json.section("model") else { throw json.wrong("model", "an object") }
        let file = try MergeFile(model: model)
        var rules = ByteLevelCutter.Rules()
        rules.ignoresMerges = try model.bool("ignore_merges") ?? false
        try refuse(model)
        guard json.section("normalizer") == nil else {
            throw json.wrong(
                "normalizer", "null for a byte-level BPE; other normalizers are not supported with it")
        }
        guard let words = json.section("pre_tokenizer"), try words.text("type") == "ByteLevel" else {
            throw json.wrong("pre_tokenizer", "of the type ByteLevel for a model of the type BPE")
        }
        rules.addsPrefixSpace = try words.bool("add_prefix_space") ?? true
        rules.splitsWords = try words.bool("use_regex") ?? true
        let processor = try SequenceFrame.read(json, { file.id(of: $0.utf8) })
        rules.trimsOffsets = processor.trimsOffsets
        var special = SubwordSpecials()
        special.tokens = try json.addedTokens()
        if let names = settings.named { special.names = names }
        return try make(
            file, rules, processor.frame, special, unknown: try model.text("unk_token"), settings,
            { file.id(of: $0.utf8) })
    }

    private static func refuse(_ model: JSONSection) throws(TokenizationError) {
        for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
            if let text = try model.text(key), !text.isEmpty {
                throw model.wrong(key, "empty for a byte-level BPE; '\(text)' marks pieces of another kind")
            }
        }
        if try model.bool("byte_fallback") == true {
            throw model.wrong("byte_fallback", "false: the pieces of a byte-level BPE are bytes already")
        }
        if let dropout = model.value["dropout"]?.doubleValue, dropout != 0 {
            throw model.wrong("dropout", "null: ids must not be drawn by lot")
        }
    }

    private static func make(
        _ file: MergeFile, _ rules: ByteLevelCutter.Rules, _ frame: SequenceFrame, _ special: SubwordSpecials,
        unknown: String?, _ settings: SubwordSettings, _ id: (String) -> Int32?
    ) throws(TokenizationError) -> SubwordTokenizer<ByteLevelCutter> {
        let byteIDs = (0...255).map { file.id(of: ByteAlphabet.piece([UInt8($0)])) ?? -1 }
        var description = SubwordDescription(
            kind: kind, pieces: file.pieces.map { String(decoding: $0, as: UTF8.self) }, frame: frame,
            modelIdentity: Array("rules \(rules.identity)\n".utf8) + file.identity)
        let missing = byteIDs.count { $0 < 0 }
        if missing > 0 {
            description.remarks.append(
                "the vocabulary has no piece for \(missing) of 256 bytes; in texts they are left out, as tokenizers does"
            )
        }
        try description.take(special, id)
        if let token = unknown ?? special.names["unk_token"], let id = id(token) {
            description.unknown = (id, token)
        }
        description.modelMaxTokens = settings.modelMaxTokens
        let cutter = ByteLevelCutter(
            pieces: file.pieces, byteIDs: byteIDs, merges: file.merges, rules: rules)
        return try SubwordTokenizer(cutter: cutter, description)
    }
}
