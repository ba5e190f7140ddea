internal import GRDB
package import StageKit
internal import StoreFile

/// Reads the tables that kinds have for themselves.
package struct StoreRows: KindRows {
    private let base: StoreDatabase

    init(_ base: StoreDatabase) {
        self.base = base
    }

    package func read(_ queries: (any StoreQueries) throws -> Void) throws {
        try base.reading { try queries(Queries(database: $0)) }
    }

    private struct Queries: StoreQueries {
        let database: Database

        func rows(_ sql: String, _ values: [StoreValue], _ body: (any StoreStatement) throws -> Void) throws {
            let statement = try SQLStatement(sql, database)
            statement.bind(values)
            while try statement.step() { try body(statement) }
        }
    }
}
