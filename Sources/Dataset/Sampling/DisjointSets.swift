/// Numbers 0 ..< count in sets that grow together: union-find with path halving.
struct DisjointSets {
    private var parents: [UInt32]

    init(count: Int) {
        parents = (0..<UInt32(count)).map { $0 }
    }

    /// The representative of the set of `member`.
    mutating func root(_ member: Int) -> Int {
        var at = member
        while Int(parents[at]) != at {
            parents[at] = parents[Int(parents[at])]
            at = Int(parents[at])
        }
        return at
    }

    /// Whether two members are in different sets.
    mutating func areApart(_ one: Int, _ other: Int) -> Bool {
        root(one) != root(other)
    }

    /// Makes one set of the sets of two members; the smaller root represents it.
    mutating func join(_ one: Int, _ other: Int) {
        let (low, high) = (min(root(one), root(other)), max(root(one), root(other)))
        parents[high] = UInt32(low)
    }
}
