/// One row of a source: a comment and its votes as seen at one moment.
///
/// The byte buffers hold UTF-8 and are valid only during the call that hands the value over.
package struct ObservedComment {
    /// The source's own number of the comment; `nil` if it gives none, then the key is made of article and text.
    package var key: UnsafeRawBufferPointer?
    /// Key of the article within the source, such as `437/0000459026`.
    package var article: UnsafeRawBufferPointer
    package var articleTitle: UnsafeRawBufferPointer?
    package var articleOutlet: UnsafeRawBufferPointer?
    package var articleURL: UnsafeRawBufferPointer?
    /// The comment's text as the source gave it. Empty only for removed comments that have a key.
    package var text: UnsafeRawBufferPointer
    /// Key of the comment that this one answers.
    package var parent: UnsafeRawBufferPointer?
    /// When it was written, ISO 8601, as precise as the source says.
    package var createdAt: UnsafeRawBufferPointer?
    /// Salted hash of the author; `nil` unless asked for.
    package var authorHash: UnsafeRawBufferPointer?
    /// When the counts were seen; seconds since 1970, UTC.
    package var observedAt: Int64
    package var up: Int32
    package var down: Int32
    package var replies: Int32
    /// Whether the source says that the comment was removed.
    package var isDeleted: Bool
    /// Where it is in its file, counted from 1; 0 if that says nothing.
    package var line: Int32 = 0

    package init(
        key: UnsafeRawBufferPointer?, article: UnsafeRawBufferPointer, text: UnsafeRawBufferPointer,
        observedAt: Int64, up: Int32, down: Int32, replies: Int32 = 0, isDeleted: Bool = false
    ) {
        self.key = key
        self.article = article
        self.text = text
        self.observedAt = observedAt
        self.up = up
        self.down = down
        self.replies = replies
        self.isDeleted = isDeleted
    }
}

/// A row that could not be read, kept for inspection.
package struct QuarantinedRow: Hashable, Sendable {
    /// Line, counted from 1, header included.
    package var line: Int
    /// What was found and what is allowed.
    package var reason: String
    /// The beginning of the row.
    package var excerpt: String

    package init(line: Int, reason: String, excerpt: String) {
        self.line = line
        self.reason = reason
        self.excerpt = excerpt
    }
}

/// What happened to the rows of one imported file.
package struct ImportFigures: Hashable, Sendable {
    /// Data rows in the file, without the header and blank lines.
    package var rows = 0
    /// Rows without text and without a comment number: removed comments that cannot be told apart.
    package var emptyText = 0
    package var quarantined = 0
    /// Comments seen for the first time.
    package var newComments = 0
    /// Rows of comments that were known before.
    package var repeats = 0
    /// Ledger entries written: first sights and changed counts.
    package var observations = 0
    /// Comments whose text or article is another one than before.
    package var edited = 0
    /// Comments that had been removed and are shown again.
    package var restored = 0
    /// Comments that are no longer shown, since no reading that counts holds them any more.
    package var withdrawn = 0
    /// Rows kept aside because their number belongs to another comment; among ``quarantined``. Known only of files just
    /// read.
    package var numberConflicts = 0

    package init() {}

    package static func + (left: ImportFigures, right: ImportFigures) -> ImportFigures {
        var sum = left
        sum.rows += right.rows
        sum.emptyText += right.emptyText
        sum.quarantined += right.quarantined
        sum.newComments += right.newComments
        sum.repeats += right.repeats
        sum.observations += right.observations
        sum.edited += right.edited
        sum.restored += right.restored
        sum.withdrawn += right.withdrawn
        sum.numberConflicts += right.numberConflicts
        return sum
    }
}
