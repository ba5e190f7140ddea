internal import TextBasics

/// Cuts text step by step as a `tokenizer.json` lists the steps: normalizers, pre-tokenizers, and a model for each word.
struct StepCutter: TextCutter {
    /// How text becomes words.
    enum Words: Sendable {
        case steps([TextNormalizer], [PreTokenizer])
        /// As BERT has it.
        case bert(TokenizerOptions)
    }

    struct Memory {
        fileprivate let merger = RankedMerger()
        /// What words gave lately.
        fileprivate var known: [[UInt32]: [Int32]] = [:]
    }

    let words: Words
    /// Of words as BERT has them.
    private let reader: WordReader?
    let model: WordModel
    let pieceCount: Int
    /// Tokens that are looked for in normalized text.
    let added: AddedTokenSplitter

    private static let mostKnown = 1 << 16

    init(
        words: Words, model: WordModel, pieceCount: Int, normalizedTokens: [AddedTokenSplitter.Entry]
    ) {
        self.words = words
        if case .bert(let options) = words { reader = WordReader(options: options) } else { reader = nil }
        self.model = model
        self.pieceCount = pieceCount
        added = AddedTokenSplitter(
            normalizedTokens.map { entry in
                var entry = entry
                let content = entry.bytes.withUnsafeBufferPointer { Self.normalized($0, words) }
                entry.bytes = Self.bytes(content.values)
                return entry
            }.filter { !$0.bytes.isEmpty })
    }

    func withMemory<Result>(_ body: (inout Memory) -> Result) -> Result {
        var memory = Memory()
        return body(&memory)
    }

    func cut(_ text: UnsafeBufferPointer<UInt8>, into sink: inout IDSink, _ memory: inout Memory) {
        cut(text, startsText: true, into: &sink, &memory)
    }

    func cut(
        _ text: UnsafeBufferPointer<UInt8>, startsText: Bool, into sink: inout IDSink,
        _ memory: inout Memory
    ) {
        forEachPart(of: text, startsText: startsText) { part in
            switch part {
            case .token(let id, _):
                sink.reserve(1)
                sink.append(id)
            case .word(let word): sink.append(ids(of: word.values, &memory))
            }
        }
    }

    private func ids(of word: [UInt32], _ memory: inout Memory) -> [Int32] {
        if let known = memory.known[word] { return known }
        let ids = model.pieces(of: word, memory.merger).map(\.id)
        if memory.known.count == Self.mostKnown { memory.known.removeAll(keepingCapacity: true) }
        memory.known[word] = ids
        return ids
    }

    func pieces(of text: [UInt8]) -> [PlacedPiece] { pieces(of: text, startsText: true) }

    func pieces(of text: [UInt8], startsText: Bool) -> [PlacedPiece] {
        let merger = RankedMerger()
        var found: [PlacedPiece] = []
        text.withUnsafeBufferPointer { text in
            forEachPart(of: text, startsText: startsText) { part in
                switch part {
                case .token(let id, let place): found.append(PlacedPiece(id: id, place: place))
                case .word(let word):
                    for (id, range) in model.pieces(of: word.values, merger) {
                        let covered = word.scalars[range]
                        guard let first = covered.first, let last = covered.last else { continue }
                        found.append(PlacedPiece(id: id, place: first.start..<max(first.start, last.end)))
                    }
                }
            }
        }
        return found
    }

    // MARK: Words

    private enum Part {
        case token(Int32, Range<Int>)
        case word(AlignedText)
    }

    private func forEachPart(
        of text: UnsafeBufferPointer<UInt8>, startsText: Bool, _ body: (Part) -> Void
    ) {
        switch words {
        case .bert:
            var sink = WordSink()
            _ = reader?.readLiterally(text, into: &sink)
            for word in sink.words { body(.word(AlignedText(scalars: word))) }
        case .steps(_, let splits):
            let normalized = Self.normalized(text, words)
            guard !added.isEmpty else {
                return Self.split(normalized.scalars[...], startsText, splits, body)
            }
            forEachStretch(of: normalized) { id, stretch in
                guard let id else { return Self.split(stretch, startsText, splits, body) }
                guard let first = stretch.first, let last = stretch.last else { return }
                body(.token(id, first.start..<last.end))
            }
        }
    }

    private static func split(
        _ text: ArraySlice<PlacedScalar>, _ startsText: Bool, _ splits: [PreTokenizer],
        _ body: (Part) -> Void
    ) {
        guard let first = text.first else { return }
        // What has other text in front is not at the start, though its first character may be.
        var words = [
            PreTokenizer.Word(text: AlignedText(scalars: Array(text)), start: startsText ? first.start : 1)
        ]
        for step in splits { words = words.flatMap { step.words(of: $0) } }
        for word in words { body(.word(word.text)) }
    }

    /// Cuts normalized text at the tokens that are looked for there.
    private func forEachStretch(
        of text: AlignedText, _ body: (_ id: Int32?, _ stretch: ArraySlice<PlacedScalar>) -> Void
    ) {
        var ends: [Int] = [0]
        for scalar in text.scalars { ends.append(ends[ends.count - 1] + Self.bytes([scalar.value]).count) }
        let stretches = Self.bytes(text.values).withUnsafeBufferPointer { added.stretches(of: $0) }
        var at = 0
        for stretch in stretches {
            let start = at
            while ends[at] < stretch.bytes.upperBound { at += 1 }
            body(stretch.id, text.scalars[start..<at])
        }
    }

    private static func normalized(_ text: UnsafeBufferPointer<UInt8>, _ words: Words) -> AlignedText {
        var aligned = AlignedText(scalars: (try? UTF8Decoding.scalars(of: text).get()) ?? [])
        guard case .steps(let normalizers, _) = words else { return aligned }
        for normalizer in normalizers where !aligned.scalars.isEmpty { normalizer.apply(to: &aligned) }
        return aligned
    }

    private static func bytes(_ scalars: [UInt32]) -> [UInt8] {
        scalars.reduce(into: []) { UTF8Decoding.append($1, to: &$0) }
    }
}

/// Takes down the words of a text as they are read.
private struct WordSink: ScanSink {
    private(set) var words: [[PlacedScalar]] = []
    private var word: [PlacedScalar] = []

    mutating func beginText() {
        words = []
        word = []
    }

    mutating func restartText() { beginText() }

    mutating func letter(_ number: UInt32, scalar: UInt32, start: Int, end: Int) {
        word.append(PlacedScalar(number == 0 ? scalar : number, start: start, end: end))
    }

    mutating func isolated(_ number: UInt32, scalar: UInt32, start: Int, end: Int) {
        letter(number, scalar: scalar, start: start, end: end)
        endWord()
    }

    mutating func endWord() {
        if !word.isEmpty { words.append(word) }
        word = []
    }

    mutating func added(_ id: Int32, start: Int, end: Int) {}
}
