/// The distinct words of the texts that a Unigram model is trained on, the most frequent first, with their numbers.
struct TrainingWords: Sendable {
    /// Stands for every character that is too rare for a piece (U+2585).
    static let unknown: UInt32 = 0x2585
    /// Ends a text, where a word is followed by none.
    static let end: UInt32 = 0

    /// All words, one behind the other, and where each starts; one more than there are words.
    private(set) var scalars: [UInt32] = []
    private(set) var bounds = [0]
    private(set) var counts: [Int64] = []
    /// Words with what is behind them: a space or the end of the text.
    private(set) var followed = WordCounter()
    /// Characters that must be pieces, the most frequent first.
    let alphabet: [UInt32]
    let charactersSeen: Int

    var count: Int { counts.count }

    /// - Parameter words: each with a space or ``end`` behind it.
    init(_ words: WordCounter, coverage: Double) {
        var uses: [UInt32: Int64] = [:]
        for word in 0..<words.count {
            for at in words.bounds[word]..<words.bounds[word + 1] - 1 {
                uses[words.scalars[at], default: 0] += words.counts[word]
            }
        }
        charactersSeen = uses.count
        let total = uses.values.reduce(0, +)
        var (kept, seen): ([UInt32], Int64) = ([], 0)
        for (scalar, count) in uses.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            if Float(Double(seen) / Double(total)) >= Float(coverage) { break }
            seen += count
            if scalar != Self.unknown { kept.append(scalar) }
        }
        alphabet = kept
        take(words, Set(kept))
    }

    private mutating func take(_ words: WordCounter, _ kept: Set<UInt32>) {
        var distinct = WordCounter()
        for word in 0..<words.count {
            var text = Array(words.scalars[words.bounds[word]..<words.bounds[word + 1]])
            for at in text.indices.dropLast() where !kept.contains(text[at]) { text[at] = Self.unknown }
            text.withUnsafeBufferPointer { text in
                followed.add(text, times: words.counts[word])
                distinct.add(UnsafeBufferPointer(rebasing: text.dropLast()), times: words.counts[word])
            }
        }
        let order = (0..<distinct.count).sorted { one, other in
            if distinct.counts[one] != distinct.counts[other] {
                return distinct.counts[one] > distinct.counts[other]
            }
            return distinct.scalars[distinct.bounds[one]..<distinct.bounds[one + 1]]
                .lexicographicallyPrecedes(
                    distinct.scalars[distinct.bounds[other]..<distinct.bounds[other + 1]])
        }
        for word in order {
            scalars += distinct.scalars[distinct.bounds[word]..<distinct.bounds[word + 1]]
            bounds.append(scalars.count)
            counts.append(distinct.counts[word])
        }
    }
}
