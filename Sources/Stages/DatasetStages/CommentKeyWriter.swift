package import VoteModel

/// Puts together the keys by which comments and articles are told apart everywhere: `source:key`.
package struct CommentKeyWriter {
    private var buffer: [UInt8] = []

    package init() {}

    /// Lends the key of a comment, as UTF-8.
    mutating func withBytes<Result>(
        of comment: CommentRow, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        fill(comment.source, comment.key)
        return try buffer.withUnsafeBytes(body)
    }

    /// Lends the key of a comment's article, as UTF-8.
    mutating func withArticleBytes<Result>(
        of comment: CommentRow, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        fill(comment.source, comment.articleKey)
        return try buffer.withUnsafeBytes(body)
    }

    /// The key of a comment.
    package mutating func text(of comment: CommentRow) -> String {
        fill(comment.source, comment.key)
        return String(decoding: buffer, as: UTF8.self)
    }

    /// The key of a comment's article.
    package mutating func articleText(of comment: CommentRow) -> String {
        withArticleBytes(of: comment) { String(decoding: $0, as: UTF8.self) }
    }

    /// Lends the key of an article, as UTF-8.
    mutating func withBytes<Result>(
        of article: ArticleRow, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        fill(article.source, article.key)
        return try buffer.withUnsafeBytes(body)
    }

    private mutating func fill(_ source: UnsafeRawBufferPointer, _ key: UnsafeRawBufferPointer) {
        buffer.removeAll(keepingCapacity: true)
        buffer.append(contentsOf: source)
        buffer.append(UInt8(ascii: ":"))
        buffer.append(contentsOf: key)
    }
}
