package import GRDB

/// A store's tables and their migrations: append-only steps, assembled from those of its parts.
package struct StoreSchema: Sendable {
    /// What a part of the store does in a step.
    package enum Part: Sendable {
        case sql(String)
        /// What SQL alone cannot do.
        case work(@Sendable (Database) throws -> Void)

        fileprivate func apply(to database: Database) throws {
            switch self {
            case .sql(let sql): try database.execute(sql: sql)
            case .work(let body): try body(database)
            }
        }
    }

    package struct Step: Sendable {
        /// Kept in the store; never altered.
        package let name: String
        package let parts: [Part]

        package init(_ name: String, _ parts: [Part]) {
            self.name = name
            self.parts = parts
        }
    }

    private let steps: [Step]
    /// What a new store says before anything is in it.
    package let begin: @Sendable (Database) throws -> Void

    package init(steps: [Step], begin: @escaping @Sendable (Database) throws -> Void) {
        self.steps = steps
        self.begin = begin
    }

    /// Number of steps; `user_version` in the file's header.
    package var version: Int { steps.count }

    /// Takes a store of any version to the present one.
    package var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        for (index, step) in steps.enumerated() {
            migrator.registerMigration(step.name) { database in
                for part in step.parts { try part.apply(to: database) }
                try database.execute(sql: "PRAGMA user_version = \(index + 1)")
            }
        }
        return migrator
    }
}
