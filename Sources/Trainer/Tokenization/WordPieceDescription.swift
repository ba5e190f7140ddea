internal import JSON

/// What the files of a folder say about a WordPiece tokenizer, before its tables are built.
struct WordPieceDescription {
    var vocabulary: Vocabulary
    var options: TokenizerOptions
    /// nil: the special tokens alone.
    var addedTokens: [AddedToken]?
    var casing: CasingDecision
    var modelMaxTokens: Int?
    /// What a user should know of the files.
    var notes: [String] = []

    /// What a caller wants in spite of the files.
    struct Wishes {
        var mode = WordPieceMode.hfFast
        var lowercase: Bool?
        var stripAccents: Bool?
    }

    /// From a `vocab.txt`.
    init(
        vocabulary bytes: [UInt8], _ configuration: TokenizerConfiguration, added: [AddedToken],
        _ wishes: Wishes
    ) throws(TokenizationError) {
        let vocabulary = try Vocabulary(bytes: bytes)
        casing = Self.casing(vocabulary, configuration, wishes)
        options = TokenizerOptions(
            mode: wishes.mode, lowercase: casing.lowercase, stripAccents: casing.stripAccents)
        options.isolatesIdeographs = configuration.isolatesIdeographs ?? true
        options.specialTokens = configuration.specialTokens
        self.vocabulary = vocabulary
        addedTokens = configuration.addedTokens
        // Programs that write 'added_tokens_decoder' list all of them there.
        if addedTokens == nil, !added.isEmpty {
            addedTokens = Self.special(of: options, vocabulary)
            add(added)
        }
        modelMaxTokens = configuration.modelMaxTokens
    }

    /// From a `tokenizer.json`. What `tokenizer_config.json` says goes before it, as in transformers.
    init(
        _ file: TokenizerFile, _ configuration: TokenizerConfiguration?, added: [AddedToken],
        _ wishes: Wishes
    ) {
        options = file.options(mode: wishes.mode)
        casing = CasingDecision(
            lowercase: options.lowercase, stripAccents: options.stripAccents,
            because: "tokenizer.json says so")
        vocabulary = file.vocabulary
        addedTokens = file.addedTokens
        if let configuration {
            if configuration.lowercase != nil || configuration.stripAccents != nil {
                casing = CasingDecision(
                    lowercase: configuration.lowercase ?? casing.lowercase,
                    stripAccents: configuration.stripAccents ?? casing.stripAccents,
                    because: "tokenizer_config.json says so")
            }
            options.isolatesIdeographs = configuration.isolatesIdeographs ?? options.isolatesIdeographs
            modelMaxTokens = configuration.modelMaxTokens
            add(configuration.addedTokens ?? added)
            options.specialTokens.padding = configuration.specialTokens.padding
            options.specialTokens.mask = configuration.specialTokens.mask
            // transformers looks for these though an old tokenizer.json does not list them.
            add(Self.special(of: options, file.vocabulary))
            // Those without an id would have to be given one; transformers writes all of them with theirs.
            options.specialTokens.additional = configuration.specialTokens.additional.filter { content in
                file.vocabulary.id(of: content) != nil
            }
        } else {
            add(added)
        }
        if wishes.lowercase != nil || wishes.stripAccents != nil {
            casing = CasingDecision(
                lowercase: wishes.lowercase ?? casing.lowercase,
                stripAccents: wishes.stripAccents ?? casing.stripAccents, because: "asked for")
        }
        options.lowercase = casing.lowercase
        options.stripAccents = casing.stripAccents
    }

    /// Tokens that are not listed yet.
    private mutating func add(_ tokens: [AddedToken]) {
        var all = addedTokens ?? []
        for token in tokens
        where !all.contains(where: { $0.content.utf8.elementsEqual(token.content.utf8) }) {
            all.append(token)
        }
        addedTokens = all
    }

    private static func casing(
        _ vocabulary: Vocabulary, _ configuration: TokenizerConfiguration, _ wishes: Wishes
    ) -> CasingDecision {
        if let asked = wishes.lowercase {
            return CasingDecision(
                lowercase: asked, stripAccents: wishes.stripAccents ?? configuration.stripAccents,
                because: "asked for")
        }
        if let lowercase = configuration.lowercase {
            return CasingDecision(
                lowercase: lowercase, stripAccents: wishes.stripAccents ?? configuration.stripAccents,
                because: "tokenizer_config.json has 'do_lower_case': \(lowercase)")
        }
        var decision = CasingDecision(vocabulary: vocabulary)
        decision.stripAccents = wishes.stripAccents ?? configuration.stripAccents ?? decision.stripAccents
        return decision
    }

    private static func special(of options: TokenizerOptions, _ vocabulary: Vocabulary) -> [AddedToken] {
        options.specialTokens.all.filter { vocabulary.id(of: $0) != nil }.map { AddedToken(special: $0) }
    }
}

extension WordPieceDescription {
    /// Whether another description comes to the same ids for every text.
    func agrees(with other: WordPieceDescription) -> Bool {
        options.decidesAs(other.options) && vocabulary.givesSameIDs(as: other.vocabulary)
            && tokens == other.tokens
    }

    /// All added tokens with their ids, in their own order.
    private var tokens: [AddedToken] {
        var all = addedTokens ?? Self.special(of: options, vocabulary)
        for content in options.specialTokens.additional
        where !all.contains(where: { $0.content.utf8.elementsEqual(content.utf8) }) {
            all.append(AddedToken(special: content))
        }
        return AddedToken.canonical(all, vocabulary).map { token in
            var token = token
            token.isSpecial = false
            return token
        }
    }
}

extension AddedToken {
    /// Tokens with their ids, those of lower ids first. Which of them is found never depends on their order, unless two
    /// have the same content, and these keep theirs.
    static func canonical(_ tokens: [AddedToken], _ vocabulary: Vocabulary) -> [AddedToken] {
        tokens.map { token in
            var token = token
            token.id = token.id ?? vocabulary.id(of: token.content)
            return token
        }.enumerated().sorted {
            ($0.element.id ?? -1, $0.offset) < ($1.element.id ?? -1, $1.offset)
        }.map(\.element)
    }
}

extension TokenizerOptions {
    /// Whether text is cut as by other options. Padding and mask never come of a text.
    fileprivate func decidesAs(_ other: TokenizerOptions) -> Bool {
        var (one, two) = (self, other)
        for keyPath in [\SpecialTokens.padding, \SpecialTokens.mask] {
            one.specialTokens[keyPath: keyPath] = ""
            two.specialTokens[keyPath: keyPath] = ""
        }
        // Compared with the added tokens.
        one.specialTokens.additional = []
        two.specialTokens.additional = []
        (one.stripAccents, two.stripAccents) = (one.stripsAccents, two.stripsAccents)
        return one == two
    }
}

extension Vocabulary {
    /// Whether every piece has the same id in another vocabulary. Lines that no text can lead to make no difference.
    func givesSameIDs(as other: Vocabulary) -> Bool {
        func piece(_ id: Int, _ vocabulary: Vocabulary) -> ArraySlice<UInt8> {
            guard id < vocabulary.count else { return [] }
            let piece = vocabulary.piece(id)
            return vocabulary.id(of: piece) == id ? piece : []
        }
        return (0..<max(count, other.count)).allSatisfy { piece($0, self) == piece($0, other) }
    }
}
