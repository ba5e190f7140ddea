package import StageKit

/// What split families have kept in the store from run to run.
///
/// A family's rows in `split_member` are of two kinds. Groups have a key with their source first, which is never empty.
/// Comments that were kept on a side have a colon and their number in its place, such as `:4711`.
package struct SplitMemory {
    private let rows: any KindRows

    package init(_ rows: any KindRows) {
        self.rows = rows
    }

    /// SQL that separates the rows of groups from those of kept comments.
    private static let isGroup = "(group_key < ':' OR group_key >= ';')"

    private static func before(_ stageRun: Int64?) -> String {
        stageRun.map { " AND run < (SELECT run FROM stage_run WHERE id = \($0))" } ?? ""
    }

    /// The sides that groups already have in a split family, by group key.
    /// - Parameter stageRun: only what was decided before the run with this stage run; `nil` for all.
    /// - Returns: `nil` when there is no such family yet.
    package func family(salt: String, before stageRun: Int64? = nil) throws -> SplitFamily? {
        var family: SplitFamily?
        try rows.read { store in
            try store.rows("SELECT rule FROM split_family WHERE salt = ?", [.text(salt)]) { row in
                family = SplitFamily(rule: row.text(0), sides: [:])
            }
            if family == nil { return }
            var sides: [[UInt8]: String] = [:]
            try store.rows(
                "SELECT group_key, side FROM split_member WHERE salt = ? AND \(Self.isGroup)\(Self.before(stageRun))",
                [.text(salt)]
            ) { sides[Array($0.text(0).utf8)] = $0.text(1) }
            family?.sides = sides
        }
        return family
    }

    /// The comments that a split family has kept so far, in the order in which it first did: by run, and within one by
    /// id.
    /// - Parameter stageRun: only what was kept before the run with this stage run; `nil` for all.
    package func kept(salt: String, before stageRun: Int64? = nil) throws -> [SplitKept] {
        var kept: [SplitKept] = []
        try rows.read { store in
            var dates: [Int64: String] = [:]
            try store.rows("SELECT number, date FROM run", []) { dates[$0.int64(0)] = $0.text(1) }
            try store.rows(
                """
                SELECT CAST(substr(group_key, 2) AS INTEGER) AS comment, side, run FROM split_member
                WHERE salt = ? AND group_key >= ':' AND group_key < ';'\(Self.before(stageRun)) ORDER BY run, comment
                """, [.text(salt)]
            ) {
                kept.append(
                    SplitKept(comment: $0.int64(0), side: $0.text(1), date: dates[$0.int64(2)] ?? ""))
            }
        }
        return kept
    }

    /// What a split family's comments were on their sides with at the end of a day, in the order of ids: of each comment
    /// the latest record by then.
    /// - Parameter date: `YYYY-MM-DD`; `nil` for the latest of all.
    package func labels(salt: String, upTo date: String?) throws -> [SplitLabel] {
        var labels: [SplitLabel] = []
        try rows.read { store in
            // Beside max(), SQLite gives the other columns of the row that has it.
            try store.rows(
                """
                SELECT comment, max(date), code, up, down FROM split_label
                WHERE salt = ? AND date <= ? GROUP BY comment ORDER BY comment
                """, [.text(salt), .text(date ?? "9999-12-31")]
            ) { row in
                labels.append(
                    SplitLabel(
                        comment: row.int64(0), date: row.text(1),
                        label: row.isNull(2) ? nil : UInt8(row.int32(2)), up: row.int32(3),
                        down: row.int32(4)))
            }
        }
        return labels
    }
}

extension StageContext {
    /// What split families have kept.
    var splits: SplitMemory { get throws(StageError) { SplitMemory(try kindRows) } }
}
