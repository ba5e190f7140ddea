internal import GRDB
internal import StoreFile
internal import VoteModel

/// The outcome of forgetting comments.
package struct ForgottenFigures: Hashable, Sendable {
    /// Comments whose text and votes are gone.
    package var comments: [Int64] = []
    /// Names that no comment has; should one come with such a name, it will not be taken.
    package var unknown = 0
    /// Names that had been forgotten before.
    package var alreadyForgotten = 0
    /// Rows that could not be taken and were emptied: they name one of the comments or hold its text.
    package var emptiedRows = 0

    package init() {}
}

extension StoreLedger {
    /// Takes comments out of the store for good: their texts and votes are overwritten, and no source brings them back.
    ///
    /// - Parameter names: source and key of each.
    package func forget(_ names: [(source: String, key: String)], run: String) throws -> ForgottenFigures {
        try base.writingWithoutTransaction { database in
            dropMemory()
            // What is deleted is overwritten in the file.
            try database.execute(sql: "PRAGMA secure_delete = ON")
            defer { try? database.execute(sql: "PRAGMA secure_delete = OFF") }
            var figures = ForgottenFigures()
            try database.inTransaction(.immediate) {
                let number = try RunRows.number(of: run, database, base.clock)
                for source in Set(names.map(\.source)).sorted() {
                    let keys = Set(names.filter { $0.source == source }.map(\.key)).sorted()
                    try forget(keys, of: source, run: number, &figures, database)
                }
                // Until files, messages of earlier runs and free pages are clean too. What is not known may have been
                // told of nevertheless.
                if !figures.comments.isEmpty || figures.unknown > 0 || figures.emptiedRows > 0 {
                    try ForgettingNote.begin(database)
                }
                return .commit
            }
            return figures
        }
    }

    private func forget(
        _ keys: [String], of source: String, run: Int64, _ figures: inout ForgottenFigures,
        _ database: Database
    ) throws {
        let position =
            try Int64.fetchOne(database, sql: "SELECT max(position) FROM imported_file") ?? 0
        let commit = position + 1
        var state = try LedgerState.latest(of: source, upTo: .max, database)?.state ?? LedgerState()
        var eraser = try CommentEraser(source: source, commit: commit, database: database)
        var hasErased = false
        let comments = try CommentName.find(keys.map { CommentName(source: source, key: $0) }, database)
        for (key, found) in zip(keys, comments) {
            let known = try Bool.fetchOne(
                database, sql: "SELECT EXISTS (SELECT 1 FROM tombstone WHERE source = ? AND key = ?)",
                arguments: [source, key])
            if known == true {
                figures.alreadyForgotten += 1
                continue
            }
            let comment = found.first
            try database.execute(
                sql: """
                    INSERT INTO tombstone(source, key, comment, ledger_commit, run, forgotten_at)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """, arguments: [source, key, comment, commit, run, base.clock.timestamp()])
            guard let comment else {
                figures.unknown += 1
                continue
            }
            let erased = try eraser.erase(comment, from: &state.sum)
            state.observations -= erased.observations
            figures.emptiedRows += erased.emptiedRows
            if !erased.wasHidden { state.comments -= 1 }
            figures.comments.append(comment)
            hasErased = true
        }
        figures.emptiedRows += try ForgottenRows.empty(naming: keys, of: source, database)
        if hasErased { try record(source, state, run: run, commit: commit, database) }
    }

    /// A ledger commit that brings nothing and takes something away.
    private func record(
        _ source: String, _ state: LedgerState, run: Int64, commit: Int64, _ database: Database
    ) throws {
        let lastComment =
            try Int64.fetchOne(
                database, sql: "SELECT last_comment FROM imported_file ORDER BY position DESC LIMIT 1") ?? 0
        let file = ImportedFile(
            source: source, name: "forget", digest: "forget-\(commit)", mapping: "forget", run: "")
        try LedgerCommit(position: commit, run: run, file: file, state: state, lastComment: lastComment)
            .insert(database, at: base.clock.timestamp())
    }
}

extension StoreLedger {
    /// Whether comments were forgotten whose remains in artifacts and free pages are not yet removed.
    package func isForgettingUnfinished() throws -> Bool {
        try base.reading { try ForgettingNote.isThere($0) }
    }

    /// Writes the file again without its free pages, and empties the log: rows that were moved within the file before left
    /// copies of their texts there.
    package func finishForgetting() throws {
        try base.writingWithoutTransaction { database in
            dropMemory()
            try database.execute(sql: "VACUUM")
            _ = try database.checkpoint(.truncate)
            try database.inTransaction(.immediate) {
                try ForgettingNote.end(database)
                return .commit
            }
            _ = try database.checkpoint(.truncate)
        }
    }
}
