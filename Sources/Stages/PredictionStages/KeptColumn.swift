internal import DatasetStages
internal import VoteModel

/// A column that may go beside the answers.
enum KeptColumn: String, CaseIterable {
    /// `source:key` of the comment.
    case id
    /// The cleaned text.
    case text
    /// `source:key` of the article.
    case article
    /// As the source wrote it.
    case createdAt = "created_at"
    case outlet
    case title
    case url

    /// Name in the header. The text is headed as in the usual sentiment files.
    var header: String { self == .text ? "document" : rawValue }

    /// What has to be read for it.
    var fields: CommentFields {
        switch self {
        case .id: .key
        case .text: .text
        case .article: [.key, .article]
        case .createdAt: .createdAt
        case .outlet, .title, .url: .articleFacts
        }
    }

    /// A comment's value; `nil` if it has none.
    func value(of comment: CommentRow, _ key: inout CommentKeyWriter, _ cleaner: CleanedTexts?) -> String? {
        func text(_ bytes: UnsafeRawBufferPointer) -> String { String(decoding: bytes, as: UTF8.self) }
        switch self {
        case .id: return key.text(of: comment)
        case .text: return cleaner?.withText(of: comment, text) ?? text(comment.text)
        case .article: return key.articleText(of: comment)
        case .createdAt: return comment.createdAt.map(text)
        case .outlet: return comment.articleOutlet.map(text)
        case .title: return comment.articleTitle.map(text)
        case .url: return comment.articleURL.map(text)
        }
    }
}
