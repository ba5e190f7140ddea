/// A comment as a service shows it.
package struct FetchedComment: Hashable, Sendable {
    /// The service's own number.
    package var key: String
    /// Number of the comment that this one answers; `nil` for one that answers the article.
    package var parent: String?
    /// As the service gives it; empty only for removed comments.
    package var text: String
    package var up: Int32
    package var down: Int32
    package var replies: Int32
    /// When it was written, as the service says it, and as seconds since 1970.
    package var createdAt: String?
    package var createdSeconds: Int64?
    /// The service's name or number of the writer, never to be stored as it is.
    package var author: String?
    /// Whether the service shows that the comment was removed or hidden.
    package var isDeleted: Bool
}

/// An item of a list of comments that could not be taken.
package struct RefusedComment: Hashable, Sendable {
    /// Place in the list, counted from 1.
    package var place: Int
    /// What was found and what is allowed.
    package var reason: String
    /// The beginning of the item, as JSON.
    package var excerpt: String
}

/// One page of a list of comments.
package struct CommentPage: Hashable, Sendable {
    package var comments: [FetchedComment] = []
    package var refused: [RefusedComment] = []
    /// Items in the list itself, refused ones among them; replies inside them do not count.
    package var items = 0
    /// What the service says of what follows; `nil` where it says nothing.
    package var next: NextPage?
    /// Comments that the service says there are.
    package var announced: Int?
    /// Faults of the JSON that were mended.
    package var repairs = 0
    /// Replies that items say they have, and that did not stand inside them.
    package var missingReplies = 0
    /// Lists inside items that look like replies, and that nothing reads.
    package var unread: [UnreadReplies] = []

    package init() {}
}

/// A list inside items that holds what looks like comments.
package struct UnreadReplies: Hashable, Sendable {
    /// Where it stands in an item.
    package var path: String
    /// The numbers of the comments in it.
    package var keys: [String]

    package init(path: String, keys: [String]) {
        self.path = path
        self.keys = keys
    }
}

/// What an answer says of the page that follows it.
package enum NextPage: Hashable, Sendable {
    /// There is none.
    case none
    /// This many pages there are in all.
    case ofPages(Int)
    /// It is asked for with this mark.
    case cursor(String)
    /// It has this address, perhaps a relative one.
    case link(String)
}
