internal import GRDB
package import VoteModel

extension StoreLedger {
    package func reread(
        _ voided: [Int64], of source: String, files: [ImportedFile],
        rows: (ImportedFile, any ObservationSink) throws -> Void
    ) throws -> ImportFigures {
        try ensureKeyIndexes()
        return try base.writingWithoutTransaction { database in
            try writing(database) {
                dropMemory()
                let commits = Set(voided)
                let rereading = Rereading()
                try rereading.void(RowSelection(commits), database)
                var figures = ImportFigures()
                for file in files {
                    figures =
                        figures
                        + (try importRows(file, database, rereading: rereading) { try rows(file, $0) })
                }
                figures.withdrawn += try finish(rereading, commits, of: source, database)
                dropMemory()
                return figures
            }
        }
    }

    /// Brings the source's last commit up to date with what was read again.
    /// - Returns: comments that nothing shows any more.
    func finish(
        _ rereading: Rereading, _ commits: Set<Int64>, of source: String, _ database: Database
    ) throws -> Int {
        guard let latest = try LedgerState.latest(of: source, upTo: .max, database) else { return 0 }
        let withdrawn = try rereading.hideUnseen(of: source, commit: latest.position, database)
        for commit in commits {
            try database.execute(
                sql: "UPDATE imported_file SET superseded = ? WHERE position = ?",
                arguments: [latest.position, commit])
        }
        let sum = try self.sum(of: source, upTo: latest.position, asOf: .max, database)
        try database.execute(
            sql: """
                UPDATE imported_file SET ledger_sum = ?1, withdrawn = withdrawn + ?4,
                    source_comments = (
                        SELECT count(*) FROM comment WHERE source = ?2 AND NOT hidden
                            AND id NOT IN (SELECT comment FROM tombstone WHERE comment IS NOT NULL)),
                    source_observations = (
                        SELECT count(*) FROM vote CROSS JOIN comment ON comment.id = vote.comment
                        WHERE comment.source = ?2)
                WHERE position = ?3
                """, arguments: [sum.data, source, latest.position, withdrawn])
        return withdrawn
    }
}
