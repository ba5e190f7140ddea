/// What a cut of the ledger shows differently from an earlier one. Comments added since are not listed: a scan with
/// ``CommentSelection/addedAfter(_:)`` and the earlier position visits them.
package struct LedgerChanges: Hashable, Sendable {
    /// Ids of the comments that the earlier cut covered, in rising order.
    package var known: [ClosedRange<Int64>]
    /// Those of them with observations that have come since, in rising order.
    package var moved: [Int64]
    /// Those of them whose text, article or presence is another one since: edited, removed by the source, shown again,
    /// withdrawn. In rising order.
    package var restated: [Int64]
    /// Those that the later cut does not show, in rising order, whenever that began.
    package var hidden: [Int64]

    package init(known: [ClosedRange<Int64>], moved: [Int64], restated: [Int64], hidden: [Int64]) {
        self.known = known
        self.moved = moved
        self.restated = restated
        self.hidden = hidden
    }
}

/// How many comments, articles and observations a cut covers.
package struct LedgerSize: Hashable, Sendable {
    package var comments: Int
    package var articles: Int
    package var observations: Int

    package init(comments: Int, articles: Int, observations: Int) {
        self.comments = comments
        self.articles = articles
        self.observations = observations
    }
}

/// Which of several versions of a comment is shown.
package struct Edition: Hashable, Sendable {
    package var comment: Int64
    /// Made of the version's moment, text and article.
    package var identity: UInt64

    package init(comment: Int64, identity: UInt64) {
        self.comment = comment
        self.identity = identity
    }
}

/// A comment's counts as they were seen at a moment.
package struct VoteReading: Hashable, Sendable {
    /// Seconds since 1970, UTC.
    package var at: Int64
    package var votes: VoteCount

    package init(at: Int64, votes: VoteCount) {
        self.at = at
        self.votes = votes
    }
}
