internal import TextBasics

/// Turns text into the ids of WordPiece pieces.
///
/// The ids are those of the reference that the options' mode names, for every text. Text is read once, as
/// bytes; nothing is allocated for a word or a piece.
///
/// Source: Schuster and Nakajima, "Japanese and Korean Voice Search" (2012); the greedy cut is that of
/// google-research/bert.
package struct WordPieceTokenizer: Sendable {
    package let vocabulary: Vocabulary
    package let options: TokenizerOptions
    /// How it was decided whether text is lower-cased; nil if the caller gave the options.
    package let casing: CasingDecision?
    /// Longest sequence that the configuration names, special tokens included.
    package let modelMaxTokens: Int?
    /// What was unusual about the files beside the vocabulary, as sentences.
    var notes: [String] = []

    /// Ids of the special tokens.
    package let unknownID: Int
    package let classificationID: Int
    package let separatorID: Int
    /// nil: the vocabulary holds no such token.
    package let paddingID: Int?
    package let maskID: Int?

    let reader: WordReader
    let trie: PieceTrie
    let caches: ChunkCaches
    private let addedTokens: [AddedToken]
    /// As given to ``init(vocabulary:options:addedTokens:casing:modelMaxTokens:)``.
    private let givenTokens: [AddedToken]?

    /// - Parameter addedTokens: tokens looked for before the text is cut into words; nil: the special
    ///   tokens, except in mode `google`, which takes them for ordinary text.
    /// - Throws: ``TokenizationError/vocabulary(_:)`` when [UNK], [CLS] or [SEP] is missing or an added token
    ///   has no id.
    package init(
        vocabulary: Vocabulary, options: TokenizerOptions, addedTokens: [AddedToken]? = nil,
        casing: CasingDecision? = nil, modelMaxTokens: Int? = nil
    ) throws(TokenizationError) {
        self.vocabulary = vocabulary
        self.options = options
        self.casing = casing
        self.modelMaxTokens = modelMaxTokens
        let special = options.specialTokens
        let unknown = try Self.requiredID(of: special.unknown, in: vocabulary, role: "words it cannot spell")
        unknownID = unknown
        classificationID = try Self.requiredID(
            of: special.classification, in: vocabulary, role: "the start of a sequence")
        separatorID = try Self.requiredID(
            of: special.separator, in: vocabulary, role: "the end of a sequence")
        paddingID = vocabulary.id(of: special.padding)
        maskID = vocabulary.id(of: special.mask)
        givenTokens = addedTokens
        let tokens = options.mode == .google ? [] : Self.tokens(addedTokens, special, in: vocabulary)
        self.addedTokens = tokens

        let pieces = PieceList(vocabulary, options: options)
        let trie = PieceTrie(initial: pieces.initial, continuing: pieces.continuing)
        self.trie = trie
        let rules = CharacterRules(options)
        let literal = LiteralTokenizer(options: options, tables: rules.tables)
        let entries = try Self.entries(tokens, vocabulary)
        let matcher: AddedTokenMatcher
        if options.mode == .hfSlow {
            let splitter = SlowSplitter(
                entries, neverSplit: special.named.map { ($0, vocabulary.id(of: $0)) },
                lowercase: options.lowercase, literal)
            matcher = AddedTokenMatcher(entries, splitter)
        } else {
            matcher = AddedTokenMatcher(entries) { scalars in
                literal.normalized(scalars.map { PlacedScalar($0, start: 0, end: 0) }).map(\.value)
            }
            if let nothing = entries.first(where: matcher.normalizesToNothing) {
                throw .configuration(
                    "the added token of id \(nothing.id) is looked for in normalized text, and nothing is left of it there; "
                        + "set its 'normalized' to false or leave it out")
            }
        }
        let single = pieces.single
        let highest = max(vocabulary.count - 1, tokens.compactMap(\.id).max() ?? 0)
        caches = ChunkCaches(wide: highest > Int(UInt16.max))
        reader = WordReader(
            options: options, added: matcher, letters: trie.letters,
            numbers: ScanTable.Numbers(
                letter: { trie.letters[$0] },
                isolated: { UInt32(single[$0] ?? unknown) },
                isPlain: { trie.letters.isZero(page: $0) }))
    }

    /// Number of ids: rows that an embedding needs.
    package var vocabularySize: Int {
        max(vocabulary.count, (addedTokens.compactMap(\.id).max() ?? -1) + 1)
    }

    /// Text of the piece or added token with an id; empty for an unknown id.
    package func text(of id: Int) -> String {
        if let token = addedTokens.last(where: { $0.id == id }) { return token.content }
        return 0..<vocabulary.count ~= id ? vocabulary.text(id) : ""
    }

    /// What a user should know of it: how casing was decided, and what was unusual about its files.
    package var remarks: [String] { (casing.map { [$0.sentence] } ?? []) + notes + vocabulary.notes }

    /// The tokenizer of the same vocabulary and settings by the rules of another mode.
    package func following(_ mode: WordPieceMode) throws(TokenizationError) -> WordPieceTokenizer {
        var options = options
        if options.maxCharactersPerWord == options.mode.defaultMaxCharactersPerWord {
            options.maxCharactersPerWord = mode.defaultMaxCharactersPerWord
        }
        options.mode = mode
        return try WordPieceTokenizer(
            vocabulary: vocabulary, options: options, addedTokens: givenTokens, casing: casing,
            modelMaxTokens: modelMaxTokens)
    }

    /// The bytes that identify this tokenizer: two tokenizers with the same bytes give the same ids.
    ///
    /// A header line, a line for each option, the version of the character tables, the added tokens, and the
    /// pieces each after its length. Hash them to bind shards and models to a tokenizer.
    package var identity: [UInt8] { identity(listing: addedTokens) }

    package var canonicalIdentity: [UInt8] {
        identity(listing: AddedToken.canonical(addedTokens, vocabulary))
    }

    private func identity(listing tokens: [AddedToken]) -> [UInt8] {
        var lines = [
            "splitvote wordpiece 1", "mode \(options.mode.rawValue)", "tables \(options.mode.tablesVersion)",
            "lowercase \(options.lowercase)", "strip_accents \(options.stripsAccents)",
            "isolate_ideographs \(options.isolatesIdeographs)", "clean_text \(options.cleansText)",
            "max_characters_per_word \(options.maxCharactersPerWord)",
        ]
        let special = options.specialTokens
        let others = options.mode == .hfSlow ? special.additional : []
        lines += (special.all + [options.continuation] + others).map(Self.lengthAndText)
        for token in tokens {
            let id = token.id ?? vocabulary.id(of: token.content) ?? -1
            var flags = [token.isSingleWord, token.stripsLeft, token.stripsRight, token.isNormalized]
            if options.mode == .hfSlow { flags.append(token.isSpecial) }
            lines.append(
                "added \(id) \(flags.map { $0 ? "1" : "0" }.joined()) " + Self.lengthAndText(token.content))
        }
        lines.append("pieces \(vocabulary.count)")
        var bytes = Array((lines.joined(separator: "\n") + "\n").utf8)
        for id in 0..<vocabulary.count {
            let piece = vocabulary.piece(id)
            bytes.append(contentsOf: "\(piece.count) ".utf8)
            bytes.append(contentsOf: piece)
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }

    private static func lengthAndText(_ text: String) -> String { "\(text.utf8.count) \(text)" }

    private static func requiredID(
        of token: String, in vocabulary: Vocabulary, role: String
    ) throws(TokenizationError) -> Int {
        guard let id = vocabulary.id(of: token) else {
            throw .vocabulary(
                "the vocabulary of \(vocabulary.count) pieces has no '\(token)', which stands for \(role); "
                    + "add it as a line of vocab.txt or name another token in tokenizer_config.json")
        }
        return id
    }

    /// The added tokens that were given, or the special ones; with those of `additional` that are not among them.
    private static func tokens(
        _ given: [AddedToken]?, _ special: SpecialTokens, in vocabulary: Vocabulary
    ) -> [AddedToken] {
        var tokens =
            given ?? special.all.filter { vocabulary.id(of: $0) != nil }.map { AddedToken(special: $0) }
        for content in special.additional
        where !tokens.contains(where: { $0.content.utf8.elementsEqual(content.utf8) }) {
            tokens.append(AddedToken(special: content))
        }
        return tokens
    }

    private static func entries(
        _ tokens: [AddedToken], _ vocabulary: Vocabulary
    ) throws(TokenizationError) -> [AddedTokenMatcher.Entry] {
        var entries: [AddedTokenMatcher.Entry] = []
        for token in tokens where !token.content.isEmpty {
            guard let id = token.id ?? vocabulary.id(of: token.content) else {
                throw .vocabulary("the added token '\(token.content)' has no id: it is not in the vocabulary")
            }
            entries.append(
                AddedTokenMatcher.Entry(
                    token: token, id: Int32(id), bytes: Array(token.content.utf8),
                    scalars: token.content.unicodeScalars.map(\.value)))
        }
        return entries
    }
}

/// The pieces of a vocabulary by the place that they can take in a word.
private struct PieceList {
    var initial: [(scalars: [UInt32], id: Int)] = []
    var continuing: [(scalars: [UInt32], id: Int)] = []
    /// Ids of the pieces of one scalar value.
    var single: [UInt32: Int] = [:]

    init(_ vocabulary: Vocabulary, options: TokenizerOptions) {
        let mark = options.continuation.unicodeScalars.map(\.value)
        let literal = LiteralTokenizer(options: options, tables: options.mode.tables.decoded)
        func standsAlone(_ scalar: UInt32) -> Bool {
            literal.separates(scalar) || literal.isPunctuation(scalar)
        }
        for id in 0..<vocabulary.count {
            let piece = vocabulary.piece(id)
            // Of a piece listed twice only the last id is ever given out.
            guard vocabulary.id(of: piece) == id, let scalars = UTF8Decoding.scalars(of: piece) else {
                continue
            }
            if scalars.count == 1 { single[scalars[0]] = id }
            // A longer piece with a character that always stands alone can never be found.
            let isWhole = scalars.count == 1 || !scalars.contains(where: standsAlone)
            if !scalars.isEmpty, isWhole { initial.append((scalars, id)) }
            let rest = Array(scalars.dropFirst(mark.count))
            if scalars.starts(with: mark), !rest.isEmpty, !rest.contains(where: standsAlone) {
                continuing.append((rest, id))
            }
        }
    }
}
