package import VoteModel

/// To which side the comments called controversial lean, more up- or more down-votes.
///
/// Readers who are divided are so both ways: in a complete set of comments about as many controversial ones have more
/// up- as more down-votes. A source that lists only comments with the most votes of approval cuts one side off.
package struct BandAsymmetry: Hashable, Sendable {
    /// Controversial comments with more up- than down-votes, with as many, and with fewer.
    package private(set) var up = 0
    package private(set) var even = 0
    package private(set) var down = 0

    package init() {}

    /// Counts the comments that a rule calls controversial; all count as settled.
    package init(of rule: ControversyRule, over census: VoteCensus) {
        for entry in census.entries where rule.verdict(for: entry.votes) == .controversial {
            add(up: Int(entry.up), down: Int(entry.down), comments: entry.comments)
        }
    }

    package mutating func add(up ups: Int, down downs: Int, comments: Int = 1) {
        if ups > downs { up += comments } else if ups < downs { down += comments } else { even += comments }
    }

    package var comments: Int { up + even + down }

    /// Share of them with more up- than down-votes, 0 ... 1; `nil` without any.
    package var share: Double? { comments == 0 ? nil : Double(up) / Double(comments) }

    /// Whether one side is cut off: at least 30 comments that are not even, and fewer than one in five on one side.
    ///
    /// Were both sides equally likely, that few of 30 would come in one set of a thousand.
    package var isOneSided: Bool {
        let leaning = up + down
        return leaning >= 30 && 5 * min(up, down) < leaning
    }

    /// What it means, as a sentence; `nil` if nothing needs to be said.
    package var warning: String? {
        guard isOneSided else { return nil }
        let (most, side) = up > down ? (up, "up- than down-votes") : (down, "down- than up-votes")
        return
            "of \(comments) controversial comments \(most) have more \(side): the source seems to show one side only, such as "
            + "the comments with the most votes of approval, and a model learns what divides readers from these alone"
    }
}
