internal import GRDB
internal import StageKit
internal import StoreFile
internal import VoteModel

/// Where a change comes from.
struct ChangePlace {
    /// Number of the run.
    var run: Int64
    var pipeline: String
    var stage: String
    /// Whether the run only tries what labels would be.
    var isTrial = false
}

extension RunStore {
    func apply(_ change: StoreChange, at place: ChangePlace, _ database: Database) throws {
        switch change {
        case .labelSet(let record): try register(record, at: place, database)
        case .splitMembers(let record): try add(record, at: place, database)
        case .sampleMembers(let comments): try list(comments, at: place, database)
        }
    }

    private func register(_ set: LabelSetRecord, at place: ChangePlace, _ database: Database) throws {
        try database.execute(
            sql: """
                INSERT OR IGNORE INTO label_set(id, pipeline, rule, clean, sources, ledger_position, ledger_digest,
                    as_of, counts, run, created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                set.id, place.pipeline, set.rule.canonicalText, set.clean.canonicalText,
                JSONValue.array(set.cut.sources.map(JSONValue.string)).canonicalText, set.cut.position,
                set.cut.digest, set.cut.asOf,
                JSONValue.object(set.counts.mapValues(JSONValue.integer)).canonicalText, place.run,
                clock.timestamp(),
            ])
        let promoted = try String.fetchOne(
            database, sql: "SELECT label_set FROM promotion WHERE pipeline = ?", arguments: [place.pipeline])
        if promoted != nil, place.isTrial { return }
        try promote(set, at: place, database)
    }

    /// Makes a set the live one of its pipeline.
    func promote(_ set: LabelSetRecord, at place: ChangePlace, _ database: Database) throws {
        let live = try String.fetchOne(
            database, sql: "SELECT label_set FROM promotion WHERE pipeline = ?", arguments: [place.pipeline])
        if live == set.id { return }
        try database.execute(
            sql: """
                INSERT INTO promotion(pipeline, label_set, run, promoted_at) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT (pipeline) DO UPDATE
                SET previous = label_set, label_set = ?2, run = ?3, promoted_at = ?4
                """, arguments: [place.pipeline, set.id, place.run, clock.timestamp()])
        let number = try Int64.fetchOne(
            database, sql: "SELECT number FROM promotion WHERE pipeline = ?", arguments: [place.pipeline])
        guard let number else { throw StoreError(.damaged, "\(path): the promoted label set was not kept") }
        try LabelRows(promotion: number, database).replace(live, with: set)
    }

    private func add(_ family: SplitFamilyRecord, at place: ChangePlace, _ database: Database) throws {
        try database.execute(
            sql:
                "INSERT OR IGNORE INTO split_family(salt, group_by, rule, run, created_at) VALUES (?, ?, ?, ?, ?)",
            arguments: [
                family.salt, family.groupBy, family.rule.canonicalText, place.run, clock.timestamp(),
            ])
        let members = try BulkInsert(
            into: "split_member(salt, group_key, side, run)", columns: 4, width: 64, or: "IGNORE", database)
        let salt = StableText(family.salt)
        members.share { statement, start in
            statement.bind(start + 1, text: salt.bytes)
            statement.bind(start + 4, place.run)
        }
        let (groups, sides) = (family.groups.map { StableText($0) }, family.sides.map { StableText($0) })
        try members.insert(groups.count) { statement, start, index in
            statement.bind(start + 2, text: groups[index].bytes)
            statement.bind(start + 3, text: sides[index].bytes)
        }
        withExtendedLifetime((salt, sides, groups)) {}
        try add(family.labels, ofSalt: family.salt, database)
    }

    private func add(_ labels: [SplitLabel], ofSalt salt: String, _ database: Database) throws {
        if labels.isEmpty { return }
        let rows = try BulkInsert(
            into: "split_label(salt, comment, date, code, up, down)", columns: 6, width: 64, or: "REPLACE",
            database)
        let salt = StableText(salt)
        rows.share { statement, start in statement.bind(start + 1, text: salt.bytes) }
        let dates = Dictionary(
            uniqueKeysWithValues: Set(labels.map(\.date)).map { ($0, StableText($0)) })
        try rows.insert(labels.count) { statement, start, index in
            let label = labels[index]
            statement.bind(start + 2, label.comment)
            if let date = dates[label.date] { statement.bind(start + 3, text: date.bytes) }
            if let code = label.label {
                statement.bind(start + 4, Int32(code))
            } else {
                statement.bindNull(start + 4)
            }
            statement.bind(start + 5, label.up)
            statement.bind(start + 6, label.down)
        }
        withExtendedLifetime((salt, dates)) {}
    }

    private func list(_ comments: [Int64], at place: ChangePlace, _ database: Database) throws {
        let known = try Int64.fetchAll(
            database,
            sql: "SELECT comment FROM sample_member WHERE pipeline = ? AND stage = ? ORDER BY position",
            arguments: [place.pipeline, place.stage])
        if known == comments { return }
        try database.execute(
            sql: "DELETE FROM sample_member WHERE pipeline = ? AND stage = ?",
            arguments: [place.pipeline, place.stage])
        let members = try BulkInsert(
            into: "sample_member(pipeline, stage, position, comment)", columns: 4, width: 64, database)
        let texts = (StableText(place.pipeline), StableText(place.stage))
        members.share { statement, start in
            statement.bind(start + 1, text: texts.0.bytes)
            statement.bind(start + 2, text: texts.1.bytes)
        }
        try members.insert(comments.count) { statement, start, index in
            statement.bind(start + 3, Int64(index))
            statement.bind(start + 4, comments[index])
        }
        withExtendedLifetime(texts) {}
    }
}

/// The rows of one promoted set.
private struct LabelRows {
    private struct Label: Equatable {
        var code: Int32
        var up: Int32
        var down: Int32
    }

    private let promotion: Int64
    private let database: Database

    init(promotion: Int64, _ database: Database) {
        self.promotion = promotion
        self.database = database
    }

    /// Writes what differs from the rows that are there, those of the set `live`. Where the set does not say what that
    /// is, both are walked through in the order of comment ids.
    func replace(_ live: String?, with set: LabelSetRecord) throws {
        var (stale, changed): ([Int64], [Int]) = ([], [])
        if let delta = set.delta, delta.base == live {
            (stale, changed) = (delta.gone, delta.changed)
        } else {
            (stale, changed) = try difference(to: set)
        }
        let delete = try SQLStatement("DELETE FROM label WHERE promotion = ?1 AND comment = ?2", database)
        delete.bind(1, promotion)
        for comment in stale {
            delete.bind(2, comment)
            try delete.run()
        }
        // Rows that are there cannot be replaced many at a time without SQLite keeping what it takes to undo half a
        // statement, each page that it changes, in a file of its own.
        let last = try Int64.fetchOne(
            database, sql: "SELECT max(comment) FROM label WHERE promotion = ?", arguments: [promotion])
        let there = changed.prefix { set.comments[$0] <= last ?? 0 }
        try update(there, of: set)
        try insert(Array(changed[there.endIndex...]), of: set)
    }

    /// Writes rows among those that are there.
    private func update(_ rows: ArraySlice<Int>, of set: LabelSetRecord) throws {
        let update = try SQLStatement(
            """
            UPDATE OR FAIL label SET code = ?3, up = ?4, down = ?5 WHERE promotion = ?1 AND comment = ?2
            """, database)
        update.bind(1, promotion)
        var missing: [Int] = []
        for row in rows {
            bind(row, of: set, to: update, 0)
            try update.run()
            if update.changes == 0 { missing.append(row) }
        }
        try insert(missing, of: set)
    }

    private func insert(_ rows: [Int], of set: LabelSetRecord) throws {
        let labels = try BulkInsert(
            into: "label(promotion, comment, code, up, down)", columns: 5, width: 64, database)
        labels.share { statement, start in statement.bind(start + 1, promotion) }
        try labels.insert(rows.count) { statement, start, index in
            bind(rows[index], of: set, to: statement, start)
        }
    }

    /// Binds all but the promotion.
    private func bind(_ row: Int, of set: LabelSetRecord, to statement: SQLStatement, _ start: Int32) {
        statement.bind(start + 2, set.comments[row])
        statement.bind(start + 3, Int32(set.labels[row]))
        statement.bind(start + 4, set.ups[row])
        statement.bind(start + 5, set.downs[row])
    }

    private func difference(to set: LabelSetRecord) throws -> (stale: [Int64], changed: [Int]) {
        var stale: [Int64] = []
        var changed: [Int] = []
        var row = 0
        let known = try SQLStatement(
            "SELECT comment, code, up, down FROM label WHERE promotion = ?1 ORDER BY comment", database)
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
