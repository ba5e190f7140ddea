internal import JSON

/// Families whose special tokens differ though their models are of one kind.
enum SubwordFamily: String, CaseIterable, Sendable {
    case roberta, gpt2, xlmRoberta, albert, kobert

    /// The family of a tokenizer class or a `model_type`; nil for others.
    init?(named name: String) {
        let stem = name.replacing("TokenizerFast", with: "").replacing("Tokenizer", with: "").lowercased()
            .filter { $0.isLetter || $0.isNumber }
        switch stem {
        case "roberta", "camembertroberta", "bart": self = .roberta
        case "gpt2", "gpt": self = .gpt2
        case "xlmroberta": self = .xlmRoberta
        case "albert": self = .albert
        case "kobert": self = .kobert
        default: return nil
        }
    }
}

/// The special tokens of a tokenizer of subwords.
struct SubwordSpecials {
    /// Token of each role, as `tokenizer_config.json` names roles: `unk_token`, `mask_token`.
    var names: [String: String] = [:]
    /// Tokens that are looked for in texts.
    var tokens: [AddedToken] = []

    var classification: String { names["cls_token"] ?? "" }
    var separator: String { names["sep_token"] ?? "" }
}

/// What `tokenizer_config.json` and `special_tokens_map.json` say about a tokenizer of subwords.
struct SubwordSettings {
    static let roles = [
        "unk_token", "bos_token", "eos_token", "cls_token", "sep_token", "pad_token", "mask_token",
    ]

    var addsPrefixSpace: Bool?
    var trimsOffsets: Bool?
    var lowercase: Bool?
    var keepsAccents: Bool?
    var modelMaxTokens: Int?
    var tokenizerClass: String?
    /// Added tokens with their ids; nil: the file does not list them.
    var addedTokens: [AddedToken]?
    /// Tokens by role; nil: no file names any.
    var named: [String: String]?

    init(configuration: [UInt8]?, specialTokens: [UInt8]?) throws(TokenizationError) {
        var names: [String: String] = [:]
        if let specialTokens {
            try Self.read(
                try JSONSection(bytes: specialTokens, file: TokenizerNames.specialTokens), into: &names)
        }
        if let configuration {
            let json = try JSONSection(bytes: configuration, file: TokenizerNames.configuration)
            try Self.read(json, into: &names)
            addsPrefixSpace = try json.bool("add_prefix_space")
            trimsOffsets = try json.bool("trim_offsets")
            lowercase = try json.bool("do_lower_case")
            keepsAccents = try json.bool("keep_accents")
            tokenizerClass = try json.text("tokenizer_class")
            modelMaxTokens = json.value["model_max_length"]?.intValue.flatMap {
                0..<1_000_000_000 ~= $0 ? $0 : nil
            }
            addedTokens = try TokenizerConfiguration.addedTokens(json)
        }
        named = names.isEmpty ? nil : names
    }

    private static func read(_ json: JSONSection, into names: inout [String: String])
        throws(TokenizationError)
    {
        for role in roles {
            if let token = try json.token(role) { names[role] = token }
        }
    }

    /// Special tokens by role, with those of a family where no file names them.
    func special(of family: SubwordFamily) -> SubwordSpecials {
        var names: [String: String]
        switch family {
        case .roberta, .xlmRoberta:
            names = [
                "bos_token": "<s>", "eos_token": "</s>", "cls_token": "<s>", "sep_token": "</s>",
                "unk_token": "<unk>", "pad_token": "<pad>", "mask_token": "<mask>",
            ]
        case .gpt2:
            names = [
                "unk_token": "<|endoftext|>", "bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>",
            ]
        case .albert:
            names = [
                "bos_token": "[CLS]", "eos_token": "[SEP]", "cls_token": "[CLS]", "sep_token": "[SEP]",
                "unk_token": "<unk>", "pad_token": "<pad>", "mask_token": "[MASK]",
            ]
        case .kobert:
            names = [
                "unk_token": "[UNK]", "sep_token": "[SEP]", "pad_token": "[PAD]", "cls_token": "[CLS]",
                "mask_token": "[MASK]",
            ]
        }
        names.merge(named ?? [:]) { $1 }
        var special = SubwordSpecials(names: names)
        for role in Self.roles {
            guard let content = names[role], !special.tokens.contains(where: { $0.content == content }) else {
                continue
            }
            var token = AddedToken(special: content)
            // The mask takes the space in front with it, so that it reads like a word.
            token.stripsLeft = role == "mask_token" && family != .gpt2 && family != .kobert
            special.tokens.append(token)
        }
        return special
    }
}

extension SubwordDescription {
    /// Takes over tokens and roles.
    /// - Parameter id: id of a piece of the vocabulary, in the family's numbering.
    mutating func take(_ special: SubwordSpecials, _ id: (String) -> Int32?) throws(TokenizationError) {
        for token in special.tokens where !token.content.isEmpty {
            guard let id = token.id.map({ Int32($0) }) ?? id(token.content) else { continue }
            added.append(.init(token: token, id: id, bytes: Array(token.content.utf8)))
        }
        mask = special.names["mask_token"]
        for (_, token) in special.names {
            if let id = id(token) ?? added.first(where: { $0.token.content == token })?.id {
                specialIDs[token] = Int(id)
            }
        }
    }
}

extension JSONSection {
    /// The tokens that `added_tokens` of a `tokenizer.json` lists.
    func addedTokens() throws(TokenizationError) -> [AddedToken] {
        var tokens: [AddedToken] = []
        for (index, item) in (value["added_tokens"]?.arrayValue ?? []).enumerated() {
            let section = JSONSection(item, file: file, path: "added_tokens[\(index)]")
            guard let id = try section.integer("id"), 0..<Int(Int32.max) ~= id else {
                throw section.wrong("id", "an id from 0")
            }
            tokens.append(try section.addedToken(id: id))
        }
        return tokens
    }
}
