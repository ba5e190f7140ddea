internal import StageKit
internal import VoteModel

/// What is read before each text, as the first of a pair.
package enum FirstText: String, CaseIterable, Hashable, Sendable {
    /// Nothing: each text stands alone.
    case none
    /// The title of its article.
    case title
    /// The comment that it answers.
    case reply
    /// The comment that was read before it of the same article.
    case article

    /// What a text without one lacks, in the middle of a sentence.
    package var absence: String {
        switch self {
        case .none: ""
        case .title: "an article with a title"
        case .reply: "a comment that it answers"
        case .article: "another comment of its article before it"
        }
    }

    /// Both texts, for people.
    package var pair: String {
        switch self {
        case .none: "comments"
        case .title: "comments with the titles of their articles"
        case .reply: "comments with those that they answer"
        case .article: "comments with those before them of the same article"
        }
    }

    var fields: CommentFields {
        switch self {
        case .none: .text
        case .title: [.text, .articleFacts]
        case .reply: [.text, .parent]
        case .article: [.text, .articleID]
        }
    }
}

/// Finds the first texts of pairs that are comments themselves.
struct FirstComments {
    private let kind: FirstText
    /// What comments say that others answer.
    private var answered: [Name: [UInt8]] = [:]
    /// What was read last of each article.
    private var last: [Int64: [UInt8]] = [:]

    /// A comment within its article.
    private struct Name: Hashable {
        var article: Int64
        var key: [UInt8]
    }

    /// - Parameters:
    ///   - selection: the texts that will be read.
    ///   - mayRead: whether a comment may be read at all.
    init(
        _ kind: FirstText, of selection: CommentSelection, _ facts: DatasetFacts,
        _ masks: DatasetMasks?, _ context: StageContext,
        mayRead: (CommentRow, UnsafeRawBufferPointer) -> Bool
    ) throws {
        self.kind = kind
        guard kind == .reply else { return }
        var wanted: Set<Name> = []
        try context.ledger.scan(facts.cut, fields: .parent, selection: selection) { comment in
            if let parent = comment.parent {
                wanted.insert(Name(article: comment.article, key: Array(parent)))
            }
        }
        if wanted.isEmpty { return }
        let cleaned = try CleanedTexts(facts, masks: masks)
        try context.ledger.scan(facts.cut, fields: [.key, .text], selection: .all) { comment in
            let name = Name(article: comment.article, key: Array(comment.key))
            guard wanted.contains(name) else { return }
            try cleaned.withText(of: comment) { text in
                if !text.isEmpty, mayRead(comment, text) { answered[name] = Array(text) }
            }
        }
    }

    /// The text to read before a comment; `nil` if there is none.
    func text(before comment: CommentRow) -> [UInt8]? {
        switch kind {
        case .reply:
            comment.parent.flatMap { answered[Name(article: comment.article, key: Array($0))] }
        case .article: last[comment.article]
        case .none, .title: nil
        }
    }

    /// Takes note of a comment that was read.
    mutating func pass(_ comment: CommentRow, _ text: UnsafeRawBufferPointer) {
        if kind == .article { last[comment.article] = Array(text) }
    }
}
