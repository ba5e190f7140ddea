internal import JSON

/// What a `tokenizer_config.json` says about a WordPiece tokenizer. Keys not listed here are not looked at.
struct TokenizerConfiguration {
    var lowercase: Bool?
    var stripAccents: Bool?
    var isolatesIdeographs: Bool?
    var specialTokens = SpecialTokens()
    /// Added tokens with their ids; nil: the file does not list them.
    var addedTokens: [AddedToken]?
    var modelMaxTokens: Int?
    /// Class of transformers that reads the tokenizer.
    var tokenizerClass: String?
    /// Whether the tokenizer is its own program beside the files.
    var isCustom = false

    private static let file = "tokenizer_config.json"

    init() {}

    /// - Parameters:
    ///   - json: `tokenizer_config.json`; nil if the folder has none.
    ///   - specialTokens: `special_tokens_map.json`, which transformers before version 4.34 wrote the names of special
    ///     tokens into; counts where `tokenizer_config.json` does not name them.
    init(json: [UInt8]?, specialTokens map: [UInt8]?) throws(TokenizationError) {
        if let json { self = try TokenizerConfiguration(json: json) }
        guard let map else { return }
        var tokens = SpecialTokens()
        try tokens.read(JSONSection(bytes: map, file: TokenizerNames.specialTokens))
        if let json { try tokens.read(JSONSection(bytes: json, file: Self.file)) }
        specialTokens = tokens
    }

    init(json bytes: [UInt8]) throws(TokenizationError) {
        let json = try JSONSection(bytes: bytes, file: Self.file)
        lowercase = try json.bool("do_lower_case")
        stripAccents = try json.bool("strip_accents")
        isolatesIdeographs = try json.bool("tokenize_chinese_chars")
        if try json.bool("do_basic_tokenize") == false {
            throw .configuration(
                "\(Self.file): 'do_basic_tokenize' is false, so text would be cut at spaces only; "
                    + "tokenizers without the basic step are not supported")
        }
        if let kept = json.value["never_split"]?.arrayValue, !kept.isEmpty {
            throw .configuration(
                "\(Self.file): 'never_split' lists \(kept.count) words; list them as added tokens instead")
        }
        try specialTokens.read(json)
        tokenizerClass = json.value["tokenizer_class"]?.stringValue
        isCustom = json.value["auto_map"]?["AutoTokenizer"] != nil
        // The default of transformers is 1e30, which means no limit.
        modelMaxTokens = json.value["model_max_length"]?.intValue.flatMap {
            0..<1_000_000_000 ~= $0 ? $0 : nil
        }
        addedTokens = try Self.addedTokens(json)
    }

    /// The tokens that `added_tokens_decoder` lists; nil if it is missing.
    static func addedTokens(_ json: JSONSection) throws(TokenizationError) -> [AddedToken]? {
        guard let members = json.value["added_tokens_decoder"]?.members else { return nil }
        var tokens: [AddedToken] = []
        for member in members {
            guard let id = Int(member.key), 0..<Int(Int32.max) ~= id else {
                throw .configuration(
                    "\(file): 'added_tokens_decoder' has the key '\(member.key)'; its keys are ids")
            }
            let section = JSONSection(member.value, file: file, path: "added_tokens_decoder.\(id)")
            tokens.append(try section.addedToken(id: id))
        }
        // Of two tokens that normalization makes equal the lower id is found.
        return tokens.sorted { ($0.id ?? 0) < ($1.id ?? 0) }
    }
}

extension SpecialTokens {
    /// Takes over what `tokenizer_config.json` or `special_tokens_map.json` names; the rest stays as it is.
    mutating func read(_ json: JSONSection) throws(TokenizationError) {
        unknown = try json.token("unk_token") ?? unknown
        classification = try json.token("cls_token") ?? classification
        separator = try json.token("sep_token") ?? separator
        padding = try json.token("pad_token") ?? padding
        mask = try json.token("mask_token") ?? mask
        // Named so by transformers 4 and by transformers 5.
        for key in ["additional_special_tokens", "extra_special_tokens"] {
            additional += try json.tokens(key).filter { content in
                !additional.contains { $0.utf8.elementsEqual(content.utf8) }
            }
        }
    }
}

/// A JSON object inside a named file, read with errors that say where.
struct JSONSection {
    let value: JSONValue
    let file: String
    let path: String

    init(bytes: [UInt8], file: String) throws(TokenizationError) {
        do throws(JSONError) {
            self.init(try JSONValue(parsing: bytes), file: file, path: "")
        } catch {
            throw .configuration("\(file) is not JSON: \(error)")
        }
        guard value.members != nil else { throw .configuration("\(file) holds no JSON object") }
    }

    init(_ value: JSONValue, file: String, path: String) {
        self.value = value
        self.file = file
        self.path = path
    }

    /// The object under a key; nil if it is missing or null.
    func section(_ key: String) -> JSONSection? {
        guard let inner = present(key) else { return nil }
        return JSONSection(inner, file: file, path: name(key))
    }

    /// The value under a key; nil if it is missing or null.
    private func present(_ key: String) -> JSONValue? {
        guard let inner = value[key] else { return nil }
        if case .null = inner { return nil }
        return inner
    }

    func bool(_ key: String) throws(TokenizationError) -> Bool? {
        guard let inner = present(key) else { return nil }
        guard let flag = inner.boolValue else { throw wrong(key, "true or false") }
        return flag
    }

    func integer(_ key: String) throws(TokenizationError) -> Int? {
        guard let inner = present(key) else { return nil }
        guard let number = inner.intValue else { throw wrong(key, "a whole number") }
        return number
    }

    func text(_ key: String) throws(TokenizationError) -> String? {
        guard let inner = present(key) else { return nil }
        guard let text = inner.stringValue else { throw wrong(key, "text") }
        return text
    }

    /// A token as text or as an object with its `content`.
    func token(_ key: String) throws(TokenizationError) -> String? {
        if value[key]?.members != nil { return try section(key)?.text("content") }
        return try text(key)
    }

    /// A list of tokens, each as text or as an object with its `content`; empty if it is missing.
    func tokens(_ key: String) throws(TokenizationError) -> [String] {
        var contents: [String] = []
        for item in value[key]?.arrayValue ?? [] {
            guard let content = item.stringValue ?? item["content"]?.stringValue, !content.isEmpty else {
                throw wrong(key, "a list of tokens")
            }
            contents.append(content)
        }
        return contents
    }

    func addedToken(id: Int) throws(TokenizationError) -> AddedToken {
        guard let content = try text("content") else { throw wrong("content", "text") }
        var token = AddedToken(content, id: id)
        token.isSingleWord = try bool("single_word") ?? false
        token.stripsLeft = try bool("lstrip") ?? false
        token.stripsRight = try bool("rstrip") ?? false
        token.isSpecial = try bool("special") ?? false
        token.isNormalized = try bool("normalized") ?? !token.isSpecial
        return token
    }

    func wrong(_ key: String, _ expected: String) -> TokenizationError {
        .configuration("\(file): '\(name(key))' must be \(expected)")
    }

    private func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}
