/// Comments up to an id, from where the run before ended, that came from one source.
public struct SourceRun: Hashable, Sendable {
    /// The last id of the run.
    public var last: Int64
    /// `nil` for a source that is not of the cut.
    public var source: String?

    public init(last: Int64, source: String?) {
        self.last = last
        self.source = source
    }
}

/// Comments that may be too young to be judged.
public struct YoungComments: Hashable, Sendable {
    /// The moment of the cut, seconds since 1970, UTC.
    public var moment: Int64
    /// In rising order of ids.
    public var comments: [YoungComment]

    public init(moment: Int64, comments: [YoungComment]) {
        self.moment = moment
        self.comments = comments
    }
}

/// What is known of a comment's time. Moments are seconds since 1970, UTC.
public struct YoungComment: Hashable, Sendable {
    public var id: Int64
    /// When it was written, as the source says it; a time without an offset is read by
    /// the zone of its source. `nil` if it does not say.
    public var createdAt: Int64?
    /// When it was first seen, and last.
    public var first: Int64
    public var last: Int64
    /// Its counts when last seen, and at the reading before; `nil` for a comment that was read once.
    public var votes: VoteCount
    public var previous: VoteCount?

    public init(
        id: Int64, createdAt: Int64?, first: Int64, last: Int64, votes: VoteCount, previous: VoteCount?
    ) {
        self.id = id
        self.createdAt = createdAt
        self.first = first
        self.last = last
        self.votes = votes
        self.previous = previous
    }
}
