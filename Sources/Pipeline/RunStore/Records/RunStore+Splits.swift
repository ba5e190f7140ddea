internal import GRDB

extension RunStore {
    /// The rule of a salt, as canonical JSON; `nil` while it has none.
    package func splitRule(salt: String) throws -> String? {
        try read { database in
            try String.fetchOne(
                database, sql: "SELECT rule FROM split_family WHERE salt = ?", arguments: [salt])
        }
    }

    /// Forgets a salt's rule and which side every group was put on, so that the salt can be used for another split.
    package func removeSplitFamily(salt: String) throws {
        try write(durably: true) { database in
            for table in ["split_label", "split_member", "split_family"] {
                try database.execute(sql: "DELETE FROM \(table) WHERE salt = ?", arguments: [salt])
            }
        }
    }
}
