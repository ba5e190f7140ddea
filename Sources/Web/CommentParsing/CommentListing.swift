/// How a service is asked for comments, and where its answers hold what.
package struct CommentListing: Hashable, Sendable {
    /// The request for the first page, and for all that follow where nothing else is said.
    package var request: RequestTemplate
    /// The request for the pages that follow, where it differs.
    package var following: RequestTemplate?
    /// The same two for the replies to one comment, `{parent}`; `nil` where replies come with the list or not at all.
    package var replies: RequestTemplate?
    package var followingReplies: RequestTemplate?
    package var paging: Paging
    /// Comments asked for at once.
    package var pageSize: Int
    /// The order that is asked for, such as `newest`; `nil` where nobody says.
    package var order: String?
    /// What an answer must say to be a good one.
    package var accepts: [Expectation]
    /// What an answer says that is none; the value `*` stands for anything that says something.
    package var refusedIf: [Expectation]
    /// What an answer says to an article that has no comments.
    package var emptyIf: [Expectation]
    /// Where an answer says why it is none.
    package var message: JSONPath?
    /// The list of comments; an answer without it is refused.
    package var list: JSONPath
    /// How many comments there are, replies among them.
    package var total: JSONPath?
    package var fields: CommentFieldPaths
    /// Where an item holds the list of its replies, which may hold theirs in the same way.
    package var repliesIn: JSONPath?

    package init(
        request: RequestTemplate, paging: Paging, pageSize: Int, list: JSONPath, fields: CommentFieldPaths
    ) {
        self.request = request
        self.paging = paging
        self.pageSize = pageSize
        self.list = list
        self.fields = fields
        accepts = []
        refusedIf = []
        emptyIf = []
    }
}

/// How the pages of a list follow one another.
package enum Paging: Hashable, Sendable {
    /// All comments come at once.
    case single
    /// `{page}` counts up from `first`. `pages` is where the answer says how many there are; without it the list ends with
    /// an empty page.
    case page(first: Int, pages: JSONPath?)
    /// `{offset}` counts the comments that came so far; the list ends with an empty page.
    case offset
    /// `{cursor}` is what the last answer gave at `next`. The list ends where that is empty, what `end` says, or the same
    /// again; `{page}` counts up from 1 beside it.
    case cursor(next: JSONPath, end: JSONPath?)
    /// The answer gives the next page's address.
    case link(JSONPath)
}

/// A value that an answer must have at a place.
package struct Expectation: Hashable, Sendable {
    package var path: JSONPath
    /// As text: `true`, `1000`, `OK`.
    package var value: String

    package init(_ path: JSONPath, is value: String) {
        self.path = path
        self.value = value
    }
}

/// Where an item of the list holds what.
package struct CommentFieldPaths: Hashable, Sendable {
    package var key: JSONPath
    package var text: JSONPath
    package var up: JSONPath
    package var down: JSONPath
    package var replies: JSONPath?
    package var parent: JSONPath?
    package var createdAt: JSONPath?
    package var author: JSONPath?
    /// Whether texts are HTML, which becomes plain text with line breaks.
    package var textIsHTML = false
    /// Values that mean that a comment was removed or hidden.
    package var removedIf: [Expectation]
    /// Values without which a comment counts as removed or hidden.
    package var removedUnless: [Expectation]

    package init(key: JSONPath, text: JSONPath, up: JSONPath, down: JSONPath) {
        self.key = key
        self.text = text
        self.up = up
        self.down = down
        removedIf = []
        removedUnless = []
    }
}
