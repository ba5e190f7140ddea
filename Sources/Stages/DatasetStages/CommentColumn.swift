package import VoteModel

/// A column that tells of a comment itself, whatever it is called or answered.
package enum CommentColumn: String, CaseIterable, Sendable {
    /// `source:key` of the comment.
    case id
    /// The cleaned text.
    case text
    /// The cleaned second text of rows that came as pairs.
    case textPair = "text_pair"
    /// `source:key` of the article.
    case article
    /// As the source wrote it.
    case createdAt = "created_at"
    case outlet
    case title
    case url

    /// Name in the header. The text is headed as in the usual sentiment files.
    package var header: String { self == .text ? "document" : rawValue }

    /// What has to be read for it.
    package var fields: CommentFields {
        switch self {
        case .id: .key
        case .text: .text
        case .textPair: []
        case .article: [.key, .article]
        case .createdAt: .createdAt
        case .outlet, .title, .url: .articleFacts
        }
    }

    /// Lends a comment's value, as UTF-8; `nil` if it has none.
    /// - Parameters:
    ///   - pair: the second text, of pairs.
    ///   - texts: how texts are cleaned; `nil` if they are not.
    package func withValue<Result>(
        of comment: CommentRow, pair: [UInt8]?, _ key: inout CommentKeyWriter, _ texts: CleanedTexts?,
        _ body: (UnsafeRawBufferPointer?) throws -> Result
    ) throws -> Result {
        switch self {
        case .id: try key.withBytes(of: comment) { try body($0) }
        case .text:
            if let texts {
                try texts.withText(of: comment) { try body($0) }
            } else {
                try body(comment.text)
            }
        case .textPair:
            if let pair { try pair.withUnsafeBytes { try body($0) } } else { try body(nil) }
        case .article: try key.withArticleBytes(of: comment) { try body($0) }
        case .createdAt: try body(comment.createdAt)
        case .outlet: try body(comment.articleOutlet)
        case .title:
            if let texts, texts.areMasked, comment.articleTitle != nil {
                try texts.withTitle(of: comment) { try body($0) }
            } else {
                try body(comment.articleTitle)
            }
        case .url: try body(comment.articleURL)
        }
    }
}
