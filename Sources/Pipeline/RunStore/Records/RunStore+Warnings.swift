internal import GRDB

extension RunStore {
    /// Adds what was warned of after the record of a stage was written.
    public func add(_ warnings: [StageWarning], toStageRun number: Int64) throws {
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
}
