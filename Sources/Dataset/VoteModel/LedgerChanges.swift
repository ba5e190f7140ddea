/// What a cut of the ledger shows differently from an earlier one. Comments added since are not listed: a scan with
/// ``CommentSelection/addedAfter(_:)`` and the earlier position visits them.
public struct LedgerChanges: Hashable, Sendable {
    /// Ids of the comments that the earlier cut covered, in rising order.
    public var known: [ClosedRange<Int64>]
    /// Those of them with observations that have come since, in rising order.
    public var moved: [Int64]
    /// Those of them whose text, article or presence is another one since: edited, removed by the source, shown again,
    /// withdrawn. In rising order.
    public var restated: [Int64]
    /// Those that the later cut does not show, in rising order, whenever that began.
    public var hidden: [Int64]

    public init(known: [ClosedRange<Int64>], moved: [Int64], restated: [Int64], hidden: [Int64]) {
        self.known = known
        self.moved = moved
        self.restated = restated
        self.hidden = hidden
    }
}

/// How many comments, articles and observations a cut covers.
public struct LedgerSize: Hashable, Sendable {
    public var comments: Int
    public var articles: Int
    public var observations: Int

    public init(comments: Int, articles: Int, observations: Int) {
        self.comments = comments
        self.articles = articles
        self.observations = observations
    }
}

/// Which of several versions of a comment is shown.
public struct Edition: Hashable, Sendable {
    public var comment: Int64
    /// Made of the version's moment, text and article.
    public var identity: UInt64

    public init(comment: Int64, identity: UInt64) {
        self.comment = comment
        self.identity = identity
    }
}

/// A comment's counts as they were seen at a moment.
public struct VoteReading: Hashable, Sendable {
    /// Seconds since 1970, UTC.
    public var at: Int64
    public var votes: VoteCount

    public init(at: Int64, votes: VoteCount) {
        self.at = at
        self.votes = votes
    }
}
