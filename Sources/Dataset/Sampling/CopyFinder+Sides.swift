extension CopyFinder {
    /// The ids to leave out so that no text has a copy on another side.
    ///
    /// Texts are taken in the order of their ids, or in the order given. One that is a copy of texts kept or left out
    /// before it joins their cluster; it is kept where all that is kept of the cluster is on its own side, and left
    /// out otherwise. A text that brings together clusters of two sides is therefore left out, and so is every later
    /// copy of theirs. Whatever is added later in that order, what is kept today is kept tomorrow, and on the same
    /// side.
    ///
    /// - Parameters:
    ///   - members: what ``clusters()`` has given, if it is known.
    ///   - order: all ids in the order in which they are taken; by default rising.
    ///   - side: gives the side of an id.
    /// - Returns: ids in rising order.
    /// - Complexity: a comparison for each pair of texts in a cluster that is on more than one side.
    package func copiesAcrossSides(
        of members: [Member]? = nil, inOrder order: [Int64]? = nil, _ side: (Int64) -> UInt8
    ) -> [Int64] {
        let place = order.map { Dictionary(uniqueKeysWithValues: zip($0, 0...)) }
        var leftOut: [Int64] = []
        forEachDivided(members ?? clusters(), side) { members in
            var members = members
            if let place { members.sort { place[$0.id, default: .max] < place[$1.id, default: .max] } }
            var growing = GrowingCluster(self)
            for member in members where !growing.take(member.text, member.side) { leftOut.append(member.id) }
        }
        return leftOut.sorted()
    }

    /// How many of these ids have a copy of their text on another side among them, directly or through others of them.
    /// Ids that are not among them count for nothing.
    /// - Complexity: as that of ``copiesAcrossSides(of:inOrder:_:)``.
    package func countAcrossSides(
        of members: [Member]? = nil, among kept: Set<Int64>, _ side: (Int64) -> UInt8
    ) -> Int {
        var count = 0
        forEachDivided((members ?? clusters()).filter { kept.contains($0.id) }, side) { members in
            var growing = GrowingCluster(self)
            for member in members { growing.add(member.text, member.side) }
            count += members.count { growing.isDivided($0.text) }
        }
        return count
    }

    /// The ids to leave out so that no side has two copies of a text: of those that are copies of each other the first in
    /// the order given is kept.
    ///
    /// A text joins what it is a copy of, directly or through texts before it, and is kept where nothing of that is kept
    /// yet. What comes later in the order takes nothing away from what is kept.
    /// - Parameter kept: ids that take part; all others count for nothing.
    package func copiesWithinSides(
        of members: [Member]? = nil, inOrder order: [Int64], among kept: Set<Int64>, _ side: (Int64) -> UInt8
    ) -> [Int64] {
        let place = Dictionary(uniqueKeysWithValues: zip(order, 0...))
        var leftOut: [Int64] = []
        forEachRepeated((members ?? clusters()).filter { kept.contains($0.id) }, side) { members in
            let members = members.sorted { place[$0.id, default: .max] < place[$1.id, default: .max] }
            var growing = GrowingCluster(self)
            for member in members where !growing.takeFirst(member.text, member.side) {
                leftOut.append(member.id)
            }
        }
        return leftOut.sorted()
    }

    /// By side, how many of these ids are copies of another that is there: how many there are less one for each text.
    package func countWithinSides(
        of members: [Member]? = nil, among kept: Set<Int64>, _ side: (Int64) -> UInt8
    ) -> [UInt8: Int] {
        var counts: [UInt8: Int] = [:]
        forEachRepeated((members ?? clusters()).filter { kept.contains($0.id) }, side) { members in
            guard let side = members.first?.side else { return }
            var texts = 1
            // Beyond this, all of a cluster pass for copies of one text: comparing each with each takes too long.
            if Set(members.map(\.text)).count <= Self.mostCompared {
                var growing = GrowingCluster(self)
                for member in members { growing.add(member.text, member.side) }
                texts = Set(members.compactMap { growing.part(ofKnown: $0.text) }).count
            }
            counts[side, default: 0] += members.count - texts
        }
        return counts
    }

    private static let mostCompared = 2_000

    /// Calls `body` with the members of each cluster on each side that has several of them, in the order of ids.
    private func forEachRepeated(_ members: [Member], _ side: (Int64) -> UInt8, _ body: ([Sided]) -> Void) {
        let textOf = Dictionary(uniqueKeysWithValues: zip(ids, textOfID.map(Int.init)))
        for (_, cluster) in Dictionary(grouping: members, by: \.cluster) where cluster.count > 1 {
            let sided = cluster.compactMap { member in
                textOf[member.id].map { Sided(id: member.id, text: $0, side: side(member.id)) }
            }
            for (_, there) in Dictionary(grouping: sided, by: \.side) where there.count > 1 { body(there) }
        }
    }

    private struct Sided {
        var id: Int64
        /// Number of the distinct text.
        var text: Int
        var side: UInt8
    }

    /// Calls `body` with the members of each cluster that is on more than one side, in the order of ids.
    private func forEachDivided(_ members: [Member], _ side: (Int64) -> UInt8, _ body: ([Sided]) -> Void) {
        let textOf = Dictionary(uniqueKeysWithValues: zip(ids, textOfID.map(Int.init)))
        for (_, cluster) in Dictionary(grouping: members, by: \.cluster) {
            let sided = cluster.compactMap { member in
                textOf[member.id].map { Sided(id: member.id, text: $0, side: side(member.id)) }
            }
            if sided.contains(where: { $0.side != sided[0].side }) { body(sided) }
        }
    }

    /// Whether two distinct texts are found to be copies of each other, without the help of others.
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
        let part = part(of: text)
        guard sidesOfPart[part].isSubset(of: [side]) else { return false }
        sidesOfPart[part].insert(side)
        return true
    }

    /// Adds a text that is on a side.
    /// - Returns: whether it is the first of its part, and kept.
    mutating func takeFirst(_ text: Int, _ side: UInt8) -> Bool {
        let part = part(of: text)
        guard sidesOfPart[part].isEmpty else { return false }
        sidesOfPart[part].insert(side)
        return true
    }

    /// The part of a text that was added.
    func part(ofKnown text: Int) -> Int? {
        placeOfText[text].map { partOfText[$0] }
    }

    /// Adds a text that is on a side, whatever else is there.
    mutating func add(_ text: Int, _ side: UInt8) {
        sidesOfPart[part(of: text)].insert(side)
    }

    /// Whether something of the text's part is on another side than the rest.
    func isDivided(_ text: Int) -> Bool {
        placeOfText[text].map { sidesOfPart[partOfText[$0]].count > 1 } ?? false
    }

    private mutating func part(of text: Int) -> Int {
        placeOfText[text].map { partOfText[$0] } ?? join(text)
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
