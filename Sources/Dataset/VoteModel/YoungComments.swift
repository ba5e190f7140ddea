/// Comments up to an id, from where the run before ended, that came from one source.
package struct SourceRun: Hashable, Sendable {
    /// The last id of the run.
    package var last: Int64
    /// `nil` for a source that is not of the cut.
    package var source: String?

    package init(last: Int64, source: String?) {
        self.last = last
        self.source = source
    }
}

/// Comments that may be too young to be judged.
package struct YoungComments: Hashable, Sendable {
    /// The moment of the cut, seconds since 1970, UTC.
    package var moment: Int64
    /// In rising order of ids.
    package var comments: [YoungComment]

    package init(moment: Int64, comments: [YoungComment]) {
        self.moment = moment
        self.comments = comments
    }
}

/// What is known of a comment's time. Moments are seconds since 1970, UTC.
package struct YoungComment: Hashable, Sendable {
    package var id: Int64
    /// When it was written, as the source says it; a time without an offset is read by
    /// the zone of its source. `nil` if it does not say.
    package var createdAt: Int64?
    /// When it was first seen, and last.
    package var first: Int64
    package var last: Int64
    /// Its counts when last seen, and at the reading before; `nil` for a comment that was read once.
    package var votes: VoteCount
    package var previous: VoteCount?

    package init(
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
