internal import CommentParsing

/// An article with known content.
struct Canary: Sendable {
    var article: ArticleReference
    var text: String
}
