internal import GRDB
internal import StageKit

extension RunStore {
    /// Results that a stage made in a pipeline, the latest first.
    /// - Parameter limit: at most this many.
    package func earlierResults(pipeline: String, stage: String, limit: Int) throws -> [StoredResult] {
        let numbers = try read { database in
            try Int64.fetchAll(
                database,
                sql: """
                    SELECT id FROM stage_run WHERE pipeline = ? AND stage = ? AND verdict = 'ran'
                    ORDER BY id DESC LIMIT ?
                    """, arguments: [pipeline, stage, limit])
        }
        return try numbers.compactMap { try result(stageRun: $0) }
    }
}
