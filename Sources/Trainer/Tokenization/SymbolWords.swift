/// All different words as rows of symbols (ids of pieces), merged in place.
struct SymbolWords {
    private var symbols: [UInt32] = []
    private var starts: [Int] = []
    private var lengths: [Int32] = []
    let counts: [Int64]

    init(counts: [Int64]) { self.counts = counts }

    var count: Int { lengths.count }

    /// Characters without a symbol are left out; their neighbors become neighbors.
    mutating func fill(from words: WordCounter, initial: ScalarMap, continuing: ScalarMap) {
        symbols.reserveCapacity(words.scalars.count)
        for word in 0..<words.count {
            let start = symbols.count
            for at in words.bounds[word]..<words.bounds[word + 1] {
                let map = at == words.bounds[word] ? initial : continuing
                let symbol = map[words.scalars[at]]
                if symbol != 0 { symbols.append(symbol - 1) }
            }
            starts.append(start)
            lengths.append(Int32(symbols.count - start))
        }
    }

    /// Calls `body` with every pair of neighbors of a word.
    @inline(__always)
    func forEachPair(of word: Int, _ body: (UInt64) -> Void) {
        let start = starts[word]
        for at in start..<max(start, start + Int(lengths[word]) - 1) {
            body(PairTable.key(symbols[at], symbols[at + 1]))
        }
    }

    /// Replaces every `first` followed by `second`, from the left, and reports which pairs appeared and disappeared.
    mutating func merge(
        _ first: UInt32, _ second: UInt32, into merged: UInt32, word: Int, changes: inout PairCounts
    ) {
        let times = counts[word]
        let start = starts[word]
        let count = Int(lengths[word])
        let remaining = symbols.withUnsafeMutableBufferPointer { all -> Int in
            let row = UnsafeMutableBufferPointer(rebasing: all[start..<start + count])
            var read = 0
            var write = 0
            while read < count {
                guard row[read] == first, read + 1 < count, row[read + 1] == second else {
                    row[write] = row[read]
                    write += 1
                    read += 1
                    continue
                }
                if write > 0 {
                    changes.lose(PairTable.key(row[write - 1], first), times)
                    changes.gain(PairTable.key(row[write - 1], merged), times, word)
                }
                if read + 2 < count {
                    changes.lose(PairTable.key(second, row[read + 2]), times)
                    changes.gain(PairTable.key(merged, row[read + 2]), times, word)
                }
                row[write] = merged
                write += 1
                read += 2
            }
            return write
        }
        lengths[word] = Int32(remaining)
    }
}
