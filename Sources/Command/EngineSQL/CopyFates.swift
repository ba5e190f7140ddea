internal import Sampling

/// Decides, one comment after the other, which copies of a text stay: by the rule of a split, from pairs that an engine found.
///
/// Comments come in the order of their claims, the oldest first. One joins what it is a copy of, directly or through comments
/// before it, and is kept where all that is kept of them is on its side; see
/// ``/Sampling/CopyFinder/copiesAcrossSides(of:inOrder:_:)``. With one of each text on a side, the first is kept.
package struct CopyFates {
    /// What becomes of a comment.
    package enum Fate: String, Sendable {
        case kept
        /// A copy is on another side.
        case across
        /// A copy is on its side.
        case within
    }

    package struct Comment {
        package var side: String
        /// Frozen sides stay as they are.
        package var isFrozen: Bool
        /// Whether it is in the split of today, and not only has a claim of an earlier night.
        package var isPresent: Bool
        /// The name of its text.
        package var text: String
        /// The names of the texts that are copies of it.
        package var copies: [Substring]

        package init(side: String, isFrozen: Bool, isPresent: Bool, text: String, copies: [Substring]) {
            self.side = side
            self.isFrozen = isFrozen
            self.isPresent = isPresent
            self.text = text
            self.copies = copies
        }
    }

    private let isOnePerSide: Bool
    private var across = Parts()
    /// By side, what is in the split.
    private var within: [String: Parts] = [:]

    package init(onePerSide: Bool) {
        isOnePerSide = onePerSide
    }

    package mutating func fate(of comment: Comment) -> Fate {
        let part = across.part(of: comment.text, copies: comment.copies)
        let isKept = across.sides[part].isSubset(of: [comment.side])
        if isKept { across.sides[part].insert(comment.side) }
        guard isKept || comment.isFrozen else { return .across }
        guard isOnePerSide, comment.isPresent else { return .kept }
        var there = within[comment.side] ?? Parts()
        within[comment.side] = nil
        defer { within[comment.side] = there }
        let own = there.part(of: comment.text, copies: comment.copies)
        let isFirst = there.sides[own].isEmpty
        there.sides[own].insert(comment.side)
        return isFirst || comment.isFrozen ? .kept : .within
    }

    /// Texts that are copies of each other, as they come together.
    private struct Parts {
        private var partOfText: [String: Int] = [:]
        /// For each part, the part that it was joined with; itself where it was not.
        private var joined: [Int] = []
        /// Of each part that was not joined with another, the sides that something of it is kept on.
        var sides: [Set<String>] = []

        /// The part of a text, of which all parts that have a copy of it become one.
        mutating func part(of text: String, copies: [Substring]) -> Int {
            if let known = partOfText[text] { return root(known) }
            let parts = Set(copies.compactMap { partOfText[String($0)] }.map { root($0) })
            let part = parts.min() ?? sides.count
            if parts.isEmpty {
                joined.append(part)
                sides.append([])
            }
            for other in parts where other != part {
                joined[other] = part
                sides[part].formUnion(sides[other])
            }
            partOfText[text] = part
            return part
        }

        private mutating func root(_ part: Int) -> Int {
            var root = part
            while joined[root] != root { root = joined[root] }
            var at = part
            while joined[at] != root { (at, joined[at]) = (joined[at], root) }
            return root
        }
    }
}
