internal import GRDB
internal import StoreFile
package import VoteModel

extension StoreLedger {
    /// - Complexity: grows with what changed, not with the ledger.
    package func changes(from earlier: LedgerCut, to cut: LedgerCut, votes: Bool) throws -> LedgerChanges? {
        guard earlier.position <= cut.position, earlier.sources.count == cut.sources.count,
            zip(earlier.sources, cut.sources).allSatisfy({ $0.utf8.elementsEqual($1.utf8) })
        else { return nil }
        return try base.reading { database in
            // What was read again is not told row by row.
            guard try !wasReread(from: earlier, to: cut, database),
                try showsEverything(earlier, database), try showsEverything(cut, database),
                try digest(of: earlier.sources, upTo: earlier.position, asOf: nil, database).digest
                    == earlier.digest
            else { return nil }
            let known = try CutComments(earlier, database)
            let hidden = try scope(of: cut, database).hidden
            return LedgerChanges(
                known: known.ids,
                moved: votes ? try comments(in: "recount", from: earlier, to: cut, known, database) : [],
                restated: try comments(in: "restated", from: earlier, to: cut, known, database),
                hidden: hidden.filter { $0 <= known.last && known.source(of: $0) != nil }.sorted())
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

    private func wasReread(from earlier: LedgerCut, to cut: LedgerCut, _ database: Database) throws -> Bool {
        let sources = try String.fetchAll(
            database,
            sql: "SELECT DISTINCT source FROM imported_file WHERE position > ? AND position <= ? AND rebuilt",
            arguments: [earlier.position, cut.position])
        return sources.contains { source in cut.sources.contains { $0.utf8.elementsEqual(source.utf8) } }
    }

    /// The known comments of which a table has rows of the commits between two cuts, in rising order.
    private func comments(
        in table: String, from earlier: LedgerCut, to cut: LedgerCut, _ known: CutComments,
        _ database: Database
    ) throws -> [Int64] {
        let statement = try SQLStatement(
            """
            SELECT DISTINCT comment FROM \(table)
            WHERE ledger_commit > ?1 AND ledger_commit <= ?2 AND comment <= ?3 ORDER BY comment
            """, database)
        statement.bind(1, earlier.position)
        statement.bind(2, cut.position)
        statement.bind(3, known.last)
        var ids: [Int64] = []
        while try statement.step() {
            let id = statement.int64(0)
            if known.source(of: id) != nil { ids.append(id) }
        }
        return ids
    }
}
