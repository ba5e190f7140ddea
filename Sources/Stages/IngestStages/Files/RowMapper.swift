internal import FieldValues
internal import StageKit
package import TableFormat
internal import TextCleaning
package import VoteModel

/// Turns a table's rows into observed comments, or says why a row cannot be one.
///
/// Not for two threads at once: a key that is put together has one place.
package final class RowMapper {
    private let text: Int
    /// `nil` for rows that come without votes.
    private let up: Int?
    private let down: Int?
    private let replies: Int?
    private let article: [Int]
    private let key: [Int]
    private let parent: [Int]
    private let title: Int?
    private let outlet: Int?
    private let url: Int?
    private let createdAt: Int?
    private let observedAt: Int?
    private let deleted: Int?
    private let author: Int?
    /// Empty if authors are not kept.
    private let authorSalt: [UInt8]
    private let columns: ColumnMap
    private let rules: RowRules
    private let hasNulls: Bool
    /// Room for keys that are put together, and for what a row's values become.
    private let articleRoom = FieldBuffer()
    private let keyRoom = FieldBuffer()
    private let parentRoom = FieldBuffer()
    private let createdRoom = FieldBuffer()
    private let textRoom = FieldBuffer()
    private var numbers = NumberGuard()
    private var voteWatch = VoteWatch()
    private let watchesVotes: Bool
    private let guardsNumbers: Bool
    /// What is to be said about the rows so far.
    package private(set) var notes = RowNotes()

    package init(columns: ColumnMap, rules: RowRules) {
        self.columns = columns
        self.rules = rules
        hasNulls = !rules.nulls.isEmpty
        text = columns["text"] ?? 0
        up = columns["up"]
        down = columns["down"]
        replies = columns["replies"]
        article = rules.keysAreGiven ? [] : columns.all("article")
        key = rules.keysAreGiven ? [] : columns.all("key")
        parent = columns.all("parent")
        title = columns["title"]
        outlet = columns["outlet"]
        url = columns["url"]
        createdAt = columns["created_at"]
        observedAt = columns["observed_at"]
        deleted = columns["deleted"]
        author = rules.authorSalt == nil ? nil : columns["author"]
        authorSalt = Array((rules.authorSalt ?? "").utf8)
        watchesVotes = up != nil && down != nil && !article.isEmpty
        guardsNumbers = !key.isEmpty && !article.isEmpty && !rules.numbersAreOfArticles
    }

    /// - Parameter authorSalt: of the hashes of authors; `nil`: authors are not kept.
    package convenience init(
        columns: ColumnMap, zoneSeconds: Int64, defaultObservedAt: Int64, authorSalt: String? = nil
    ) {
        var rules = RowRules(
            moments: MomentText(zoneSeconds: zoneSeconds), defaultObservedAt: defaultObservedAt)
        rules.authorSalt = authorSalt
        self.init(columns: columns, rules: rules)
    }

    /// Columns that are read as votes and hold something else, with why.
    var mistakenVotes: [(column: String, reason: String)] {
        let verdicts = voteWatch.verdicts
        return [(up, verdicts.up), (down, verdicts.down)].compactMap { column, reason in
            guard let column, let reason else { return nil }
            return (columns.names[column], reason)
        }
    }

    /// What became of a row.
    package enum Outcome {
        case taken
        /// No text and no number: a removed comment that cannot be distinguished from another.
        case emptyText
        /// A row that is well and is not wanted.
        case leftOut
        case refused(RowProblem)
    }

    /// Hands the row over as a comment, unless something is wrong with it.
    package func map(_ row: TableRow, _ body: (ObservedComment) throws -> Void) throws -> Outcome {
        var (ups, downs): (Int32, Int32) = (0, 0)
        if let up {
            guard let count = votes(row, up) else { return refuse(row, up, "a number of votes") }
            ups = count
        }
        if let down {
            guard let count = votes(row, down) else { return refuse(row, down, "a number of votes") }
            downs = count
        }
        for column in key where LostDigits.show(in: row[column]) { return refuseLost(row, column) }
        for column in article {
            if isNothing(row, column) { return refuse(row, column, "a part of the article's key") }
            if LostDigits.show(in: row[column]) { return refuseLost(row, column) }
        }
        let hasKey = !key.isEmpty && !key.contains { isNothing(row, $0) }
        if row[text].isEmpty, !hasKey { return .emptyText }
        var observed = rules.defaultObservedAt
        if let observedAt {
            guard let moment = rules.moments.seconds(row[observedAt]) else {
                return refuse(row, observedAt, "a date or time such as 20251001 or 2025-10-01T09:30:00+0900")
            }
            observed = moment
        }
        var isDeleted = row[text].isEmpty
        if let deleted, !isNothing(row, deleted), !isUsualNull(row[deleted]) {
            guard let value = truth(row[deleted]) else {
                return refuse(row, deleted, "true, false, yes, no, 1 or 0")
            }
            isDeleted = isDeleted || value
        }
        var comment = ObservedComment(
            key: nil, article: joined(row, article, room: articleRoom), text: plain(row[text]),
            observedAt: observed, up: ups, down: downs, replies: replyCount(row), isDeleted: isDeleted)
        if hasKey { comment.key = number(row, key, of: comment.article, room: keyRoom) }
        if guardsNumbers, let number = comment.key, !isDeleted,
            numbers.conflicts(number: number, article: comment.article, text: comment.text)
        {
            return refuseNumber(row)
        }
        if watchesVotes { voteWatch.add(up: ups, down: downs, article: comment.article) }
        comment.line = Int32(truncatingIfNeeded: row.line)
        try complete(&comment, row, observed, body)
        return .taken
    }

    /// Adds what a comment can do without.
    private func complete(
        _ comment: inout ObservedComment, _ row: TableRow, _ observed: Int64,
        _ body: (ObservedComment) throws -> Void
    ) throws {
        comment.parent = parentKey(row, of: comment.article)
        comment.articleTitle = title.flatMap { present(row, $0) }
        comment.articleOutlet = outlet.flatMap { present(row, $0) }
        comment.articleURL = url.flatMap { present(row, $0) }
        comment.createdAt = created(row, observed)
        guard let author, let name = present(row, author) else { return try body(comment) }
        try authorHash(name).withUnsafeBytes { hash in
            comment.authorHash = hash
            try body(comment)
        }
    }

    private func authorHash(_ author: UnsafeRawBufferPointer) -> [UInt8] {
        Array(AuthorHash.of(Array(author), salt: authorSalt).utf8)
    }
}

// MARK: Values

extension RowMapper {
    private func isNothing(_ row: TableRow, _ column: Int) -> Bool {
        let field = row[column]
        return field.isEmpty || hasNulls && rules.nulls.contains(Array(field))
    }

    private func present(_ row: TableRow, _ column: Int) -> UnsafeRawBufferPointer? {
        isNothing(row, column) ? nil : row[column]
    }

    private func isUsualNull(_ field: UnsafeRawBufferPointer) -> Bool {
        field.count <= 4 && RowRules.usualNulls.contains(Array(field))
    }

    private func votes(_ row: TableRow, _ column: Int) -> Int32? {
        let field = row[column]
        switch CountText.read(field) {
        case .exact(let count): return count
        case .rounded(let count):
            notes.rounded.add(row.line, String(decoding: field, as: UTF8.self))
            return count
        default: return nil
        }
    }

    private func replyCount(_ row: TableRow) -> Int32 {
        guard let replies, let field = present(row, replies), !isUsualNull(field) else { return 0 }
        if let count = CountText.read(field).count { return count }
        leaveOut(row, replies)
        return 0
    }

    private func created(_ row: TableRow, _ observed: Int64) -> UnsafeRawBufferPointer? {
        guard let createdAt, let field = present(row, createdAt) else { return nil }
        if rules.moments.isStandard(field) { return field }
        if isUsualNull(field) { return nil }
        guard let seconds = rules.moments.seconds(field, seen: observed) else {
            leaveOut(row, createdAt)
            return nil
        }
        return createdRoom.set(Moment.text(seconds).utf8)
    }

    /// A text as it is kept; valid until the next one is asked for.
    func plain(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        if rules.watchesQuotes { watchQuotes(text) }
        guard rules.textIsHTML, HTMLText.mayApply(to: text) else { return text }
        return textRoom.set(HTMLText.plain(text))
    }

    private func watchQuotes(_ text: UnsafeRawBufferPointer) {
        guard text.first == 0x22, text.last == 0x22, text.count > 1 else { return }
        var inner = UnsafeRawBufferPointer(rebasing: text[1..<(text.count - 1)])
        var hasDoubled = false
        while let mark = inner.firstIndex(of: 0x22) {
            guard mark + 1 < inner.count, inner[mark + 1] == 0x22 else { return }
            hasDoubled = true
            inner = UnsafeRawBufferPointer(rebasing: inner[(mark + 2)...])
        }
        notes.enclosed.add(0, String(decoding: text.prefix(60), as: UTF8.self))
        if hasDoubled { notes.doubled.add(0, String(decoding: text.prefix(60), as: UTF8.self)) }
    }

    private func leaveOut(_ row: TableRow, _ column: Int) {
        let words = RowProblem.shortened(row[column])
        notes.leftOut[columns.names[column], default: RowNotes.Note()].add(row.line, words)
    }

    /// Yes, no, or `nil` for anything else.
    private func truth(_ bytes: UnsafeRawBufferPointer) -> Bool? {
        guard bytes.count <= 5 else { return nil }
        switch String(decoding: bytes, as: UTF8.self).lowercased() {
        case "true", "1", "1.0", "t", "yes", "y": return true
        case "false", "0", "0.0", "f", "no", "n": return false
        default: return nil
        }
    }

    private func refuse(_ row: TableRow, _ column: Int, _ expected: String) -> Outcome {
        let found = row.isMissing(column) ? "nothing" : "'\(RowProblem.shortened(row[column]))'"
        return .refused(
            row.problem(.invalidField(columns.names[column], "found \(found), expected \(expected)")))
    }

    private func refuseLost(_ row: TableRow, _ column: Int) -> Outcome {
        notes.lostDigits.add(row.line, RowProblem.shortened(row[column]))
        return refuse(
            row, column, "an identifier as it was, not a number that a spreadsheet or data frame made of it")
    }

    private func refuseNumber(_ row: TableRow) -> Outcome {
        let number = key.map { String(decoding: row[$0], as: UTF8.self) }.joined(separator: "/")
        notes.numberConflicts.add(row.line, number)
        return .refused(
            row.problem(
                .invalidField(
                    columns.names[key[0]], "number '\(number)' belongs to another text of another article")))
    }
}

// MARK: Keys

extension RowMapper {
    /// A key of several parts, joined by `/`; `-` for tables that have no such column. Where there are several, `%` and
    /// `/` inside a part are written `%25` and `%2F`, so that `1/2` and `3` are another key than `1` and `2/3`.
    private func joined(_ row: TableRow, _ columns: [Int], room: FieldBuffer) -> UnsafeRawBufferPointer {
        if columns.count == 1 { return row[columns[0]] }
        room.clear()
        for (index, column) in columns.enumerated() {
            if index > 0 { room.append(Self.slash) }
            Self.append(escaping: row[column], to: room)
        }
        if columns.isEmpty { room.append(UInt8(ascii: "-")) }
        return room.bytes
    }

    /// A comment's number: its own, or after the article's key where each article has its own numbers.
    private func number(
        _ row: TableRow, _ columns: [Int], of article: UnsafeRawBufferPointer, room: FieldBuffer
    ) -> UnsafeRawBufferPointer {
        guard rules.numbersAreOfArticles else { return joined(row, columns, room: room) }
        room.clear()
        room.append(article)
        for column in columns {
            room.append(Self.slash)
            Self.append(escaping: row[column], to: room)
        }
        return room.bytes
    }

    private func parentKey(_ row: TableRow, of article: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        if parent.isEmpty || parent.contains(where: { isNothing(row, $0) }) { return nil }
        for column in parent where LostDigits.show(in: row[column]) {
            leaveOut(row, column)
            return nil
        }
        return number(row, parent, of: article, room: parentRoom)
    }

    static func append(escaping part: UnsafeRawBufferPointer, to key: FieldBuffer) {
        guard part.contains(where: { $0 == slash || $0 == percent }) else {
            return key.append(part)
        }
        for byte in part {
            switch byte {
            case slash: for letter in "%2F".utf8 { key.append(letter) }
            case percent: for letter in "%25".utf8 { key.append(letter) }
            default: key.append(byte)
            }
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
