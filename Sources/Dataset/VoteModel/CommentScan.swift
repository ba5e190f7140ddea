/// Parts of a comment that a scan reads.
package struct CommentFields: OptionSet, Sendable {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// `source` and `key`.
    package static let key = CommentFields(rawValue: 1)
    package static let article = CommentFields(rawValue: 2)
    package static let text = CommentFields(rawValue: 4)
    package static let createdAt = CommentFields(rawValue: 8)
    package static let votes = CommentFields(rawValue: 16)
    package static let author = CommentFields(rawValue: 32)
    /// `article`, the number. Given with any field but ``votes``; a scan for votes alone, or for nothing but the ids,
    /// leaves the wide rows of the comments untouched and gives 0.
    package static let articleID = CommentFields(rawValue: 64)
    /// Title, outlet and address of the article.
    package static let articleFacts = CommentFields(rawValue: 128)
    /// Key of the comment that it answers.
    package static let parent = CommentFields(rawValue: 256)
}

/// Which comments of a cut a scan visits.
package enum CommentSelection: Sendable {
    case all
    /// Those first seen after this ledger position.
    case addedAfter(Int64)
    /// These ids, which are then visited in the given order; unknown ones are skipped.
    case ids([Int64])
}

/// One comment of a scan. The byte buffers hold UTF-8 and are valid only during the call.
package struct CommentRow {
    package var id: Int64
    /// Id of the article in the store; 0 if only votes were asked for.
    package var article: Int64
    /// Name of the source.
    package var source = UnsafeRawBufferPointer(start: nil, count: 0)
    package var key = UnsafeRawBufferPointer(start: nil, count: 0)
    /// Key of the article within the source.
    package var articleKey = UnsafeRawBufferPointer(start: nil, count: 0)
    package var articleTitle: UnsafeRawBufferPointer?
    package var articleOutlet: UnsafeRawBufferPointer?
    package var articleURL: UnsafeRawBufferPointer?
    package var text = UnsafeRawBufferPointer(start: nil, count: 0)
    package var createdAt: UnsafeRawBufferPointer?
    package var authorHash: UnsafeRawBufferPointer?
    /// Key of the comment that it answers, within the source.
    package var parent: UnsafeRawBufferPointer?
    package var isDeleted = false
    package var up: Int32 = 0
    package var down: Int32 = 0
    package var replies: Int32 = 0
    /// When the counts were last seen to change; seconds since 1970, UTC.
    package var observedAt: Int64 = 0

    package init(id: Int64, article: Int64) {
        self.id = id
        self.article = article
    }
}

/// An article of the ledger. The byte buffers hold UTF-8 and are valid only during the call.
package struct ArticleRow {
    /// Name of the source.
    package var source: UnsafeRawBufferPointer
    /// Key of the article within the source.
    package var key: UnsafeRawBufferPointer

    package init(source: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer) {
        self.source = source
        self.key = key
    }
}
