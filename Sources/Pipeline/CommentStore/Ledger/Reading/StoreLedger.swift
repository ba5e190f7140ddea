internal import GRDB
import StageKit
package import StoreFile
package import VoteModel

/// The ledger of comments and votes, in the store's tables.
///
/// Unchecked: `memory` is used only while the writing connection is held.
package final class StoreLedger: LedgerReader, LedgerWriter, ImportHistory, CommentTimes, CommentOrigins,
    @unchecked Sendable
{
    let base: StoreDatabase
    private var memory: ImportCache?
    let cuts = CutCache()

    package init(_ base: StoreDatabase) {
        self.base = base
    }

    package func importFile(
        _ file: ImportedFile, rows: (any ObservationSink) throws -> Void,
        review: (ImportFigures) throws -> Void
    ) throws -> ImportFigures {
        try importFile(file, rows: rows, review: review, along: { _ in })
    }

    /// - Parameters:
    ///   - visits: those whose answers are read again; what they gave before is taken out first.
    ///   - along: what else is to be written in the transaction.
    func importFile(
        _ file: ImportedFile, rereading visits: [Int64] = [], rows: (any ObservationSink) throws -> Void,
        review: (ImportFigures) throws -> Void = { _ in }, along: (Database) throws -> Void
    ) throws -> ImportFigures {
        try base.writingWithoutTransaction { database in
            if visits.isEmpty,
                let known = try reading(file.source, file.digest, file.mapping, database)?.figures
            {
                try database.inTransaction(.immediate) {
                    try along(database)
                    return .commit
                }
                return known
            }
            return try writing(database) {
                if !visits.isEmpty { try void(visits: visits, of: file.source, run: file.run, database) }
                let figures = try importRows(file, database, rereading: nil, rows)
                try review(figures)
                try along(database)
                return figures
            }
        }
    }

    /// Runs `body` in a transaction.
    func writing(_ database: Database, _ body: () throws -> ImportFigures) throws -> ImportFigures {
        try database.execute(sql: "BEGIN IMMEDIATE")
        do {
            let figures = try body()
            try database.execute(sql: "COMMIT")
            base.checkpointer?.committed(rows: figures.rows)
            return figures
        } catch {
            memory = nil
            // The error that led here is the one to report; SQLite may have rolled back on its own.
            try? database.execute(sql: "ROLLBACK")
            throw error
        }
    }

    /// - Parameter rereading: what is read again in the transaction.
    func importRows(
        _ file: ImportedFile, _ database: Database, rereading: Rereading?,
        _ rows: (any ObservationSink) throws -> Void
    ) throws -> ImportFigures {
        let run = try RunRows.number(of: file.run, database, base.clock)
        let last = try Row.fetchOne(
            database, sql: "SELECT position, last_comment FROM imported_file ORDER BY position DESC LIMIT 1")
        let lastComment: Int64 = last?["last_comment"] ?? 0
        let commit: Int64 = (last?["position"] ?? 0) + 1
        let state = try LedgerState.latest(of: file.source, upTo: .max, database)?.state ?? LedgerState()
        let memory = try rememberedSource(file.source, state, database)
        let writer = try FileImport(
            file, run: run, commit: commit, state: state, lastComment: lastComment, memory: memory,
            rereading: rereading, database: database)
        let pipe = ImportPipeline(source: file.source) { try writer.write($0) }
        do {
            try rows(pipe)
        } catch {
            pipe.abandon(error)
            throw error
        }
        try pipe.finish()
        let (newState, newLast, members) = try writer.finish()
        var figures = writer.figures
        figures.rows = pipe.rowCount
        figures.emptyText = pipe.emptyTexts
        figures.quarantined = pipe.quarantined + figures.numberConflicts
        let row = LedgerCommit(
            position: commit, run: run, file: file, figures: figures, state: newState, lastComment: newLast,
            members: members, isRebuilt: rereading != nil)
        try row.insert(database, at: base.clock.timestamp())
        return figures
    }

    private func rememberedSource(
        _ source: String, _ state: LedgerState, _ database: Database
    ) throws -> ImportCache {
        if let memory, memory.source.utf8.elementsEqual(source.utf8) { return memory }
        let fresh = try ImportCache(
            source: source, knownComments: state.comments, knownArticles: state.articles,
            hasIndexes: KeyIndex.missing(database).isEmpty, database: database)
        memory = fresh
        return fresh
    }

    /// Forgets what imports remembered, before the store is closed.
    package func forget() {
        base.pool.writeWithoutTransaction { _ in memory = nil }
    }

    /// Drops the import caches, which are no longer valid. The caller holds the writing connection.
    func dropMemory() { memory = nil }
}

extension StoreLedger {
    /// Makes sure that keys are unique and quick to find, also after a first import that put the indexes off.
    func ensureKeyIndexes() throws {
        if try base.reading({ try KeyIndex.missing($0).isEmpty }) { return }
        try base.writingWithoutTransaction { database in
            let missing = try KeyIndex.missing(database)
            if missing.isEmpty { return }
            // What imports remembered makes room for the sorter. Its runs are as large as the page cache: small ones
            // stay in the processor's own cache, which halves the time. A thread more would cost more than it saves.
            memory = nil
            try database.execute(sql: "PRAGMA cache_size = -2000")
            defer { try? database.execute(sql: "PRAGMA cache_size = -\(StoreDatabase.cacheKibibytes)") }
            for index in missing { try database.execute(sql: index.sql) }
        }
    }
}
