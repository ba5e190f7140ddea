internal import TextBasics

/// Reads texts as words, for a tokenizer or for the training of a vocabulary.
struct WordReader: Sendable {
    private let table: ScanTable
    private let added: AddedTokenMatcher
    private let literal: LiteralTokenizer
    /// Letter numbers; nil: the scanner emits 0, and the scalar value counts.
    private let letters: ScalarMap?
    /// Whether texts cannot be scanned in one pass, because added tokens are looked for in normalized text.
    private let readsLiterally: Bool

    /// A reader of words as scalar values, without added tokens.
    init(options: TokenizerOptions) {
        self.init(
            options: options, added: AddedTokenMatcher([]) { $0 }, letters: nil,
            numbers: ScanTable.Numbers(
                letter: { $0 }, isolated: { $0 }, isPlain: { _ in true }, isIdentity: true))
    }

    init(
        options: TokenizerOptions, added: AddedTokenMatcher, letters: ScalarMap?, numbers: ScanTable.Numbers
    ) {
        let rules = CharacterRules(options)
        literal = LiteralTokenizer(options: options, tables: rules.tables)
        table = ScanTable(rules: rules, numbers: numbers, probes: added.firstScalars)
        self.added = added
        self.letters = letters
        readsLiterally = added.readsLiterally
    }

    /// Gives the scanner over the compiled table to `body`.
    func withScanner<Result>(_ body: (Scanner) throws -> Result) rethrows -> Result {
        try table.map.pages.withUnsafeBufferPointer { pages in
            try table.map.values.withUnsafeBufferPointer { entries in
                try table.expansions.withUnsafeBufferPointer { expansions in
                    guard let pages = pages.baseAddress, let entries = entries.baseAddress,
                        let expansions = expansions.baseAddress
                    else { preconditionFailure("a scan table is never empty") }
                    return try body(
                        Scanner(
                            pages: pages, entries: entries, expansions: expansions, added: added,
                            hasPlainASCII: table.hasPlainASCII))
                }
            }
        }
    }

    /// Tells the sink all words of a text; the offset of the first bad byte where it is not UTF-8.
    @inline(__always)
    func read<Sink: ScanSink>(
        _ text: UnsafeBufferPointer<UInt8>, with scanner: Scanner, into sink: inout Sink
    ) -> Int? {
        sink.beginText()
        guard let start = text.baseAddress, !text.isEmpty else { return nil }
        if !readsLiterally {
            switch sink.scan(start, count: text.count, with: scanner) {
            case .finished: return nil
            case .invalid(let byte): return byte
            case .contextual: sink.restartText()
            }
        }
        return readLiterally(text, into: &sink)
    }

    /// The same, step by step over the whole text.
    func readLiterally<Sink: ScanSink>(_ text: UnsafeBufferPointer<UInt8>, into sink: inout Sink) -> Int? {
        let scalars: [PlacedScalar]
        switch UTF8Decoding.scalars(of: text) {
        case .failure(let invalid): return invalid.offset
        case .success(let all): scalars = all
        }
        if let splitter = added.splitter {
            readSlowly(scalars, splitter, into: &sink)
            return nil
        }
        for stretch in split(scalars, at: added.raw) {
            switch stretch {
            case .token(let id, let range): tell(id, scalars[range], to: &sink)
            case .text(let range): readNormalized(literal.normalized(Array(scalars[range])), into: &sink)
            }
        }
        return nil
    }

    private func readNormalized<Sink: ScanSink>(_ text: [PlacedScalar], into sink: inout Sink) {
        for stretch in split(text, at: added.normalized) {
            switch stretch {
            case .token(let id, let range): tell(id, text[range], to: &sink)
            case .text(let range):
                tell(literal.words(ofNormalized: Array(text[range])), to: &sink)
            }
        }
    }

    private func readSlowly<Sink: ScanSink>(
        _ text: [PlacedScalar], _ splitter: SlowSplitter, into sink: inout Sink
    ) {
        for stretch in splitter.stretches(of: text) {
            switch stretch {
            case .token(let id, let token): tell(id, token[...], to: &sink)
            case .text(let part):
                for word in literal.unfoldedWords(of: part) {
                    // The reference looks twice: a word can become a special token by losing its accents.
                    let isWhole = splitter.neverSplit[word.map(\.value)] != nil
                    let folded = isWhole ? word : literal.folded(word)
                    switch splitter.neverSplit[folded.map(\.value)] {
                    case .piece(let id): tell(id, folded[...], to: &sink)
                    case .word: tell([folded], to: &sink)
                    case nil: tell(literal.words(ofNormalized: folded), to: &sink)
                    }
                }
            }
        }
    }

    private func tell<Sink: ScanSink>(_ words: [[PlacedScalar]], to sink: inout Sink) {
        for word in words {
            for letter in word {
                let number = letters?[letter.value] ?? 0
                sink.letter(number, scalar: letter.value, start: letter.start, end: letter.end)
            }
            sink.endWord()
        }
    }

    private func split(_ text: [PlacedScalar], at tokens: [AddedTokenMatcher.Entry]) -> [AddedTokenMatcher
        .Stretch]
    {
        guard !tokens.isEmpty else { return [.text(0..<text.count)] }
        let tables = literal.tables
        return added.stretches(
            of: text, tokens,
            isWord: { tables.properties(of: $0).contains(.word) },
            isSpace: Vocabulary.isWhitespace)
    }

    private func tell<Sink: ScanSink>(_ id: Int32, _ token: ArraySlice<PlacedScalar>, to sink: inout Sink) {
        guard let first = token.first, let last = token.last else { return }
        sink.added(id, start: first.start, end: last.end)
    }
}
