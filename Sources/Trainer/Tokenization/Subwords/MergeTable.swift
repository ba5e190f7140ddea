/// The merges of a byte-pair encoding: which pairs of pieces become one, and which of them first.
///
/// Open addressing over entries of 16 bytes, so that a pair is found in one line of the cache.
///
/// Source: Sennrich, Haddow, Birch, "Neural Machine Translation of Rare Words with Subword Units" (2016),
/// arXiv:1508.07909.
struct MergeTable: Sendable {
    /// Rank of a pair that is not merged.
    static let none = Int32.max

    struct Entry: Sendable {
        fileprivate var key = UInt64.max
        var rank = MergeTable.none
        var result: Int32 = -1
    }

    private var entries: [Entry]
    private(set) var count = 0

    init(capacity: Int) {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        entries = Array(repeating: Entry(), count: size)
    }

    /// Adds the next merge. Of a pair listed again the last rank counts.
    mutating func add(_ first: Int32, _ second: Int32, result: Int32, rank: Int) {
        if (count + 1) * 2 > entries.count { grow() }
        let key = Self.key(first, second)
        let place = withPointers { $0.place(of: key) }
        if entries[place].rank == Self.none { count += 1 }
        entries[place] = Entry(key: key, rank: Int32(rank), result: result)
    }

    private mutating func grow() {
        let old = entries
        entries = Array(repeating: Entry(), count: old.count * 2)
        for entry in old where entry.rank != Self.none {
            let place = withPointers { $0.place(of: entry.key) }
            entries[place] = entry
        }
    }

    /// All merges, the lowest rank first.
    var ordered: [(first: UInt32, second: UInt32, rank: Int32)] {
        entries.filter { $0.rank != Self.none }.sorted { $0.rank < $1.rank }.map {
            (UInt32($0.key >> 32), UInt32(truncatingIfNeeded: $0.key), $0.rank)
        }
    }

    /// Gives the entries to `body`.
    func withPointers<Result>(_ body: (Pointers) -> Result) -> Result {
        entries.withUnsafeBufferPointer { entries in
            guard let base = entries.baseAddress else { preconditionFailure("a merge table has entries") }
            return body(Pointers(entries: base, mask: entries.count &- 1))
        }
    }

    @inline(__always)
    fileprivate static func key(_ first: Int32, _ second: Int32) -> UInt64 {
        PairTable.key(UInt32(bitPattern: first), UInt32(bitPattern: second))
    }

    struct Pointers {
        fileprivate let entries: UnsafePointer<Entry>
        fileprivate let mask: Int

        /// The merge of two pieces; of rank ``MergeTable/none`` if they are not merged.
        @inline(__always)
        func find(_ first: Int32, _ second: Int32) -> Entry {
            entries[place(of: MergeTable.key(first, second))]
        }

        @inline(__always)
        fileprivate func place(of key: UInt64) -> Int {
            // The upper half of the product depends on both numbers.
            let mixed = (key ^ key >> 29) &* 0x9E37_79B9_7F4A_7C15
            var place = Int(truncatingIfNeeded: mixed >> 32) & mask
            while entries[place].key != key, entries[place].rank != MergeTable.none {
                place = (place &+ 1) & mask
            }
            return place
        }
    }
}
