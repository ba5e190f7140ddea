/// The merges of a byte-pair encoding: which pairs of pieces become one, and which of them first.
///
/// Source: Sennrich, Haddow, Birch, "Neural Machine Translation of Rare Words with Subword Units" (2016),
/// arXiv:1508.07909.
struct MergeTable: Sendable {
    /// A pair that is not merged.
    static let none = Int32.max

    private struct Merge {
        var rank: Int32
        var result: Int32
    }

    private var table: PairTable
    private var merges: [Merge] = []
    private var keys: [UInt64] = []

    init(capacity: Int) { table = PairTable(capacity: 2 * capacity) }

    var count: Int { merges.count }

    /// Adds the next merge. Of a pair listed again the last rank counts.
    mutating func add(_ first: Int32, _ second: Int32, result: Int32, rank: Int) {
        let merge = Merge(rank: Int32(rank), result: result)
        let index = table.findOrInsert(Self.key(first, second), new: merges.count)
        if index == merges.count {
            keys.append(Self.key(first, second))
            merges.append(merge)
        } else {
            merges[index] = merge
        }
    }

    /// All merges, the lowest rank first.
    var ordered: [(first: UInt32, second: UInt32, rank: Int32)] {
        keys.indices.sorted { merges[$0].rank < merges[$1].rank }.map {
            (UInt32(keys[$0] >> 32), UInt32(truncatingIfNeeded: keys[$0]), merges[$0].rank)
        }
    }

    @inline(__always)
    func find(_ first: Int32, _ second: Int32) -> (rank: Int32, result: Int32) {
        guard let index = table.find(Self.key(first, second)) else { return (Self.none, -1) }
        let merge = merges[index]
        return (merge.rank, merge.result)
    }

    @inline(__always)
    private static func key(_ first: Int32, _ second: Int32) -> UInt64 {
        PairTable.key(UInt32(bitPattern: first), UInt32(bitPattern: second))
    }
}
