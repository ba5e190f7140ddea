/// How readers voted on one comment at one moment.
package struct VoteCount: Hashable, Sendable {
    /// Votes for the comment, 0 or more.
    package let up: Int
    /// Votes against the comment, 0 or more.
    package let down: Int

    /// Makes a count of `up` votes for and `down` votes against a comment; neither may be negative.
    package init(up: Int, down: Int) {
        precondition(up >= 0 && down >= 0, "a vote count is never negative: up \(up), down \(down)")
        self.up = up
        self.down = down
    }

    /// All votes, up and down together.
    package var total: Int { up + down }

    /// Share of up-votes, `up / (up + down)`, 0 ... 1; 0.5 is a tie. `nil` without any vote.
    ///
    /// The quotient is rounded once, as is a decimal bound such as 0.4, so that a ratio which equals the
    /// bound on paper (4 of 10 votes) equals it here too, and in any SQL engine that divides doubles.
    package var agreementRatio: Double? {
        total == 0 ? nil : Double(up) / Double(total)
    }
}
