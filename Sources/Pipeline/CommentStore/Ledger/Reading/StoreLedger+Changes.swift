internal import GRDB
internal import StoreFile
public import VoteModel

extension StoreLedger {
    /// - Complexity: grows with what changed, not with the ledger.
    public func changes(from earlier: LedgerCut, to cut: LedgerCut, votes: Bool) throws -> LedgerChanges? {
        guard earlier.position <= cut.position, earlier.sources.count == cut.sources.count,
            zip(earlier.sources, cut.sources).allSatisfy({ $0.utf8.elementsEqual($1.utf8) })
        else { return nil }
        return try base.reading { database in
            // What was forgotten in between is in no difference: it was never there. What was read anew is not told
            // row by row.
            guard try !hasForgotten(from: earlier.position, to: cut.position, database),
                try !wasReread(from: earlier, to: cut, database),
                try showsEverything(earlier, database), try showsEverything(cut, database),
                try digest(of: earlier.sources, upTo: earlier.position, asOf: nil, database).digest
                    == earlier.digest
            else { return nil }
            let scope = try ScanScope(earlier, database)
            return LedgerChanges(
                known: scope.covered,
                moved: votes ? try moved(since: scope, to: cut.position, database) : [],
                restated: try restated(since: scope, to: cut.position, database),
                hidden: try hidden(scope, in: cut, database))
        }
    }

    /// Whether a cut's moment leaves out nothing of what its position covers.
    private func showsEverything(_ cut: LedgerCut, _ database: Database) throws -> Bool {
        guard let asOf = cut.asOf else { return true }
        return try cut.sources.allSatisfy { source in
            let latest = try LedgerState.latest(of: source, upTo: cut.position, database)
            return latest.map { $0.state.lastObserved <= asOf } ?? true
        }
    }

    private func moved(since scope: ScanScope, to position: Int64, _ database: Database) throws -> [Int64] {
        try comments(
            """
            SELECT DISTINCT comment FROM recount
            WHERE ledger_commit > ?1 AND ledger_commit <= ?2 AND comment <= ?3 ORDER BY comment
            """, since: scope, to: position, database)
    }

    private func restated(since scope: ScanScope, to position: Int64, _ database: Database) throws -> [Int64]
    {
        try comments(
            """
            SELECT DISTINCT comment FROM restated
            WHERE ledger_commit > ?1 AND ledger_commit <= ?2 AND comment <= ?3 ORDER BY comment
            """, since: scope, to: position, database)
    }

    /// The comments that the earlier cut covers and the later does not show.
    private func hidden(_ earlier: ScanScope, in cut: LedgerCut, _ database: Database) throws -> [Int64] {
        try ScanScope(cut, database).hidden
            .filter { $0 <= earlier.lastComment && earlier.source(of: $0) != nil }.sorted()
    }

    private func wasReread(from earlier: LedgerCut, to cut: LedgerCut, _ database: Database) throws -> Bool {
        let sources = try String.fetchAll(
            database,
            sql: "SELECT DISTINCT source FROM imported_file WHERE position > ? AND position <= ? AND rebuilt",
            arguments: [earlier.position, cut.position])
        return sources.contains { source in cut.sources.contains { $0.utf8.elementsEqual(source.utf8) } }
    }

    /// The comments that a statement names and the scope covers.
    private func comments(
        _ sql: String, since scope: ScanScope, to position: Int64, _ database: Database
    ) throws -> [Int64] {
        let statement = try SQLStatement(sql, database)
        statement.bind(1, scope.cut.position)
        statement.bind(2, position)
        statement.bind(3, scope.lastComment)
        var ids: [Int64] = []
        while try statement.step() {
            let id = statement.int64(0)
            if scope.source(of: id) != nil { ids.append(id) }
        }
        return ids
    }
}
