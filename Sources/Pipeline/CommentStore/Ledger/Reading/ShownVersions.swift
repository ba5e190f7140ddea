internal import GRDB
internal import StoreFile
package import VoteModel

/// What comments with several versions said at a cut.
struct ShownVersions {
    private let position: Int64
    private let asOf: Int64
    /// Comments whose row says something else than what the cut shows.
    private let older: Set<Int64>
    private let version: SQLStatement?

    init(_ facts: CutFacts, upTo position: Int64, asOf: Int64, _ database: Database) throws {
        self.position = position
        self.asOf = asOf
        older = facts.older
        if older.isEmpty, facts.editions.isEmpty {
            version = nil
            return
        }
        version = try SQLStatement(
            """
            SELECT comment_version.article, comment_version.text, article.key, article.title, article.outlet, article.url
            FROM comment_version CROSS JOIN article ON article.id = comment_version.article
            WHERE comment = ?1 AND ledger_commit <= ?2 AND observed_at <= ?3 ORDER BY observed_at DESC, ledger_commit DESC LIMIT 1
            """, database)
    }

    @inline(__always)
    func mayDiffer(_ comment: Int64) -> Bool { !older.isEmpty && older.contains(comment) }

    /// Lends a row with text and article as the cut shows them.
    func show(
        in row: inout CommentRow, _ fields: CommentFields, body: (inout CommentRow) throws -> Void
    ) throws {
        guard let version else { return try body(&row) }
        version.bind(1, row.id)
        version.bind(2, position)
        version.bind(3, asOf)
        defer { version.reset() }
        if try version.step() {
            if row.article != 0 { row.article = version.int64(0) }
            if fields.contains(.text) { row.text = version.bytes(1) }
            if fields.contains(.article) { row.articleKey = version.bytes(2) }
            if fields.contains(.articleFacts) {
                row.articleTitle = optional(3)
                row.articleOutlet = optional(4)
                row.articleURL = optional(5)
            }
        }
        try body(&row)
    }

    private func optional(_ column: Int32) -> UnsafeRawBufferPointer? {
        guard let version, !version.isNull(column) else { return nil }
        return version.bytes(column)
    }

    /// The versions of a comment by then, with the keys of their articles.
    func all(
        of comment: Int64, upTo position: Int64, asOf: Int64, _ database: Database
    ) throws -> [(entry: Timeline<CommentVersion>.Entry, article: [UInt8])] {
        if version == nil { return [] }
        return try Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT observed_at, article, text_hash FROM comment_version
                    WHERE comment = ? AND ledger_commit <= ? AND observed_at <= ? ORDER BY observed_at, ledger_commit
                    """), arguments: [comment, position, asOf]
        ).lastOfEachMoment.map { row in
            let article: Int64 = row["article"]
            let hash: Int64 = row["text_hash"]
            let version = CommentVersion(article: article, textHash: UInt64(bitPattern: hash))
            return (
                .init(moment: row["observed_at"], value: version), try ArticleKeys.key(of: article, database)
            )
        }
    }
}

/// Comments that were not there at a cut.
struct AbsentComments {
    /// Removed by their source.
    let removed: Set<Int64>
    /// In no reading that counts.
    let hidden: Set<Int64>

    init(upTo position: Int64, asOf: Int64, _ database: Database) throws {
        // Comments with their own history, in rising order, and what the last of it by then says.
        var told: [Int64] = []
        var (removed, hidden): ([Int64], [Int64]) = ([], [])
        var state: Presence?
        func close() {
            guard let comment = told.last else { return }
            if state == .removed { removed.append(comment) }
            if state == .withdrawn { hidden.append(comment) }
        }
        let rows = try SQLStatement(
            "SELECT comment, observed_at, ledger_commit, state FROM presence ORDER BY comment, observed_at, ledger_commit",
            database)
        while try rows.step() {
            let comment = rows.int64(0)
            if told.last != comment {
                close()
                told.append(comment)
                state = nil
            }
            if rows.int64(1) <= asOf, rows.int64(2) <= position { state = Presence(rawValue: rows.int64(3)) }
        }
        close()
        func isTold(_ comment: Int64) -> Bool {
            var (low, high) = (0, told.count)
            while low < high {
                let middle = (low + high) / 2
                if told[middle] < comment { low = middle + 1 } else { high = middle }
            }
            return low < told.count && told[low] == comment
        }
        let single = try SQLStatement(
            "SELECT id FROM comment WHERE removed_commit <= ?1 AND removed_at <= ?2", database)
        single.bind(1, position)
        single.bind(2, asOf)
        while try single.step() {
            if !isTold(single.int64(0)) { removed.append(single.int64(0)) }
        }
        let gone = try SQLStatement("SELECT id FROM comment WHERE hidden", database)
        while try gone.step() {
            if !isTold(gone.int64(0)) { hidden.append(gone.int64(0)) }
        }
        self.removed = Set(removed)
        self.hidden = Set(hidden)
    }
}

extension StoreLedger {
    package func editions(of cut: LedgerCut) throws -> [Edition] {
        try base.reading { try cuts.facts(of: cut, $0).editions }
    }
}

extension [Row] {
    /// Of rows with one `observed_at` the last.
    fileprivate var lastOfEachMoment: [Row] {
        var kept: [Row] = []
        for row in self {
            if let last = kept.last, last["observed_at"] as Int64 == row["observed_at"] as Int64 {
                kept.removeLast()
            }
            kept.append(row)
        }
        return kept
    }
}
