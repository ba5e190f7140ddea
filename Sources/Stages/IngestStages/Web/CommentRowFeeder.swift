internal import CommentParsing
internal import FieldValues
internal import StageKit
internal import TextCleaning
internal import VoteModel

/// Hands fetched comments to the ledger.
struct CommentRowFeeder {
    /// Salt of the hashes of authors; `nil` where these are not kept.
    let authorSalt: String?
    private let moments: MomentText
    private let textIsHTML: Bool
    /// The texts of one comment, one after the other.
    private var room: [UInt8] = []

    init(authorSalt: String?, source: CommentSource) {
        self.authorSalt = authorSalt
        moments = MomentText(zone: source.articles.zone)
        textIsHTML = source.comments.fields.textIsHTML
    }

    mutating func feed(_ rows: FetchedRows, to sink: any ObservationSink) throws {
        for comment in rows.comments { try append(comment, of: rows, to: sink) }
        for refused in rows.refused {
            try sink.quarantine(
                QuarantinedRow(
                    line: refused.place, reason: "article \(rows.article): \(refused.reason)",
                    excerpt: refused.excerpt))
        }
    }

    private mutating func append(
        _ comment: FetchedComment, of rows: FetchedRows, to sink: any ObservationSink
    ) throws {
        room.removeAll(keepingCapacity: true)
        let key = add(comment.key)
        let article = add(rows.article)
        let text = add(plain(comment.text))
        let parent = comment.parent.map { add($0) }
        let created = created(comment, at: rows.at).map { add($0) }
        let title = rows.facts.title.map { add($0) }
        let outlet = rows.facts.outlet.map { add($0) }
        let address = add(rows.address)
        let author = authorSalt.flatMap { salt in
            comment.author.map { add(AuthorHash.of(Array($0.utf8), salt: Array(salt.utf8))) }
        }
        try room.withUnsafeBytes { bytes in
            func piece(_ range: Range<Int>) -> UnsafeRawBufferPointer {
                UnsafeRawBufferPointer(rebasing: bytes[range])
            }
            var observed = ObservedComment(
                key: piece(key), article: piece(article), text: piece(text), observedAt: rows.at,
                up: comment.up, down: comment.down, replies: comment.replies, isDeleted: comment.isDeleted)
            observed.parent = parent.map(piece)
            observed.createdAt = created.map(piece)
            observed.articleTitle = title.map(piece)
            observed.articleOutlet = outlet.map(piece)
            observed.articleURL = piece(address)
            observed.authorHash = author.map(piece)
            try sink.append(observed)
        }
    }

    private func plain(_ text: String) -> String {
        guard textIsHTML else { return text }
        return Array(text.utf8).withUnsafeBytes { String(decoding: HTMLText.plain($0), as: UTF8.self) }
    }

    /// When a comment was written, as its source says it or, where only this reader understands that, as ISO 8601; `nil`
    /// where nobody does.
    private func created(_ comment: FetchedComment, at seen: Int64) -> String? {
        guard let text = comment.createdAt else { return nil }
        if Array(text.utf8).withUnsafeBytes({ moments.isStandard($0) }) { return text }
        return moments.seconds(text, seen: seen).map { Moment.text($0) }
    }

    private mutating func add(_ text: String) -> Range<Int> {
        let start = room.count
        room.append(contentsOf: text.utf8)
        return start..<room.count
    }
}
