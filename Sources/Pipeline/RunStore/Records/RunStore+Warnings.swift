internal import GRDB

extension RunStore {
    /// Adds what was warned of after the record of a stage was written.
    package func add(_ warnings: [StageWarning], toStageRun number: Int64) throws {
        if warnings.isEmpty { return }
        try write { database in
            guard
                let row = try Row.fetchOne(
                    database, sql: "SELECT warnings FROM stage_run WHERE id = ?", arguments: [number])
            else { return }
            let known = try StageWarning.list(row)
            let all = known + warnings.filter { !known.contains($0) }
            try database.execute(
                sql: "UPDATE stage_run SET warnings = ? WHERE id = ?",
                arguments: [StageWarning.json(all).canonicalText, number])
        }
    }

    /// What stands in place of a message that was removed.
    static let removedMessage = "removed by forget, for it may have quoted a comment"

    /// Removes what the stages of earlier runs said in words of their own, which may quote comments: their warnings, and
    /// why they failed or could not be looked at. Warnings and refusals of checks, which tell figures, and those about
    /// files stay.
    ///
    /// - Returns: how many messages these were.
    package func removeMessagesWithTexts() throws -> Int {
        try write { database in
            var removed = 0
            let rows = try Row.fetchAll(
                database, sql: "SELECT id, warnings FROM stage_run WHERE warnings <> '[]'")
            for row in rows {
                let warnings = try StageWarning.list(row)
                let kept = warnings.filter { $0.origin != .stage }
                if kept.count == warnings.count { continue }
                removed += warnings.count - kept.count
                try database.execute(
                    sql: "UPDATE stage_run SET warnings = ? WHERE id = ?",
                    arguments: [StageWarning.json(kept).canonicalText, row["id"] as Int64])
            }
            try database.execute(
                sql: """
                    UPDATE stage_run SET message = ?1
                    WHERE message <> ?1 AND (
                        verdict IN ('failed', 'interrupted')
                        OR verdict = 'skipped' AND instr(message, 'cannot be looked at') > 0)
                    """, arguments: [Self.removedMessage])
            return removed + database.changesCount
        }
    }
}
