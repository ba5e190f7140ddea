internal import Crypto
internal import GRDB
internal import Synchronization
public import VoteModel

/// The ledger of comments and votes, in the store's tables.
///
/// Unchecked: `memory` is used only while the writing connection is held.
public final class StoreLedger: CommentLedger, @unchecked Sendable {
    let pool: any DatabaseWriter
    let path: String
    let clock: StoreClock
    private var memory: LedgerMemory?
    /// `nil` for those who only look.
    let mover: LogMover?

    init(pool: any DatabaseWriter, path: String, clock: StoreClock) {
        self.pool = pool
        self.path = path
        self.clock = clock
        let configuration = pool.configuration
        mover = configuration.readonly ? nil : LogMover(path: path, configuration: configuration)
    }

    public func importedFile(source: String, fileDigest: String, mapping: String) throws -> ImportFigures? {
        try mappingErrors { try pool.unsafeReentrantRead { try figures(source, fileDigest, mapping, $0) } }
    }

    public func importFile(
        _ file: ImportedFile, rows: (any ObservationSink) throws -> Void
    ) throws -> ImportFigures {
        try importFile(file, rows: rows, along: { _ in })
    }

    public func importFile(
        _ file: ImportedFile, rows: (any ObservationSink) throws -> Void,
        review: (ImportFigures) throws -> Void
    ) throws -> ImportFigures {
        try importFile(file, rows: rows, review: review, along: { _ in })
    }

    /// - Parameter along: what else is to be written in the transaction.
    func importFile(
        _ file: ImportedFile, rows: (any ObservationSink) throws -> Void,
        review: (ImportFigures) throws -> Void = { _ in }, along: (Database) throws -> Void
    ) throws -> ImportFigures {
        try mappingErrors {
            try pool.writeWithoutTransaction { database in
                let known = try figures(file.source, file.digest, file.mapping, database)
                if let known {
                    try database.inTransaction(.immediate) {
                        try along(database)
                        return .commit
                    }
                    return known
                }
                try database.execute(sql: "BEGIN IMMEDIATE")
                do {
                    let figures = try importRows(file, database, rows)
                    try review(figures)
                    try along(database)
                    try database.execute(sql: "COMMIT")
                    mover?.committed(rows: figures.rows)
                    return figures
                } catch {
                    memory = nil
                    // The error that led here is the one to tell; SQLite may have rolled back by itself.
                    try? database.execute(sql: "ROLLBACK")
                    throw error
                }
            }
        }
    }

    private func importRows(
        _ file: ImportedFile, _ database: Database, _ rows: (any ObservationSink) throws -> Void
    ) throws -> ImportFigures {
        let run = try RunRows.number(of: file.run, database, clock)
        let last = try Row.fetchOne(
            database, sql: "SELECT position, last_comment FROM imported_file ORDER BY position DESC LIMIT 1")
        let lastComment: Int64 = last?["last_comment"] ?? 0
        let commit: Int64 = (last?["position"] ?? 0) + 1
        let state = try LedgerState.latest(of: file.source, upTo: .max, database)?.state ?? LedgerState()
        let memory = try rememberedSource(file.source, state, database)
        let writer = try FileImport(
            file, run: run, commit: commit, state: state, lastComment: lastComment, memory: memory,
            database: database)
        let pipe = ImportPipe(source: file.source) { try writer.write($0) }
        do {
            try rows(pipe)
        } catch {
            pipe.abandon(error)
            throw error
        }
        try pipe.finish()
        let (newState, newLast) = try writer.finish()
        var figures = writer.figures
        figures.rows = pipe.rowCount
        figures.emptyText = pipe.emptyTexts
        figures.quarantined = pipe.quarantined + figures.numberConflicts
        try record(file, figures, newState, run: run, commit: commit, lastComment: newLast, database)
        return figures
    }

    private func rememberedSource(
        _ source: String, _ state: LedgerState, _ database: Database
    ) throws -> LedgerMemory {
        if let memory, memory.source.utf8.elementsEqual(source.utf8) { return memory }
        let fresh = try LedgerMemory(
            source: source, knownComments: state.comments, knownArticles: state.articles,
            hasIndexes: KeyIndex.missing(database).isEmpty, database: database)
        memory = fresh
        return fresh
    }

    private func record(
        _ file: ImportedFile, _ figures: ImportFigures, _ state: LedgerState, run: Int64, commit: Int64,
        lastComment: Int64, _ database: Database
    ) throws {
        try database.execute(
            sql: """
                INSERT INTO imported_file(position, source, name, digest, mapping, run, imported_at, rows, empty_text,
                    quarantined, new_comments, repeats, observations, last_comment, source_comments,
                    source_articles, source_observations, last_observed, ledger_sum)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                commit, file.source, file.name, file.digest, file.mapping, run, clock.timestamp(),
                figures.rows,
                figures.emptyText, figures.quarantined, figures.newComments, figures.repeats,
                figures.observations, lastComment, state.comments, state.articles, state.observations,
                state.lastObserved, state.sum.data,
            ])
    }

    func figures(
        _ source: String, _ digest: String, _ mapping: String, _ database: Database
    ) throws -> ImportFigures? {
        let row = try Row.fetchOne(
            database,
            sql: """
                SELECT rows, empty_text, quarantined, new_comments, repeats, observations FROM imported_file
                WHERE source = ? AND digest = ? AND mapping = ?
                """, arguments: [source, digest, mapping])
        guard let row else { return nil }
        var figures = ImportFigures()
        figures.rows = row["rows"]
        figures.emptyText = row["empty_text"]
        figures.quarantined = row["quarantined"]
        figures.newComments = row["new_comments"]
        figures.repeats = row["repeats"]
        figures.observations = row["observations"]
        return figures
    }

    public func splitFamily(salt: String) throws -> SplitFamily? {
        try mappingErrors {
            try pool.unsafeReentrantRead { database in
                guard
                    let family = try Row.fetchOne(
                        database, sql: "SELECT group_by, rule FROM split_family WHERE salt = ?",
                        arguments: [salt])
                else { return nil }
                var sides: [[UInt8]: String] = [:]
                let members = try Statement(
                    "SELECT group_key, side FROM split_member WHERE salt = ?1 AND \(Self.isGroup)", database)
                let saltText = StableText(salt)
                members.bind(1, text: saltText.bytes)
                while try members.step() {
                    sides[Array(members.bytes(0))] = String(decoding: members.bytes(1), as: UTF8.self)
                }
                withExtendedLifetime(saltText) {}
                return SplitFamily(groupBy: family["group_by"], rule: family["rule"], sides: sides)
            }
        }
    }

    /// Forgets what imports remembered and ends what they left running; before the store is closed.
    func forget() {
        mover?.stop()
        pool.writeWithoutTransaction { _ in memory = nil }
    }

    /// Forgets what imports remembered: it is no longer true. The caller holds the writing connection.
    func dropMemory() { memory = nil }

    func mappingErrors<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw StoreError(error, path: path)
        }
    }
}

extension StoreLedger {
    /// Makes sure that keys are unique and quick to find, also after a first import that put the indexes off.
    func ensureKeyIndexes() throws {
        if try pool.unsafeReentrantRead({ try KeyIndex.missing($0).isEmpty }) { return }
        try pool.writeWithoutTransaction { database in
            let missing = try KeyIndex.missing(database)
            if missing.isEmpty { return }
            // What imports remembered makes room for the sorter. Its runs are as large as the page cache: small ones
            // stay in the processor's own cache, which halves the time. A thread more would cost more than it saves.
            memory = nil
            try database.execute(sql: "PRAGMA cache_size = -2000")
            defer { try? database.execute(sql: "PRAGMA cache_size = -\(RunStore.cacheKibibytes)") }
            for index in missing { try database.execute(sql: index.sql) }
        }
    }
}
