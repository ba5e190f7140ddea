internal import GRDB
internal import VoteModel

extension StoreLedger {
    /// Takes out what the kept answers of visits gave, so that they can be read anew in the same transaction.
    ///
    /// Answers whose body was given up cannot be read again: what they gave stays.
    func void(visits: [Int64], of source: String, run: String, _ database: Database) throws {
        dropMemory()
        let number = try RunRows.number(of: run, database, clock)
        let last = try Row.fetchOne(
            database, sql: "SELECT position, last_comment FROM imported_file ORDER BY position DESC LIMIT 1")
        guard let last, var state = try LedgerState.latest(of: source, upTo: .max, database)?.state else {
            return
        }
        let commit: Int64 = (last["position"] ?? 0) + 1
        var contributions = try Contributions(of: source, commit: commit, database)
        let rereading = Rereading()
        for visit in visits {
            let rows = RowSelection(visit: visit)
            let affected = try rereading.affected(by: rows, database)
            for comment in affected { state.sum -= try contributions.sum(of: comment) }
            try rereading.void(rows, database)
            for comment in affected where !rereading.isEmptied(comment) {
                state.sum += try contributions.sum(of: comment)
            }
        }
        state.comments -= try rereading.hideUnseen(of: source, commit: commit, database)
        state.observations =
            try Int.fetchOne(
                database,
                sql: """
                    SELECT count(*) FROM comment CROSS JOIN vote ON vote.comment = comment.id WHERE comment.source = ?
                    """, arguments: [source]) ?? 0
        let file = ImportedFile(
            source: source, name: "read anew", digest: "void-\(commit)", mapping: "forget", run: "")
        try LedgerCommit(
            position: commit, run: number, file: file, state: state, lastComment: last["last_comment"],
            isRebuilt: true
        ).insert(database, at: clock.timestamp())
    }
}

/// What single comments add to the digest of the ledger.
struct Contributions: ~Copyable {
    private let database: Database
    private let states: CommentStates
    private let writer: HistoryWriter
    private var encoder: ObservationEncoder

    init(of source: String, commit: Int64, _ database: Database) throws {
        let states = try CommentStates(commit: commit, database: database)
        let writer = try HistoryWriter(commit: commit, database: database)
        self.database = database
        self.states = states
        self.writer = writer
        encoder = ObservationEncoder(source: source)
    }

    /// - Returns: zero for a comment that nobody is shown.
    mutating func sum(of comment: Int64) throws -> LedgerSum {
        let row = try states.row(of: comment)
        var sum = LedgerSum()
        if row.isHidden { return sum }
        let history = try writer.history(of: comment)
        let versions = try states.versions(of: comment)
        let articles = try versions.map { try ArticleKeys.key(of: $0.value.article, database) }
        try writer.withKey(of: comment) { key in
            for observation in history.effective { sum += encoder.sum(key: key, observation) }
            if row.removedAt != nil { sum += encoder.sum(key: key, .removal) }
            for (entry, article) in zip(versions, articles) {
                sum += encoder.sum(key: key, entry, article: article)
            }
        }
        return sum
    }
}
