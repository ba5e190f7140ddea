internal import JSON

/// What a `tokenizer.json` says.
struct TokenizerFile {
    let vocabulary: Vocabulary
    let addedTokens: [AddedToken]
    private let normalizer: (clean: Bool, ideographs: Bool, lowercase: Bool, accents: Bool?)
    private let model: (unknown: String, continuation: String, limit: Int)
    private let template: (classification: String, separator: String)

    private static let file = "tokenizer.json"

    init(json bytes: [UInt8]) throws(TokenizationError) {
        let json = try JSONSection(bytes: bytes, file: Self.file)
        let normalizer = try Self.part(json, "normalizer", types: ["BertNormalizer"])
        self.normalizer = (
            try normalizer.bool("clean_text") ?? true, try normalizer.bool("handle_chinese_chars") ?? true,
            try normalizer.bool("lowercase") ?? true, try normalizer.bool("strip_accents")
        )
        _ = try Self.part(json, "pre_tokenizer", types: ["BertPreTokenizer"])
        let model = try Self.part(json, "model", types: ["WordPiece"])
        self.model = (
            try model.text("unk_token") ?? "[UNK]", try model.text("continuing_subword_prefix") ?? "##",
            try model.integer("max_input_chars_per_word") ?? 100
        )
        guard 1...1_000_000 ~= self.model.limit else {
            throw model.wrong("max_input_chars_per_word", "1 to 1,000,000")
        }
        vocabulary = try Self.vocabulary(model)
        template = try Self.template(json)
        var tokens: [AddedToken] = []
        for (index, item) in (json.value["added_tokens"]?.arrayValue ?? []).enumerated() {
            let section = JSONSection(item, file: Self.file, path: "added_tokens[\(index)]")
            guard let id = try section.integer("id"), 0..<Int(Int32.max) ~= id else {
                throw section.wrong("id", "an id from 0")
            }
            tokens.append(try section.addedToken(id: id))
        }
        addedTokens = tokens
    }

    func options(mode: WordPieceMode) -> TokenizerOptions {
        var options = TokenizerOptions(
            mode: mode, lowercase: normalizer.lowercase, stripAccents: normalizer.accents)
        options.cleansText = normalizer.clean
        options.isolatesIdeographs = normalizer.ideographs
        options.maxCharactersPerWord = model.limit
        options.continuation = model.continuation
        options.specialTokens.unknown = model.unknown
        options.specialTokens.classification = template.classification
        options.specialTokens.separator = template.separator
        return options
    }

    private static func part(
        _ json: JSONSection, _ key: String, types: [String]
    ) throws(TokenizationError) -> JSONSection {
        let section = json.section(key)
        let type = try section?.text("type")
        // Old files do not name the type of their model; a WordPiece model has this setting.
        let isUnnamedWordPiece =
            key == "model" && type == nil && section?.value["max_input_chars_per_word"] != nil
        guard let section, isUnnamedWordPiece || types.contains(type ?? "") else {
            throw .configuration(
                "\(file): '\(key)' is \(type.map { "of type '\($0)'" } ?? "missing"); "
                    + "only \(types.joined(separator: " or ")) is supported")
        }
        return section
    }

    private static func vocabulary(_ model: JSONSection) throws(TokenizationError) -> Vocabulary {
        guard let members = model.value["vocab"]?.members, !members.isEmpty else {
            throw model.wrong("vocab", "an object of pieces and ids")
        }
        var pieces: [[UInt8]] = []
        for member in members {
            guard let id = member.value.intValue, 0..<10_000_000 ~= id else {
                throw model.wrong("vocab.\(member.key)", "an id from 0 to 9,999,999")
            }
            while pieces.count <= id { pieces.append([]) }
            pieces[id] = Array(member.key.utf8)
        }
        return try Vocabulary(pieces: pieces)
    }

    /// The tokens around a text: [CLS] A [SEP], B [SEP].
    private static func template(
        _ json: JSONSection
    ) throws(TokenizationError) -> (classification: String, separator: String) {
        let section = try part(json, "post_processor", types: ["TemplateProcessing", "BertProcessing"])
        if try section.text("type") == "BertProcessing" {
            guard let classification = section.value["cls"]?.arrayValue?.first?.stringValue,
                let separator = section.value["sep"]?.arrayValue?.first?.stringValue
            else { throw section.wrong("cls", "a token and its id, as 'sep'") }
            return (classification, separator)
        }
        let single = shape(section.value["single"])
        let pair = shape(section.value["pair"])
        guard single.count == 3, single[1] == "A0", single[0].hasSuffix("0"), single[2].hasSuffix("0"),
            pair.count == 5, Array(pair[..<3]) == single, pair[3] == "B1",
            pair[4] == single[2].dropLast() + "1"
        else {
            throw .configuration("\(file): the template is not [CLS] A [SEP] and [CLS] A [SEP] B [SEP]")
        }
        return (String(single[0].dropFirst().dropLast()), String(single[2].dropFirst().dropLast()))
    }

    /// A template in short: 'A' and 'B' for the texts, '=' and its name for a token, each with its segment.
    private static func shape(_ template: JSONValue?) -> [String] {
        (template?.arrayValue ?? []).map { item in
            let token = item["SpecialToken"]
            let part = token ?? item["Sequence"]
            let segment = part?["type_id"]?.intValue.map(String.init) ?? "?"
            return (token == nil ? "" : "=") + (part?["id"]?.stringValue ?? "?") + segment
        }
    }
}
