import JSON

extension ModelFolder {
    /// Files of the tokenizer for a model that is trained from here, with a configuration where the folder has none.
    ///
    /// Without that file transformers would lower-case every text and take Hangul apart.
    /// - Parameter stripsAccents: where that does not follow from lower-casing.
    package func tokenizerFiles(
        lowercase: Bool, stripsAccents: Bool?
    ) -> [(name: String, bytes: [UInt8])] {
        if tokenizer.contains(where: { $0.name == Self.tokenizerFile }) || hasSubwords { return tokenizer }
        var members = [
            JSONMember("do_lower_case", .bool(lowercase)),
            JSONMember("model_max_length", .integer(configuration.plan.maxTokens)),
        ]
        if let stripsAccents, stripsAccents != lowercase {
            members.append(JSONMember("strip_accents", .bool(stripsAccents)))
        }
        members.append(JSONMember("tokenizer_class", .string(configuration.dialect.tokenizerClass)))
        return tokenizer + [(Self.tokenizerFile, JSONValue.object(members).encoded(indented: true))]
    }

    /// Whether the tokenizer is no WordPiece, so that the class of the family does not read it.
    private var hasSubwords: Bool {
        tokenizer.contains { file in
            if file.name == "merges.txt" || file.name.hasSuffix(".model") { return true }
            guard file.name == "tokenizer.json", let json = try? JSONValue(parsing: file.bytes) else {
                return false
            }
            return ["BPE", "Unigram"].contains(json["model"]?["type"]?.stringValue ?? "")
        }
    }
}
