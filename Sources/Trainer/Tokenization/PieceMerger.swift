internal import TextBasics

/// The merging of pairs, step for step as in `tokenizers`.
///
/// Words are counted once each; a queue holds pairs with their frequency and the words they were seen in.
/// Frequencies in the queue go stale and are put right when a pair reaches the top. A pair seen in new words
/// after it was queued gets a second entry for those. Both details decide which pieces come out.
struct PieceMerger {
    /// All pieces so far, by id.
    private(set) var pieces: [[UInt8]] = []
    /// The pairs that were merged, in order.
    private(set) var merges: [(first: UInt32, second: UInt32)] = []
    private(set) var charactersSeen = 0
    private(set) var charactersKept = 0
    private(set) var charactersTiedOut = 0
    private(set) var lastFrequency: Int64?
    private(set) var tiedOut = 0

    private let settings: WordPieceTrainer.Settings
    private let continuation: [UInt8]
    private var known: ByteTable
    private var words: SymbolWords
    private var pairs = PairCounts()
    private var queue = MergeQueue()

    init(words: WordCounter, settings: WordPieceTrainer.Settings) {
        self.settings = settings
        continuation = Array(settings.continuation.utf8)
        known = ByteTable(capacity: settings.vocabularySize)
        self.words = SymbolWords(counts: words.counts)
        for token in settings.specialTokens { _ = id(of: Array(token.utf8)) }
        let symbols = addCharacters(words)
        self.words.fill(from: words, initial: symbols.initial, continuing: symbols.continuing)
    }

    mutating func run() {
        pairs.count(words)
        for entry in pairs.takeNew() { queue.push(entry) }
        while pieces.count < settings.vocabularySize, var top = queue.pop() {
            let count = pairs.count(of: top.pair)
            if top.count != count {
                top.count = count
                queue.push(top)
                continue
            }
            if count < 1 || count < settings.minFrequency { break }
            lastFrequency = count
            merge(top)
        }
        countTies()
    }

    private mutating func merge(_ top: MergeQueue.Entry) {
        let first = UInt32(top.pair >> 32)
        let second = UInt32(truncatingIfNeeded: top.pair)
        var rest = pieces[Int(second)][...]
        if rest.starts(with: continuation) { rest = rest.dropFirst(continuation.count) }
        let merged = id(of: pieces[Int(first)] + rest)
        merges.append((first, second))
        pairs.beginStep()
        for at in top.words {
            words.merge(first, second, into: merged, word: Int(pairs.word(at)), changes: &pairs)
        }
        for entry in pairs.takeNew() { queue.push(entry) }
    }

    /// Pairs left in the queue that are as frequent as the last merged one and would give a new piece.
    private mutating func countTies() {
        guard pieces.count >= settings.vocabularySize, let last = lastFrequency else { return }
        var seen: Set<UInt64> = []
        while let top = queue.pop(), top.count >= last {
            guard pairs.count(of: top.pair) == last, seen.insert(top.pair).inserted else { continue }
            var rest = pieces[Int(UInt32(truncatingIfNeeded: top.pair))][...]
            if rest.starts(with: continuation) { rest = rest.dropFirst(continuation.count) }
            if known.find(pieces[Int(top.pair >> 32)] + rest) == nil { tiedOut += 1 }
        }
    }

    private mutating func id(of piece: [UInt8]) -> UInt32 {
        let (entry, isNew) = known.insert(piece)
        if isNew { pieces.append(piece) }
        return UInt32(entry)
    }

    /// Adds the characters to start from, most frequent ones first under a limit, then in code point order,
    /// and their `##` forms. Returns the symbol of each scalar value + 1, 0 if it was left out.
    private mutating func addCharacters(_ words: WordCounter) -> (initial: ScalarMap, continuing: ScalarMap) {
        var counts: [UInt32: Int64] = [:]
        var continues: Set<UInt32> = []
        for word in 0..<words.count {
            let range = words.bounds[word]..<words.bounds[word + 1]
            for scalar in words.scalars[range] { counts[scalar, default: 0] += words.counts[word] }
            continues.formUnion(words.scalars[range].dropFirst())
        }
        charactersSeen = counts.count
        for scalar in settings.initialAlphabet { counts[scalar.value] = .max }
        let ordered = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let limit = min(settings.limitAlphabet ?? .max, ordered.count)
        let kept = ordered[..<limit].map(\.key).sorted()
        charactersKept = kept.count
        charactersTiedOut = ordered[limit...].prefix { $0.value == ordered[limit - 1].value }.count

        var initial = ScalarMap()
        var continuing = ScalarMap()
        for scalar in kept {
            initial[scalar] = id(of: Self.bytes(scalar)) + 1
        }
        for scalar in kept where continues.contains(scalar) {
            continuing[scalar] = id(of: continuation + Self.bytes(scalar)) + 1
        }
        return (initial, continuing)
    }

    private static func bytes(_ scalar: UInt32) -> [UInt8] {
        var bytes: [UInt8] = []
        UTF8Decoding.append(scalar, to: &bytes)
        return bytes
    }
}
