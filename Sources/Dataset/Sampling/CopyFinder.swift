/// Finds the copies among texts, by a ``NearDuplicateRule``.
///
/// Texts that are copies of each other, directly or through others, form a cluster, named by its smallest id. The
/// clusters do not depend on the order in which texts are added.
///
/// ```swift
/// var finder = CopyFinder(NearDuplicateRule())
/// for (id, text) in comments { finder.add(id: id, text: text) }
/// for (id, cluster) in finder.clusters() { … }
/// ```
///
/// Keeps each distinct text and about 140 bytes beside it.
package struct CopyFinder {
    /// A text that has at least one copy, and the cluster it belongs to.
    package struct Member: Hashable, Sendable {
        package let id: Int64
        /// The smallest id in the cluster.
        package let cluster: Int64
    }

    let rule: NearDuplicateRule
    private let signer: CopySigner
    private(set) var texts = TextArena()
    /// Ids added, and for each the number of its distinct text.
    private(set) var ids: [Int64] = []
    private(set) var textOfID: [UInt32] = []
    /// For each distinct text its hash by the exact rule.
    private(set) var exact: [UInt64] = []
    /// For each band, the key of each distinct text; texts without shingles are marked in `isShort`.
    private(set) var bands: [[UInt32]]
    private(set) var isShort: [Bool] = []

    /// Makes a finder; a known number of texts saves half of the memory.
    package init(_ rule: NearDuplicateRule, expectedTexts: Int = 0) {
        self.rule = rule
        signer = CopySigner(rule)
        texts.reserve(expectedTexts)
        ids.reserveCapacity(expectedTexts)
        textOfID.reserveCapacity(expectedTexts)
        exact.reserveCapacity(expectedTexts)
        isShort.reserveCapacity(expectedTexts)
        bands = (0..<signer.bandCount).map { _ in
            var band: [UInt32] = []
            band.reserveCapacity(expectedTexts)
            return band
        }
    }

    /// Texts added so far.
    package var count: Int { ids.count }

    /// Takes one text, given as UTF-8. Each id is given once.
    package mutating func add(id: Int64, text: UnsafeRawBufferPointer) {
        let signer = signer
        add(id: id, text: text) { signer.sign(text) }
    }

    /// Takes one text whose signature by the same rule is known.
    package mutating func add(id: Int64, text: UnsafeRawBufferPointer, signature: CopySignature) {
        add(id: id, text: text) { signature }
    }

    private mutating func add(id: Int64, text: UnsafeRawBufferPointer, _ sign: () -> CopySignature) {
        let (number, isNew) = texts.number(of: text)
        ids.append(id)
        textOfID.append(UInt32(number))
        guard isNew else { return }
        let signature = sign()
        exact.append(signature.exact)
        isShort.append(signature.bands.isEmpty)
        for band in bands.indices {
            bands[band].append(signature.bands.isEmpty ? 0 : signature.bands[band])
        }
    }

    /// The members of all clusters of two or more, by rising id.
    ///
    /// - Complexity: O(n log n) for n distinct texts, and a comparison for each pair that agrees in a band.
    package func clusters() -> [Member] {
        var sets = DisjointSets(count: texts.count)
        joinExactCopies(&sets)
        for band in bands.indices { joinNearCopies(bands[band], &sets) }
        return named(&sets)
    }

    private func joinExactCopies(_ sets: inout DisjointSets) {
        let order = (0..<texts.count).sorted { (exact[$0], $0) < (exact[$1], $1) }
        for group in order.chunked(by: { exact[$0] == exact[$1] }) {
            for (position, one) in group.enumerated() {
                for other in group[..<(group.startIndex + position)] where sets.areApart(one, other) {
                    // The hash may are; the texts do not.
                    if texts.haveSameFoldedText(one, other) { sets.join(one, other) }
                }
            }
        }
    }

    private func joinNearCopies(_ keys: [UInt32], _ sets: inout DisjointSets) {
        let shingles = Shingles(length: rule.shingle)
        // Key above, number below: one sort brings the texts of a key together.
        var order = keys.indices.filter { !isShort[$0] }.map { UInt64(keys[$0]) << 32 | UInt64($0) }
        order.sort()
        for group in order.chunked(by: { $0 >> 32 == $1 >> 32 }) where group.count > 1 {
            let members = group.map { Int($0 & 0xFFFF_FFFF) }
            let first = members[0]
            guard members.contains(where: { sets.areApart(first, $0) }) else { continue }
            let shingleSets = members.map { texts.withText($0) { shingles.set(of: $0) } }
            for one in members.indices {
                for other in 0..<one where sets.areApart(members[one], members[other]) {
                    if Shingles.similarity(shingleSets[one], shingleSets[other]) >= rule.threshold {
                        sets.join(members[one], members[other])
                    }
                }
            }
        }
    }

    private func named(_ sets: inout DisjointSets) -> [Member] {
        var smallest = [Int64](repeating: .max, count: texts.count)
        var size = [UInt32](repeating: 0, count: texts.count)
        for (id, text) in zip(ids, textOfID) {
            let root = sets.root(Int(text))
            smallest[root] = min(smallest[root], id)
            size[root] += 1
        }
        var members: [Member] = []
        for (id, text) in zip(ids, textOfID) {
            let root = sets.root(Int(text))
            if size[root] > 1 { members.append(Member(id: id, cluster: smallest[root])) }
        }
        return members.sorted { $0.id < $1.id }
    }
}

extension Collection {
    /// Cuts the collection where neighbors do not belong together.
    fileprivate func chunked(by together: (Element, Element) -> Bool) -> [SubSequence] {
        var chunks: [SubSequence] = []
        var start = startIndex
        while start < endIndex {
            var end = index(after: start)
            while end < endIndex, together(self[start], self[end]) { end = index(after: end) }
            chunks.append(self[start..<end])
            start = end
        }
        return chunks
    }
}
