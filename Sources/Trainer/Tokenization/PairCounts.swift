internal import HeapModule

/// How often each pair of symbols is seen, and the words in which it has newly been seen.
struct PairCounts {
    private var table = PairTable(capacity: 1 << 20)
    private var keys: [UInt64] = []
    private var counts: [Int64] = []
    /// Words, in stretches that belong to entries of the queue.
    private var words: [Int32] = []

    // What the current step has gained, in the order it came.
    private var gained: [(pair: Int32, word: Int32)] = []
    private var touched: [Int32] = []
    /// Words gained in this step by each pair; back to 0 between steps.
    private var stretch: [Int32] = []
    /// Last word gained by each pair, so that a word is taken once.
    private var lastWord: [Int32] = []

    /// Counts all pairs of all words, as the first step.
    mutating func count(_ all: SymbolWords) {
        beginStep()
        for word in 0..<all.count {
            all.forEachPair(of: word) { gain($0, all.counts[word], word) }
        }
    }

    mutating func beginStep() {
        gained.removeAll(keepingCapacity: true)
        touched.removeAll(keepingCapacity: true)
    }

    func count(of pair: UInt64) -> Int64 { table.find(pair).map { counts[$0] } ?? 0 }

    func word(_ at: Int) -> Int32 { words[at] }

    mutating func lose(_ pair: UInt64, _ times: Int64) { counts[index(pair)] -= times }

    mutating func gain(_ pair: UInt64, _ times: Int64, _ word: Int) {
        let index = index(pair)
        counts[index] += times
        if stretch[index] == 0 {
            touched.append(Int32(index))
        } else if lastWord[index] == Int32(word) {
            return
        }
        stretch[index] += 1
        lastWord[index] = Int32(word)
        gained.append((Int32(index), Int32(word)))
    }

    /// Entries for the queue, one for each pair gained in this step that is still seen.
    mutating func takeNew() -> [MergeQueue.Entry] {
        var entries: [MergeQueue.Entry] = []
        entries.reserveCapacity(touched.count)
        var end = words.count
        // From here on `stretch` says where the next word of a pair goes, counted from the end of `words`.
        let base = words.count
        for pair in touched {
            let start = end
            end += Int(stretch[Int(pair)])
            stretch[Int(pair)] = Int32(start - base)
            if counts[Int(pair)] > 0 {
                entries.append(
                    MergeQueue.Entry(count: counts[Int(pair)], pair: keys[Int(pair)], words: start..<end))
            }
        }
        words.append(contentsOf: repeatElement(0, count: end - base))
        for (pair, word) in gained {
            words[base + Int(stretch[Int(pair)])] = word
            stretch[Int(pair)] += 1
        }
        for pair in touched { stretch[Int(pair)] = 0 }
        return entries
    }

    private mutating func index(_ pair: UInt64) -> Int {
        let index = table.findOrInsert(pair, new: counts.count)
        if index == counts.count {
            keys.append(pair)
            counts.append(0)
            stretch.append(0)
            lastWord.append(-1)
        }
        return index
    }
}

/// Pairs by falling frequency; of equally frequent ones the smaller ids first.
struct MergeQueue {
    struct Entry: Comparable {
        var count: Int64
        var pair: UInt64
        /// Words to merge in, as places in ``PairCounts``.
        var words: Range<Int>

        /// Whether it comes before another one.
        @inline(__always)
        static func < (one: Entry, other: Entry) -> Bool {
            if one.count != other.count { return one.count > other.count }
            if one.pair != other.pair { return one.pair < other.pair }
            return one.words.lowerBound < other.words.lowerBound
        }
    }

    private var entries = Heap<Entry>()

    mutating func push(_ entry: Entry) { entries.insert(entry) }

    mutating func pop() -> Entry? { entries.popMin() }
}
