/// Parts of a comment that a scan reads.
public struct CommentFields: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `source` and `key`.
    public static let key = CommentFields(rawValue: 1)
    public static let article = CommentFields(rawValue: 2)
    public static let text = CommentFields(rawValue: 4)
    public static let createdAt = CommentFields(rawValue: 8)
    public static let votes = CommentFields(rawValue: 16)
    public static let author = CommentFields(rawValue: 32)
    /// `article`, the number. Given with any field but ``votes``; a scan for votes alone, or for nothing but the ids,
    /// leaves the wide rows of the comments untouched and gives 0.
    public static let articleID = CommentFields(rawValue: 64)
    /// Title, outlet and address of the article.
    public static let articleFacts = CommentFields(rawValue: 128)
}

/// Which comments of a cut a scan visits.
public enum CommentSelection: Sendable {
    case all
    /// Those first seen after this ledger position.
    case addedAfter(Int64)
    /// These ids, which are then visited in the given order; unknown ones are passed over.
    case ids([Int64])
}

/// One comment of a scan. The byte buffers hold UTF-8 and are valid only during the call.
public struct CommentRow {
    public var id: Int64
    /// Id of the article in the store; 0 where only votes were asked for.
    public var article: Int64
    /// Name of the source.
    public var source = UnsafeRawBufferPointer(start: nil, count: 0)
    public var key = UnsafeRawBufferPointer(start: nil, count: 0)
    /// Key of the article within the source.
    public var articleKey = UnsafeRawBufferPointer(start: nil, count: 0)
    public var articleTitle: UnsafeRawBufferPointer?
    public var articleOutlet: UnsafeRawBufferPointer?
    public var articleURL: UnsafeRawBufferPointer?
    public var text = UnsafeRawBufferPointer(start: nil, count: 0)
    public var createdAt: UnsafeRawBufferPointer?
    public var authorHash: UnsafeRawBufferPointer?
    public var isDeleted = false
    public var up: Int32 = 0
    public var down: Int32 = 0
    public var replies: Int32 = 0
    /// When the counts were last seen to change; seconds since 1970, UTC.
    public var observedAt: Int64 = 0

    public init(id: Int64, article: Int64) {
        self.id = id
        self.article = article
    }
}

/// An article of the ledger. The byte buffers hold UTF-8 and are valid only during the call.
public struct ArticleRow {
    /// Name of the source.
    public var source: UnsafeRawBufferPointer
    /// Key of the article within the source.
    public var key: UnsafeRawBufferPointer

    public init(source: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer) {
        self.source = source
        self.key = key
    }
}
