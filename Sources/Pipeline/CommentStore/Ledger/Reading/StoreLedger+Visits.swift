internal import GRDB
internal import StoreFile
internal import VoteModel

extension StoreLedger {
    /// Takes out what the kept answers of visits gave, so that they can be read anew in the same transaction.
    ///
    /// Answers whose body was given up cannot be read again: what they gave stays.
    func void(visits: [Int64], of source: String, run: String, _ database: Database) throws {
        dropMemory()
        let number = try RunRows.number(of: run, database, base.clock)
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
        ).insert(database, at: base.clock.timestamp())
    }
}
