internal import Digests
internal import Foundation
internal import GRDB
internal import StoreFile
internal import TextBasics

/// How a source stands after a ledger commit.
struct LedgerState {
    var sum = LedgerSum()
    var comments = 0
    var articles = 0
    /// Rows in `vote`.
    var observations = 0
    /// Seconds since 1970, UTC.
    var lastObserved = Int64.min
    /// See ``LedgerCut/revision``.
    var revision: String?

    /// Another revision, once a commit has given texts anew.
    func nextRevision(_ commit: Int64) -> String {
        let text = "\(revision ?? "")\u{1F}\(commit)\u{1F}\(Hexadecimal.text(sum.bytes))"
        return String(ContentDigest.of(text).prefix(16))
    }
}

extension LedgerState {
    /// How the source stood at a position.
    static func latest(
        of source: String, upTo position: Int64, _ database: Database
    ) throws -> (position: Int64, state: LedgerState)? {
        let row = try Row.fetchOne(
            database,
            sql: """
                SELECT position, source_comments, source_articles, source_observations, last_observed, ledger_sum,
                    revision
                FROM imported_file WHERE source = ? AND position <= ? ORDER BY position DESC LIMIT 1
                """, arguments: [source, position])
        guard let row else { return nil }
        var state = LedgerState()
        state.comments = row["source_comments"]
        state.articles = row["source_articles"]
        state.observations = row["source_observations"]
        state.lastObserved = row["last_observed"]
        let data: Data = row["ledger_sum"]
        guard let sum = data.withUnsafeBytes({ LedgerSum(bytes: $0) }) else {
            throw StoreError(
                .damaged, "the ledger digest of source '\(source)' is damaged",
                hint: "restore the store from a copy, or move it away and import again")
        }
        state.sum = sum
        state.revision = row["revision"]
        return (row["position"], state)
    }
}
