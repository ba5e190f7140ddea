internal import GRDB
internal import StoreFile

/// What a comment was at a moment, beside its votes.
struct CommentVersion: Hashable {
    /// Id of the article in the store.
    var article: Int64
    /// First 8 bytes of SHA-256(text), big-endian.
    var textHash: UInt64
}

/// Whether a comment was there at a moment.
enum Presence: Int64 {
    case shown = 0
    /// The source said that it was removed.
    case removed = 1
    /// No reading that counts holds it any more.
    case withdrawn = 2
}

/// Reads and writes the versions of comments and when they were there.
///
/// A comment that was seen with one text in one article, and removed at most once, has rows in `comment` alone; its others
/// are written once there is something to tell.
final class CommentStates {
    private let database: Database
    private let commit: Int64
    private let row: SQLStatement
    private let versions: SQLStatement
    private let presences: SQLStatement
    private let insertVersion: SQLStatement
    private let insertPresence: SQLStatement
    private let insertRestated: SQLStatement
    private let textOf: SQLStatement
    private let setText: SQLStatement
    private let setPresence: SQLStatement
    private let emptied: SQLStatement
    private let renewRow: SQLStatement

    init(commit: Int64, database: Database) throws {
        self.commit = commit
        self.database = database
        row = try SQLStatement(
            "SELECT article, text_hash, removed_at, removed_commit, hidden, numbered FROM comment WHERE id = ?1",
            database)
        versions = try SQLStatement(
            """
            SELECT observed_at, article, text_hash FROM comment_version WHERE comment = ?1
            ORDER BY observed_at, ledger_commit
            """, database)
        presences = try SQLStatement(
            "SELECT observed_at, state FROM presence WHERE comment = ?1 ORDER BY observed_at, ledger_commit",
            database)
        insertVersion = try SQLStatement(
            """
            INSERT OR REPLACE INTO comment_version(comment, observed_at, ledger_commit, article, text_hash, text)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            """, database)
        insertPresence = try SQLStatement(
            """
            INSERT OR REPLACE INTO presence(comment, observed_at, ledger_commit, state) VALUES (?1, ?2, ?3, ?4)
            """, database)
        insertRestated = try SQLStatement(
            "INSERT OR IGNORE INTO restated(ledger_commit, comment) VALUES (?1, ?2)", database)
        textOf = try SQLStatement(
            """
            SELECT text FROM comment_version WHERE comment = ?1 AND text_hash = ?2
            UNION ALL SELECT text FROM comment WHERE id = ?1 AND text_hash = ?2 LIMIT 1
            """, database)
        setText = try SQLStatement(
            "UPDATE comment SET article = ?2, text_hash = ?3, text = ?4 WHERE id = ?1", database)
        emptied = try SQLStatement(
            """
            SELECT 1 FROM comment WHERE id = ?1 AND hidden
                AND NOT EXISTS (SELECT 1 FROM vote WHERE comment = ?1)
            """, database)
        renewRow = try SQLStatement(
            """
            UPDATE comment SET article = ?2, text_hash = ?3, text = ?4, created_at = ?5, parent = ?6
            WHERE id = ?1
                AND (article <> ?2 OR text_hash <> ?3 OR created_at IS NOT ?5 OR parent IS NOT ?6)
            """, database)
        setPresence = try SQLStatement(
            "UPDATE comment SET removed_at = ?2, removed_commit = ?3, hidden = ?4 WHERE id = ?1", database)
    }

    /// What `comment` says.
    struct Row {
        var version: CommentVersion
        var removedAt: Int64?
        var removedCommit: Int64?
        var isHidden: Bool
        /// Whether the key is the source's own number: of others the text is part of the key.
        var isNumbered: Bool
    }

    func row(of comment: Int64) throws -> Row {
        row.bind(1, comment)
        defer { row.reset() }
        guard try row.step() else {
            throw StoreError(
                .damaged, "comment \(comment) has votes and no row",
                hint: "restore the store from a copy, or move it away and import again")
        }
        return Row(
            version: CommentVersion(article: row.int64(0), textHash: UInt64(bitPattern: row.int64(1))),
            removedAt: row.isNull(2) ? nil : row.int64(2),
            removedCommit: row.isNull(3) ? nil : row.int64(3), isHidden: row.int64(4) != 0,
            isNumbered: row.int64(5) != 0)
    }

    /// The versions that were written down; none for most comments.
    func versions(of comment: Int64) throws -> [Timeline<CommentVersion>.Entry] {
        versions.bind(1, comment)
        defer { versions.reset() }
        var entries: [Timeline<CommentVersion>.Entry] = []
        while try versions.step() {
            let version = CommentVersion(
                article: versions.int64(1), textHash: UInt64(bitPattern: versions.int64(2)))
            if entries.last?.moment == versions.int64(0) { entries.removeLast() }
            entries.append(.init(moment: versions.int64(0), value: version))
        }
        return entries
    }

    /// When the comment was there, and whether that was written down beside its row.
    func presence(of comment: Int64, _ row: Row) throws -> (timeline: Timeline<Presence>, isWritten: Bool) {
        presences.bind(1, comment)
        defer { presences.reset() }
        var entries: [Timeline<Presence>.Entry] = []
        while try presences.step() {
            if entries.last?.moment == presences.int64(0) { entries.removeLast() }
            entries.append(
                .init(moment: presences.int64(0), value: Presence(rawValue: presences.int64(1)) ?? .shown))
        }
        if !entries.isEmpty { return (Timeline(entries, initial: .shown), true) }
        if let removed = row.removedAt { entries = [.init(moment: removed, value: .removed)] }
        return (Timeline(entries, initial: .shown), false)
    }

    /// - Parameter text: `nil` where the store has it already.
    func write(
        _ version: Timeline<CommentVersion>.Entry, of comment: Int64, text: [UInt8]?, commit: Int64? = nil
    ) throws {
        let text = try text ?? self.text(version.value.textHash, of: comment)
        insertVersion.bind(1, comment)
        insertVersion.bind(2, version.moment)
        insertVersion.bind(3, commit ?? self.commit)
        insertVersion.bind(4, version.value.article)
        insertVersion.bind(5, Int64(bitPattern: version.value.textHash))
        try text.withUnsafeBytes { bytes in
            insertVersion.bind(6, text: bytes)
            try insertVersion.run()
        }
    }

    /// Makes a version the one that is shown.
    func show(_ version: CommentVersion, of comment: Int64, text: [UInt8]?) throws {
        let text = try text ?? self.text(version.textHash, of: comment)
        setText.bind(1, comment)
        setText.bind(2, version.article)
        setText.bind(3, Int64(bitPattern: version.textHash))
        try text.withUnsafeBytes { bytes in
            setText.bind(4, text: bytes)
            try setText.run()
        }
    }

    private func text(_ hash: UInt64, of comment: Int64) throws -> [UInt8] {
        textOf.bind(1, comment)
        textOf.bind(2, Int64(bitPattern: hash))
        defer { textOf.reset() }
        guard try textOf.step() else {
            throw StoreError(
                .damaged, "a text of comment \(comment) is not there",
                hint: "restore the store from a copy, or move it away and import again")
        }
        return Array(textOf.bytes(0))
    }

    func write(_ presence: Timeline<Presence>.Entry, of comment: Int64, commit: Int64? = nil) throws {
        insertPresence.bind(1, comment)
        insertPresence.bind(2, presence.moment)
        insertPresence.bind(3, commit ?? self.commit)
        insertPresence.bind(4, presence.value.rawValue)
        try insertPresence.run()
    }

    /// Lets `comment` say whether the comment is there.
    func setPresence(_ entry: Timeline<Presence>.Entry?, of comment: Int64, commit: Int64? = nil) throws {
        setPresence.bind(1, comment)
        if let entry, entry.value != .shown {
            setPresence.bind(2, entry.moment)
            setPresence.bind(3, commit ?? self.commit)
            setPresence.bind(4, entry.value == .withdrawn ? 1 : 0 as Int64)
        } else {
            setPresence.bindNull(2)
            setPresence.bindNull(3)
            setPresence.bind(4, 0 as Int64)
        }
        try setPresence.run()
    }

    /// Whether a comment is hidden and has no votes.
    func isEmptied(_ comment: Int64) throws -> Bool {
        emptied.bind(1, comment)
        defer { emptied.reset() }
        return try emptied.step()
    }

    /// Gives a comment without rows what its first new reading says.
    /// - Returns: whether that is something else than before.
    func renew(_ comment: Int64, _ row: RowBatch.Row, _ batch: RowBatch, article: Int64) throws -> Bool {
        renewRow.bind(1, comment)
        renewRow.bind(2, article)
        renewRow.bind(3, Int64(bitPattern: row.textHash))
        renewRow.bind(4, text: batch.text(of: row))
        for (index, piece) in zip(Int32(5)..., [row.createdAt, row.parent]) {
            if let bytes = batch.bytes(piece) {
                renewRow.bind(index, text: bytes)
            } else {
                renewRow.bindNull(index)
            }
        }
        try renewRow.run()
        return renewRow.changes > 0
    }

    /// Notes that the commit changed more of a comment from before it than its votes.
    func noteRestated(_ comment: Int64) throws {
        insertRestated.bind(1, commit)
        insertRestated.bind(2, comment)
        try insertRestated.run()
    }
}
