internal import StageKit

/// The rows of one promoted set.
struct LabelRows {
    private struct Label: Equatable {
        var code: Int32
        var up: Int32
        var down: Int32
    }

    private let promotion: Int64
    private let store: any StoreWriter

    init(promotion: Int64, _ store: any StoreWriter) {
        self.promotion = promotion
        self.store = store
    }

    /// Writes what differs from the rows that are there, those of the set `live`. Where the set does not say what that
    /// is, both are walked through in the order of comment ids.
    func replace(_ live: String?, with set: LabelSetRecord) throws {
        let rows: LabelSetRows
        let (stale, changed): ([Int64], [Int])
        if let delta = set.delta, delta.base == live {
            rows = delta.changed
            (stale, changed) = (delta.gone, Array(0..<rows.count))
        } else {
            rows = try set.rows()
            (stale, changed) = try difference(to: rows)
        }
        let delete = try store.statement("DELETE FROM label WHERE promotion = ?1 AND comment = ?2")
        delete.bind(1, promotion)
        for comment in stale {
            delete.bind(2, comment)
            try delete.run()
        }
        // Rows that are there cannot be replaced many at a time without SQLite keeping what it takes to undo half a
        // statement, each page that it changes, in its own file.
        let last = try store.integer(
            "SELECT max(comment) FROM label WHERE promotion = ?", .integer(promotion))
        let there = changed.prefix { rows.comments[$0] <= last ?? 0 }
        try update(there, of: rows)
        try insert(Array(changed[there.endIndex...]), of: rows)
    }

    /// Writes rows among those that are there.
    private func update(_ rows: ArraySlice<Int>, of set: LabelSetRows) throws {
        let update = try store.statement(
            """
            UPDATE OR FAIL label SET code = ?3, up = ?4, down = ?5 WHERE promotion = ?1 AND comment = ?2
            """)
        update.bind(1, promotion)
        var missing: [Int] = []
        for row in rows {
            bind(row, of: set, to: update, 0)
            try update.run()
            if update.changes == 0 { missing.append(row) }
        }
        try insert(missing, of: set)
    }

    private func insert(_ rows: [Int], of set: LabelSetRows) throws {
        let labels = try store.inserts(
            into: "label(promotion, comment, code, up, down)", columns: 5, or: "FAIL")
        labels.share { statement, start in statement.bind(start + 1, promotion) }
        try labels.insert(rows: rows.count) { statement, start, index in
            bind(rows[index], of: set, to: statement, start)
        }
    }

    /// Binds all but the promotion.
    private func bind(_ row: Int, of set: LabelSetRows, to statement: any StoreStatement, _ start: Int32) {
        statement.bind(start + 2, set.comments[row])
        statement.bind(start + 3, Int32(set.labels[row]))
        statement.bind(start + 4, set.ups[row])
        statement.bind(start + 5, set.downs[row])
    }

    private func difference(to set: LabelSetRows) throws -> (stale: [Int64], changed: [Int]) {
        var stale: [Int64] = []
        var changed: [Int] = []
        var row = 0
        let known = try store.statement(
            "SELECT comment, code, up, down FROM label WHERE promotion = ?1 ORDER BY comment")
        known.bind(1, promotion)
        while try known.step() {
            let comment = known.int64(0)
            while row < set.comments.count, set.comments[row] < comment {
                changed.append(row)
                row += 1
            }
            guard row < set.comments.count, set.comments[row] == comment else {
                stale.append(comment)
                continue
            }
            let old = Label(code: known.int32(1), up: known.int32(2), down: known.int32(3))
            let new = Label(code: Int32(set.labels[row]), up: set.ups[row], down: set.downs[row])
            if old != new { changed.append(row) }
            row += 1
        }
        changed += Array(row..<max(row, set.comments.count))
        return (stale, changed)
    }
}
