internal import StageKit
internal import TextCleaning
internal import VoteModel
internal import WebFormats

/// What tells articles apart across sources: their addresses and titles.
enum ArticleName {
    /// For each article of some rows, a name made from one of its comments and its key, `source:key`.
    static func names<Name>(
        of rows: DatasetColumns, _ cut: LedgerCut, _ context: StageContext,
        _ name: (CommentRow, [UInt8]) -> Name
    ) throws -> [Int64: Name] {
        var speakers: [Int64] = []
        var seen: Set<Int64> = []
        for (id, article) in zip(rows.ids, rows.articles) where seen.insert(article).inserted {
            speakers.append(id)
        }
        var names: [Int64: Name] = [:]
        names.reserveCapacity(speakers.count)
        try context.ledger.scan(
            cut, fields: [.key, .article, .articleID, .articleFacts], selection: .ids(speakers.sorted())
        ) { comment in
            let key = Array(comment.source) + [UInt8(ascii: ":")] + Array(comment.articleKey)
            names[comment.article] = name(comment, key)
        }
        return names
    }

    /// The address of a comment's article, in one spelling: without scheme, `www.`, tracking parameters and a last `/`.
    /// Where no column gives one, the article's key counts if it is an address. `nil` where there is none.
    static func address(of comment: CommentRow) -> [UInt8]? {
        let given = comment.articleURL.map { String(decoding: $0, as: UTF8.self) }
        let text = given ?? String(decoding: comment.articleKey, as: UTF8.self)
        guard let address = (try? WebAddress(text))?.canonical() else {
            return given.map { Array($0.utf8) }
        }
        var plain = address.description.drop { $0 != ":" }.dropFirst(3)
        if plain.hasPrefix("www.") { plain = plain.dropFirst(4) }
        if plain.hasSuffix("/") { plain = plain.dropLast() }
        return Array(plain.utf8)
    }

    /// The title of a comment's article, in NFC and with single blanks; `nil` where there is none.
    static func title(of comment: CommentRow) -> [UInt8]? {
        guard let title = comment.articleTitle else { return nil }
        let rules = CleaningRules(.none, normalizes: true, collapsesSpace: true)
        let plain = TextCleaner(rules).clean(String(decoding: title, as: UTF8.self))
        return plain.isEmpty ? nil : Array(plain.utf8)
    }
}
