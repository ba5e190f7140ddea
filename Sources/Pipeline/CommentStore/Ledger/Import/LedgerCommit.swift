internal import Foundation
internal import GRDB
internal import VoteModel

/// A row of `imported_file`: what one ledger commit brought, and how its source stands after it.
struct LedgerCommit {
    var position: Int64
    /// Number of the run.
    var run: Int64
    var file: ImportedFile
    var figures = ImportFigures()
    var state: LedgerState
    /// Highest id of a comment after it.
    var lastComment: Int64
    var members = CommentSet()
    /// Whether rows of earlier readings were taken out before it.
    var isRebuilt = false

    func insert(_ database: Database, at timestamp: String) throws {
        try database.execute(
            sql: """
                INSERT INTO imported_file(position, source, name, digest, mapping, run, imported_at, rows, empty_text,
                    quarantined, new_comments, repeats, observations, last_comment, source_comments,
                    source_articles, source_observations, last_observed, ledger_sum, moment, members, rebuilt, revision,
                    edited, restored, withdrawn)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                position, file.source, file.name, file.digest, file.mapping, run, timestamp, figures.rows,
                figures.emptyText, figures.quarantined, figures.newComments, figures.repeats,
                figures.observations, lastComment, state.comments, state.articles, state.observations,
                state.lastObserved, state.sum.data, file.moment, Data(members.bytes), isRebuilt ? 1 : 0,
                state.revision, figures.edited, figures.restored, figures.withdrawn,
            ])
    }
}

extension FileReading {
    init(_ row: Row) {
        var figures = ImportFigures()
        figures.rows = row["rows"]
        figures.emptyText = row["empty_text"]
        figures.quarantined = row["quarantined"]
        figures.newComments = row["new_comments"]
        figures.repeats = row["repeats"]
        figures.observations = row["observations"]
        figures.edited = row["edited"]
        figures.restored = row["restored"]
        figures.withdrawn = row["withdrawn"]
        self.init(
            position: row["position"], name: row["name"], digest: row["digest"], mapping: row["mapping"],
            moment: row["moment"], figures: figures)
    }
}
