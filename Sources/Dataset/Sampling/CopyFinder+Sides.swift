extension CopyFinder {
    /// The ids to leave out so that no text has a copy on another side.
    ///
    /// Texts are taken in the order of their ids. One that is a copy of texts kept or left out before it joins their
    /// cluster; it is kept where all that is kept of the cluster is on its own side, and left out otherwise. A text that
    /// brings together clusters of two sides is therefore left out, and so is every later copy of theirs. Whatever is
    /// added later under higher ids, what is kept today is kept tomorrow, and on the same side.
    ///
    /// - Parameter side: gives the side of an id.
    /// - Returns: ids in rising order.
    /// - Complexity: a comparison for each pair of texts in a cluster that lies on more than one side.
    public func copiesAcrossSides(_ side: (Int64) -> UInt8) -> [Int64] {
        let members = clusters()
        let textOf = Dictionary(uniqueKeysWithValues: zip(ids, textOfID.map(Int.init)))
        var leftOut: [Int64] = []
        // Clusters come apart by name; within one, ids keep rising.
        for (_, cluster) in Dictionary(grouping: members, by: \.cluster) {
            let sides = cluster.map { side($0.id) }
            guard sides.contains(where: { $0 != sides[0] }) else { continue }
            var growing = GrowingCluster(self)
            for (member, side) in zip(cluster, sides) {
                guard let text = textOf[member.id] else { continue }
                if !growing.take(text, side) { leftOut.append(member.id) }
            }
        }
        return leftOut.sorted()
    }

    /// Whether two distinct texts are found to be copies of one another, without the help of others.
    func areCopies(_ one: Int, _ other: Int) -> Bool {
        if exact[one] == exact[other], texts.haveSameFoldedText(one, other) { return true }
        guard !isShort[one], !isShort[other], bands.contains(where: { $0[one] == $0[other] }) else {
            return false
        }
        let shingles = Shingles(length: rule.shingle)
        let sets = (
            texts.withText(one) { shingles.set(of: $0) }, texts.withText(other) { shingles.set(of: $0) }
        )
        return Shingles.similarity(sets.0, sets.1) >= rule.threshold
    }
}

/// The texts of what will be one cluster, as they come together.
private struct GrowingCluster {
    private let finder: CopyFinder
    private var texts: [Int] = []
    private var placeOfText: [Int: Int] = [:]
    /// For each text, the number of its part; and for each part the sides that something of it is kept on.
    private var partOfText: [Int] = []
    private var sidesOfPart: [Set<UInt8>] = []

    init(_ finder: CopyFinder) {
        self.finder = finder
    }

    /// Adds a text that is on a side.
    /// - Returns: whether it is kept there.
    mutating func take(_ text: Int, _ side: UInt8) -> Bool {
        let part = placeOfText[text].map { partOfText[$0] } ?? join(text)
        guard sidesOfPart[part].isSubset(of: [side]) else { return false }
        sidesOfPart[part].insert(side)
        return true
    }

    /// Makes one part of the text and of all parts that have a copy of it.
    private mutating func join(_ text: Int) -> Int {
        let parts = Set(texts.indices.filter { finder.areCopies(texts[$0], text) }.map { partOfText[$0] })
        let part = parts.min() ?? sidesOfPart.count
        if parts.isEmpty { sidesOfPart.append([]) }
        for other in parts { sidesOfPart[part].formUnion(sidesOfPart[other]) }
        for place in texts.indices where parts.contains(partOfText[place]) { partOfText[place] = part }
        placeOfText[text] = texts.count
        texts.append(text)
        partOfText.append(part)
        return part
    }
}
