internal import StageKit
package import TableFormat
package import VoteModel

/// Turns a table's rows into observed comments, or says why a row cannot be one.
///
/// Not for two threads at once: a key that is put together has one place.
package final class RowMapper {
    private let text: Int
    private let up: Int
    private let down: Int
    private let replies: Int?
    private let article: [Int]
    private let key: Int?
    private let parent: Int?
    private let title: Int?
    private let outlet: Int?
    private let url: Int?
    private let createdAt: Int?
    private let observedAt: Int?
    private let deleted: Int?
    private let author: Int?
    /// Empty where authors are not kept.
    private let authorSalt: [UInt8]
    private let columns: ColumnMap
    /// Offset of times that name none, seconds east of Greenwich.
    private let zoneSeconds: Int64
    /// When the rows were seen, for tables that do not say it; seconds since 1970, UTC.
    private let defaultObservedAt: Int64
    /// Room for a key that is put together.
    private var room: [UInt8] = []

    /// - Parameter authorSalt: of the hashes of authors; `nil`: authors are not kept.
    package init(
        columns: ColumnMap, zoneSeconds: Int64, defaultObservedAt: Int64, authorSalt: String? = nil
    ) {
        self.columns = columns
        self.zoneSeconds = zoneSeconds
        self.defaultObservedAt = defaultObservedAt
        text = columns["text"] ?? 0
        up = columns["up"] ?? 0
        down = columns["down"] ?? 0
        replies = columns["replies"]
        article = columns.all("article")
        key = columns["key"]
        parent = columns["parent"]
        title = columns["title"]
        outlet = columns["outlet"]
        url = columns["url"]
        createdAt = columns["created_at"]
        observedAt = columns["observed_at"]
        deleted = columns["deleted"]
        author = authorSalt == nil ? nil : columns["author"]
        self.authorSalt = Array((authorSalt ?? "").utf8)
    }

    /// What became of a row.
    package enum Outcome {
        case taken
        /// No text and no number: a removed comment that cannot be told from another.
        case emptyText
        case refused(RowProblem)
    }

    /// Hands the row over as a comment, unless something is wrong with it.
    package func map(_ row: TableRow, _ body: (ObservedComment) throws -> Void) throws -> Outcome {
        guard let ups = count(row, up) else { return refuse(row, up, "a number of votes") }
        guard let downs = count(row, down) else { return refuse(row, down, "a number of votes") }
        let commentKey = key.flatMap { present(row, $0) }
        if row[text].isEmpty, commentKey == nil { return .emptyText }
        var observed = defaultObservedAt
        if let observedAt {
            guard let moment = Moment.seconds(row[observedAt], zoneSeconds: zoneSeconds) else {
                return refuse(row, observedAt, "a date or time such as 20251001 or 2025-10-01T09:30:00+0900")
            }
            observed = moment
        }
        let created = createdAt.flatMap { present(row, $0) }
        if let created, let createdAt, Moment.seconds(created, zoneSeconds: zoneSeconds) == nil {
            return refuse(row, createdAt, "a date or time such as 2025-10-01")
        }
        var replyCount: Int32 = 0
        if let replies, present(row, replies) != nil {
            guard let value = count(row, replies) else { return refuse(row, replies, "a number of replies") }
            replyCount = value
        }
        for column in article where row[column].isEmpty {
            return refuse(row, column, "a part of the article's key")
        }
        var isDeleted = row[text].isEmpty
        if let deleted, present(row, deleted) != nil {
            guard let value = truth(row[deleted]) else { return refuse(row, deleted, "true, false, 1 or 0") }
            isDeleted = isDeleted || value
        }
        try withArticleKey(row) { articleBytes in
            var comment = ObservedComment(
                key: commentKey, article: articleBytes, text: row[text], observedAt: observed, up: ups,
                down: downs,
                replies: replyCount, isDeleted: isDeleted)
            comment.parent = parent.flatMap { present(row, $0) }
            comment.articleTitle = title.flatMap { present(row, $0) }
            comment.articleOutlet = outlet.flatMap { present(row, $0) }
            comment.articleURL = url.flatMap { present(row, $0) }
            comment.createdAt = created
            guard let author, let name = present(row, author) else { return try body(comment) }
            try authorHash(name).withUnsafeBytes { hash in
                comment.authorHash = hash
                try body(comment)
            }
        }
        return .taken
    }

    private func authorHash(_ author: UnsafeRawBufferPointer) -> [UInt8] {
        Array(AuthorHash.of(Array(author), salt: authorSalt).utf8)
    }

    private func present(_ row: TableRow, _ column: Int) -> UnsafeRawBufferPointer? {
        row[column].isEmpty ? nil : row[column]
    }

    private func count(_ row: TableRow, _ column: Int) -> Int32? {
        row.count(column).flatMap { Int32(exactly: $0) }
    }

    /// `true`, `false`, `1` or `0`; `nil` for anything else.
    private func truth(_ bytes: UnsafeRawBufferPointer) -> Bool? {
        if Self.yes.contains(where: bytes.elementsEqual) { return true }
        return Self.no.contains(where: bytes.elementsEqual) ? false : nil
    }

    private static let yes = ["true", "True", "TRUE", "1"].map { Array($0.utf8) }
    private static let no = ["false", "False", "FALSE", "0"].map { Array($0.utf8) }

    private func refuse(_ row: TableRow, _ column: Int, _ expected: String) -> Outcome {
        let found = row.isMissing(column) ? "nothing" : "'\(RowProblem.shortened(row[column]))'"
        return .refused(
            row.problem(.invalidField(columns.names[column], "found \(found), expected \(expected)")))
    }

    /// The article's key: its parts joined by `/`; `-` for tables that name no article. Where there are several, `%` and
    /// `/` inside a part are written `%25` and `%2F`, so that `1/2` and `3` are another article than `1` and `2/3`.
    private func withArticleKey(
        _ row: TableRow, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        if article.count == 1 { return try body(row[article[0]]) }
        // Taken out of its place while it is worked on, which spares a check of each access.
        var key: [UInt8] = []
        swap(&key, &room)
        defer { swap(&key, &room) }
        key.removeAll(keepingCapacity: true)
        for (index, column) in article.enumerated() {
            if index > 0 { key.append(Self.slash) }
            let part = row[column]
            if part.contains(where: { $0 == Self.slash || $0 == Self.percent }) {
                for byte in part { Self.append(escaping: byte, to: &key) }
            } else {
                key.append(contentsOf: part)
            }
        }
        if article.isEmpty { key.append(UInt8(ascii: "-")) }
        try key.withUnsafeBytes(body)
    }

    private static func append(escaping byte: UInt8, to key: inout [UInt8]) {
        switch byte {
        case slash: key += Array("%2F".utf8)
        case percent: key += Array("%25".utf8)
        default: key.append(byte)
        }
    }

    private static let slash = UInt8(ascii: "/")
    private static let percent = UInt8(ascii: "%")
}

extension RowProblem {
    /// At most 40 bytes of a field, for a message.
    fileprivate static func shortened(_ field: UnsafeRawBufferPointer) -> String {
        field.count <= 40
            ? String(decoding: field, as: UTF8.self)
            : excerpt(of: UnsafeRawBufferPointer(rebasing: field.prefix(40))) + "…"
    }
}
