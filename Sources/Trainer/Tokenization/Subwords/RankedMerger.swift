internal import HeapModule

/// Merges the pieces of one word: of all neighbors the pair of the lowest rank, the leftmost of equals, until no pair is
/// in the table.
final class RankedMerger {
    /// What is left of the word: pieces, and the place in the word of the first of what each was made of.
    private(set) var count = 0
    private(set) var ids: UnsafeMutablePointer<Int32>
    private(set) var firsts: UnsafeMutablePointer<Int32>
    /// Rank and result of the pair that starts at a piece.
    private var ranks: UnsafeMutablePointer<Int32>
    private var results: UnsafeMutablePointer<Int32>
    private var capacity = 0
    private var long = LongWord()

    /// Longest word whose pairs are looked through for each merge; longer ones are put in a queue.
    private static let shortCount = 48

    init() {
        capacity = Self.shortCount
        ids = .allocate(capacity: capacity)
        firsts = .allocate(capacity: capacity)
        ranks = .allocate(capacity: capacity)
        results = .allocate(capacity: capacity)
    }

    deinit { deallocate() }

    private func deallocate() {
        for room in [ids, firsts, ranks, results] { room.deallocate() }
    }

    /// Makes room for a word of up to this many pieces.
    func begin(_ most: Int) {
        count = 0
        guard most > capacity else { return }
        deallocate()
        capacity = 2 * most
        ids = .allocate(capacity: capacity)
        firsts = .allocate(capacity: capacity)
        ranks = .allocate(capacity: capacity)
        results = .allocate(capacity: capacity)
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
        for at in 0..<count &- 1 { look(at, table) }
        while true {
            var best = MergeTable.none
            var at = -1
            for place in 0..<count &- 1 where ranks[place] < best {
                best = ranks[place]
                at = place
            }
            guard at >= 0 else { return }
            merge(at, table)
        }
    }

    private func merge(_ at: Int, _ table: MergeTable) {
        ids[at] = results[at]
        for place in at &+ 1..<count &- 1 {
            ids[place] = ids[place &+ 1]
            firsts[place] = firsts[place &+ 1]
            ranks[place] = ranks[place &+ 1]
            results[place] = results[place &+ 1]
        }
        count &-= 1
        if at &+ 1 < count { look(at, table) }
        if at > 0 { look(at &- 1, table) }
    }

    @inline(__always)
    private func look(_ at: Int, _ table: MergeTable) {
        (ranks[at], results[at]) = table.find(ids[at], ids[at &+ 1])
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
        for at in 0..<count - 1 { look(at, ids, table) }
        while let top = queue.popMin() {
            let at = Int(UInt32(truncatingIfNeeded: top))
            guard next[at] >= 0, ranks[at] == Int32(truncatingIfNeeded: top >> 32) else { continue }
            merge(at, ids, table)
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

    private mutating func merge(_ at: Int, _ ids: UnsafeMutablePointer<Int32>, _ table: MergeTable) {
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
    private mutating func look(_ at: Int, _ ids: UnsafeMutablePointer<Int32>, _ table: MergeTable) {
        let (rank, result) = table.find(ids[at], ids[Int(next[at])])
        ranks[at] = rank
        results[at] = result
        guard rank != MergeTable.none else { return }
        queue.insert(UInt64(UInt32(bitPattern: rank)) << 32 | UInt64(UInt32(at)))
    }
}
