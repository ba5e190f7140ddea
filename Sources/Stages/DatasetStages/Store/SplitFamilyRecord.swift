package import StageKit

/// First assignments of a split rule: which side each group is on, for good.
package struct SplitFamilyRecord: Hashable, Sendable {
    package var salt: String
    /// `article`, `comment`, `author` or `time`.
    package var groupBy: String
    /// Shares or cut dates, as written.
    package var rule: JSONValue
    /// Group keys and the side of each; parallel arrays.
    package var groups: [String]
    package var sides: [String]
    /// Where the labels of comments, or whether they are on a side, differ from what the family has of them.
    package var labels: [SplitLabel]

    package init(
        salt: String, groupBy: String, rule: JSONValue, groups: [String], sides: [String],
        labels: [SplitLabel] = []
    ) {
        self.salt = salt
        self.groupBy = groupBy
        self.rule = rule
        self.groups = groups
        self.sides = sides
        self.labels = labels
    }
}

extension SplitFamilyRecord: StoreChange {
    /// Adds the assignments. Groups already there keep their side.
    package func apply(to store: any StoreWriter) throws {
        try store.run(
            "INSERT OR IGNORE INTO split_family(salt, group_by, rule, run, created_at) VALUES (?, ?, ?, ?, ?)",
            .text(salt), .text(groupBy), .text(rule.canonicalText), .integer(store.origin.run),
            .text(store.timestamp()))
        let members = try store.inserts(
            into: "split_member(salt, group_key, side, run)", columns: 4, or: "IGNORE")
        members.share { statement, start in
            statement.bind(start + 1, text: salt)
            statement.bind(start + 4, store.origin.run)
        }
        try members.insert(rows: groups.count) { statement, start, index in
            statement.bind(start + 2, text: groups[index])
            statement.bind(start + 3, text: sides[index])
        }
        if labels.isEmpty { return }
        let rows = try store.inserts(
            into: "split_label(salt, comment, date, code, up, down)", columns: 6, or: "REPLACE")
        rows.share { statement, start in statement.bind(start + 1, text: salt) }
        try rows.insert(rows: labels.count) { statement, start, index in
            let label = labels[index]
            statement.bind(start + 2, label.comment)
            statement.bind(start + 3, text: label.date)
            if let code = label.label {
                statement.bind(start + 4, Int32(code))
            } else {
                statement.bindNull(start + 4)
            }
            statement.bind(start + 5, label.up)
            statement.bind(start + 6, label.down)
        }
    }
}
