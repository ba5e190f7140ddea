/// Vote counts, each once, with the number of comments that have it.
///
/// Hundreds of thousands of comments share a few thousand distinct counts, so whatever depends on the votes alone is
/// computed once for each entry here. A tag separates comments that must not be merged, such as those
/// of two sources; its meaning is the creator's.
package struct VoteCensus: Hashable, Sendable {
    /// Comments with the same votes and the same tag.
    package struct Entry: Hashable, Sendable {
        /// Votes for each of them, 0 or more.
        package let up: Int32
        /// Votes against each of them, 0 or more.
        package let down: Int32
        /// What the creator of the census distinguishes them by; 0 if nothing was given.
        package let tag: UInt32
        /// How many they are, 1 or more.
        package let comments: Int

        /// The votes of each.
        package var votes: VoteCount { VoteCount(up: Int(up), down: Int(down)) }
        /// All votes of each, up and down together.
        package var total: Int { Int(up) + Int(down) }
    }

    /// In rising order of all votes, then of up-votes, then of tags.
    package let entries: [Entry]
    /// How many comments were counted.
    package let comments: Int

    /// Counts comments.
    ///
    /// - Parameters:
    ///   - ups: up-votes of each comment, 0 or more.
    ///   - downs: down-votes of each comment, 0 or more; as many as `ups`.
    ///   - tags: what else distinguishes comments, as many as `ups`; `nil` for nothing.
    /// - Complexity: O(n) for n comments, and O(d log d) for the d distinct counts among them.
    package init(ups: [Int32], downs: [Int32], tags: [UInt32]? = nil) {
        precondition(ups.count == downs.count, "\(ups.count) up-votes and \(downs.count) down-votes")
        precondition(tags == nil || tags?.count == ups.count, "as many tags as votes are wanted")
        var table = CountingTable()
        if let tags {
            for row in ups.indices { table.add(ups[row], downs[row], tags[row]) }
        } else {
            for row in ups.indices { table.add(ups[row], downs[row], 0) }
        }
        self.init(table.entries())
    }

    /// What was counted before, without tags: parallel arrays.
    package init(ups: [Int32], downs: [Int32], comments: [Int]) {
        self.init(
            zip(zip(ups, downs), comments).map { votes, comments in
                Entry(up: votes.0, down: votes.1, tag: 0, comments: comments)
            })
    }

    /// The census once some comments have other votes; without tags.
    ///
    /// - Parameters:
    ///   - old: up- and down-votes of comments to be removed from the counts.
    ///   - new: those of comments to be added.
    /// - Complexity: O(d log d) for d distinct counts, however many comments have them.
    package func changed(
        taking old: (ups: [Int32], downs: [Int32]), adding new: (ups: [Int32], downs: [Int32])
    ) -> VoteCensus {
        var change: [VoteCount: Int] = [:]
        for entry in VoteCensus(ups: old.ups, downs: old.downs).entries {
            change[entry.votes, default: 0] -= entry.comments
        }
        for entry in VoteCensus(ups: new.ups, downs: new.downs).entries {
            change[entry.votes, default: 0] += entry.comments
        }
        let known = entries.map { entry in
            let comments = entry.comments + (change.removeValue(forKey: entry.votes) ?? 0)
            return Entry(up: entry.up, down: entry.down, tag: 0, comments: comments)
        }
        let fresh = change.map { votes, comments in
            Entry(
                up: Int32(clamping: votes.up), down: Int32(clamping: votes.down), tag: 0, comments: comments)
        }
        return VoteCensus((known + fresh).filter { $0.comments > 0 })
    }

    /// Counts votes one by one.
    package init(_ votes: some Sequence<VoteCount>) {
        var table = CountingTable()
        for count in votes { table.add(Int32(clamping: count.up), Int32(clamping: count.down), 0) }
        self.init(table.entries())
    }

    private init(_ entries: [Entry]) {
        self.entries = entries.sorted { ($0.total, $0.up, $0.tag) < ($1.total, $1.up, $1.tag) }
        comments = entries.reduce(0) { $0 + $1.comments }
    }

    /// The comments whose tag passes, by tag; the tags stay.
    package func filtered(_ isWanted: (_ tag: UInt32) -> Bool) -> VoteCensus {
        VoteCensus(entries.filter { isWanted($0.tag) })
    }

    /// How many comments have at least this many votes.
    package func comments(withAtLeast votes: Int) -> Int {
        entries.reduce(0) { $0 + ($1.total >= votes ? $1.comments : 0) }
    }
}

/// An open hash table from (up, down, tag) to a number of comments. Swift's own dictionary, with its seeded hash and
/// its generality, takes ten times as long, and a census is taken whenever thresholds are tried.
private struct CountingTable {
    private struct Slot {
        var votes: UInt64 = 0
        var tag: UInt32 = 0
        /// 0 in a free slot.
        var comments: UInt32 = 0
    }

    private var slots = [Slot](repeating: Slot(), count: 1 << 14)
    private var used = 0

    mutating func add(_ up: Int32, _ down: Int32, _ tag: UInt32, comments: UInt32 = 1) {
        precondition(up >= 0 && down >= 0, "a vote count is never negative: up \(up), down \(down)")
        let votes = UInt64(UInt32(bitPattern: up)) << 32 | UInt64(UInt32(bitPattern: down))
        let mask = slots.count - 1
        var at = Self.hash(votes, tag) & mask
        while slots[at].comments != 0 {
            if slots[at].votes == votes, slots[at].tag == tag {
                slots[at].comments += comments
                return
            }
            at = (at + 1) & mask
        }
        slots[at] = Slot(votes: votes, tag: tag, comments: comments)
        used += 1
        if used * 2 > slots.count { grow() }
    }

    func entries() -> [VoteCensus.Entry] {
        slots.filter { $0.comments != 0 }.map {
            VoteCensus.Entry(
                up: Int32(truncatingIfNeeded: $0.votes >> 32), down: Int32(truncatingIfNeeded: $0.votes),
                tag: $0.tag, comments: Int($0.comments))
        }
    }

    private mutating func grow() {
        let old = slots
        slots = [Slot](repeating: Slot(), count: old.count * 4)
        used = 0
        for slot in old where slot.comments != 0 {
            add(
                Int32(truncatingIfNeeded: slot.votes >> 32), Int32(truncatingIfNeeded: slot.votes), slot.tag,
                comments: slot.comments)
        }
    }

    /// Multiplication spreads the votes upwards, so the upper half is taken.
    private static func hash(_ votes: UInt64, _ tag: UInt32) -> Int {
        let mixed = (votes ^ UInt64(tag) &* 0xC2B2_AE3D_27D4_EB4F) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: ((mixed ^ (mixed >> 29)) &* 0xBF58_476D_1CE4_E5B9) >> 32)
    }
}
