internal import GRDB
package import StageKit

extension RunStore {
    /// The rule that stands under a decision's name, as it was written; `nil` if there is none.
    package func standingRule(of decision: any StandingDecision) throws -> String? {
        let tables = decision.tables
        return try read { database in
            try String.fetchOne(
                database, sql: "SELECT rule FROM \"\(tables.table)\" WHERE \"\(tables.name)\" = ?",
                arguments: [decision.name])
        }
    }

    /// Gives up what stands under a decision's name, so that the name can be used for another one.
    package func remove(_ decision: any StandingDecision) throws {
        let tables = decision.tables
        try write(durably: true) { database in
            for table in tables.details + [tables.table] {
                try database.execute(
                    sql: "DELETE FROM \"\(table)\" WHERE \"\(tables.name)\" = ?", arguments: [decision.name])
            }
        }
    }
}
