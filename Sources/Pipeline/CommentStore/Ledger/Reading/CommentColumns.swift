internal import StoreFile
internal import VoteModel

/// Which columns of `comment` a scan reads, and their positions.
struct CommentColumns {
    let fields: CommentFields
    let sql: String
    private let keyColumn: Int32?
    private let articleKeyColumn: Int32?
    private let createdColumn: Int32?
    private let authorColumn: Int32?
    private let parentColumn: Int32?
    private let textColumn: Int32?
    /// The first of title, outlet and address.
    private let articleColumn: Int32?

    init(_ fields: CommentFields) {
        self.fields = fields
        var names = ["comment.id", "comment.article"]
        func add(_ field: CommentFields, _ name: String) -> Int32? {
            if !fields.contains(field) { return nil }
            names.append(name)
            return Int32(names.count - 1)
        }
        keyColumn = add(.key, "comment.key")
        createdColumn = add(.createdAt, "comment.created_at")
        authorColumn = add(.author, "comment.author_hash")
        parentColumn = add(.parent, "comment.parent")
        articleKeyColumn = add(.article, "article.key")
        articleColumn = add(.articleFacts, "article.title")
        if articleColumn != nil { names += ["article.outlet", "article.url"] }
        textColumn = add(.text, "comment.text")
        let join =
            articleKeyColumn == nil && articleColumn == nil
            ? "" : " CROSS JOIN article ON article.id = comment.article"
        sql = "SELECT \(names.joined(separator: ", ")) FROM comment\(join)"
    }

    @inline(__always)
    func row(_ statement: SQLStatement, source: PinnedText) -> CommentRow {
        var row = CommentRow(id: statement.int64(0), article: statement.int64(1))
        if let keyColumn {
            row.key = statement.bytes(keyColumn)
            row.source = source.bytes
        }
        if let articleKeyColumn { row.articleKey = statement.bytes(articleKeyColumn) }
        if let createdColumn { row.createdAt = optional(statement, createdColumn) }
        if let authorColumn { row.authorHash = optional(statement, authorColumn) }
        if let parentColumn { row.parent = optional(statement, parentColumn) }
        if let textColumn { row.text = statement.bytes(textColumn) }
        if let articleColumn {
            row.articleTitle = optional(statement, articleColumn)
            row.articleOutlet = optional(statement, articleColumn + 1)
            row.articleURL = optional(statement, articleColumn + 2)
        }
        return row
    }

    private func optional(_ statement: SQLStatement, _ column: Int32) -> UnsafeRawBufferPointer? {
        statement.isNull(column) ? nil : statement.bytes(column)
    }
}
