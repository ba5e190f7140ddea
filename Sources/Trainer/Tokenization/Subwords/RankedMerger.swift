internal import HeapModule

/// Merges the pieces of one word: of all neighbors the pair of the lowest rank, the leftmost of equals, until no pair is
/// in the table.
final class RankedMerger {
    /// What is left of the word: pieces, and the place in the word of the first of what each was made of.
    private(set) var count = 0
    private(set) var ids: UnsafeMutablePointer<Int32>
    private(set) var firsts: UnsafeMutablePointer<Int32>
    /// The pair that starts at a piece.
    private var pairs: UnsafeMutablePointer<ShortWord.Pair>
    private var capacity = 0
    private var long = LongWord()

    /// Longest word whose pairs are looked through for each merge; longer ones are put in a queue.
    private static let shortCount = 48

    init() {
        capacity = Self.shortCount
        ids = .allocate(capacity: capacity)
        firsts = .allocate(capacity: capacity)
        pairs = .allocate(capacity: Self.shortCount)
    }

    deinit {
        ids.deallocate()
        firsts.deallocate()
        pairs.deallocate()
    }

    /// Makes room for a word of up to this many pieces.
    func begin(_ most: Int) {
        count = 0
        guard most > capacity else { return }
        ids.deallocate()
        firsts.deallocate()
        capacity = 2 * most
        ids = .allocate(capacity: capacity)
        firsts = .allocate(capacity: capacity)
    }

    @inline(__always)
    func add(_ id: Int32) {
        ids[count] = id
        firsts[count] = Int32(truncatingIfNeeded: count)
        count &+= 1
    }

    func run(_ table: MergeTable) {
        guard count > 1 else { return }
        guard count <= Self.shortCount else {
            count = long.run(ids, firsts, count, table)
            return
        }
        let (ids, firsts, pairs, all) = (ids, firsts, pairs, count)
        count = table.withPointers { table in
            var word = ShortWord(ids: ids, firsts: firsts, pairs: pairs, count: all, table: table)
            word.run()
            return word.count
        }
    }
}

/// A word with so few pieces that all pairs are compared for each merge.
private struct ShortWord {
    struct Pair {
        var rank: Int32
        var result: Int32
    }

    let ids: UnsafeMutablePointer<Int32>
    let firsts: UnsafeMutablePointer<Int32>
    let pairs: UnsafeMutablePointer<Pair>
    var count: Int
    let table: MergeTable.Pointers

    mutating func run() {
        for at in 0..<count &- 1 { look(at) }
        while true {
            var best = MergeTable.none
            var at = -1
            for place in 0..<count &- 1 where pairs[place].rank < best {
                best = pairs[place].rank
                at = place
            }
            guard at >= 0 else { return }
            merge(at)
        }
    }

    @inline(__always)
    private mutating func merge(_ at: Int) {
        ids[at] = pairs[at].result
        for place in at &+ 1..<count &- 1 {
            ids[place] = ids[place &+ 1]
            firsts[place] = firsts[place &+ 1]
            pairs[place] = pairs[place &+ 1]
        }
        count &-= 1
        if at &+ 1 < count { look(at) }
        if at > 0 { look(at &- 1) }
    }

    @inline(__always)
    private func look(_ at: Int) {
        let entry = table.find(ids[at], ids[at &+ 1])
        pairs[at] = Pair(rank: entry.rank, result: entry.result)
    }
}

/// A word with so many pieces that the pairs of lowest rank are kept in a queue.
private struct LongWord {
    private var next: [Int32] = []
    private var previous: [Int32] = []
    private var ranks: [Int32] = []
    private var results: [Int32] = []
    /// Ranks and places: a pair that has changed since is passed over.
    private var queue = Heap<UInt64>()

    /// - Returns: how many pieces are left, moved to the front.
    mutating func run(
        _ ids: UnsafeMutablePointer<Int32>, _ firsts: UnsafeMutablePointer<Int32>, _ count: Int,
        _ table: MergeTable
    ) -> Int {
        next = (1...Int32(count)).map { $0 < count ? $0 : -1 }
        previous = (0..<Int32(count)).map { $0 - 1 }
        ranks = Array(repeating: MergeTable.none, count: count)
        results = Array(repeating: -1, count: count)
        table.withPointers { table in
            for at in 0..<count - 1 { look(at, ids, table) }
            while let top = queue.popMin() {
                let at = Int(UInt32(truncatingIfNeeded: top))
                guard next[at] >= 0, ranks[at] == Int32(truncatingIfNeeded: top >> 32) else { continue }
                merge(at, ids, table)
            }
        }
        var left = 0
        var at = 0
        while at >= 0 {
            (ids[left], firsts[left]) = (ids[at], firsts[at])
            left += 1
            at = Int(next[at])
        }
        return left
    }

    private mutating func merge(
        _ at: Int, _ ids: UnsafeMutablePointer<Int32>, _ table: MergeTable.Pointers
    ) {
        let right = Int(next[at])
        ids[at] = results[at]
        next[at] = next[right]
        // A piece that was merged into its left neighbor starts no pair.
        next[right] = -1
        ranks[at] = MergeTable.none
        ranks[right] = MergeTable.none
        if next[at] >= 0 {
            previous[Int(next[at])] = Int32(at)
            look(at, ids, table)
        }
        if previous[at] >= 0 { look(Int(previous[at]), ids, table) }
    }

    /// Looks up the pair that starts at a piece.
    private mutating func look(
        _ at: Int, _ ids: UnsafeMutablePointer<Int32>, _ table: MergeTable.Pointers
    ) {
        let entry = table.find(ids[at], ids[Int(next[at])])
        ranks[at] = entry.rank
        results[at] = entry.result
        guard entry.rank != MergeTable.none else { return }
        queue.insert(UInt64(UInt32(bitPattern: entry.rank)) << 32 | UInt64(UInt32(at)))
    }
}
