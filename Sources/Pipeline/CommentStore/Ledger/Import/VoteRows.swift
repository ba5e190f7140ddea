internal import GRDB
internal import StoreFile

/// Writes rows of `vote`, many at a time.
final class VoteRows {
    private struct Waiting {
        var comment: Int64
        var observation: Observation
    }

    private let bulk: BulkInsert
    private var waiting: [Waiting] = []
    /// Rows so far, written or not.
    private(set) var count = 0

    init(commit: Int64, database: Database) throws {
        bulk = try BulkInsert(
            into: "vote(comment, observed_at, ledger_commit, up, down, replies)", columns: 6, width: 64,
            database)
        bulk.share { statement, start in statement.bind(start + 3, commit) }
        waiting.reserveCapacity(bulk.width)
    }

    func add(_ observation: Observation, of comment: Int64) throws {
        waiting.append(Waiting(comment: comment, observation: observation))
        count += 1
        if waiting.count == bulk.width { try flush() }
    }

    /// Writes what waits; before somebody reads the table.
    func flush() throws {
        try bulk.insert(waiting.count) { [waiting] statement, start, index in
            let (comment, observation) = (waiting[index].comment, waiting[index].observation)
            statement.bind(start + 1, comment)
            statement.bind(start + 2, observation.moment)
            statement.bind(start + 4, observation.up)
            statement.bind(start + 5, observation.down)
            statement.bind(start + 6, observation.replies)
        }
        waiting.removeAll(keepingCapacity: true)
    }
}
