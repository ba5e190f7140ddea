internal import GRDB
import StageKit
internal import StoreFile
package import VoteModel

/// A split family's rows in `split_member` are of two kinds. Groups have a key with their source first, which is never
/// empty. Comments that were kept on a side have a colon and their number in its place, such as `:4711`.
package struct StoreSplits: SplitMemory {
    private let base: StoreDatabase

    init(_ base: StoreDatabase) {
        self.base = base
    }

    /// SQL that separates the rows of groups from those of kept comments.
    private static let isGroup = "(group_key < ':' OR group_key >= ';')"

    package func splitFamily(salt: String) throws -> SplitFamily? {
        try base.reading { database in
            guard
                let family = try Row.fetchOne(
                    database, sql: "SELECT rule FROM split_family WHERE salt = ?",
                    arguments: [salt])
            else { return nil }
            var sides: [[UInt8]: String] = [:]
            let members = try SQLStatement(
                "SELECT group_key, side FROM split_member WHERE salt = ?1 AND \(Self.isGroup)", database)
            let saltText = PinnedText(salt)
            members.bind(1, text: saltText.bytes)
            while try members.step() {
                sides[Array(members.bytes(0))] = String(decoding: members.bytes(1), as: UTF8.self)
            }
            withExtendedLifetime(saltText) {}
            return SplitFamily(rule: family["rule"], sides: sides)
        }
    }

    package func keptInSplit(salt: String) throws -> [SplitKept] {
        try base.reading { database in
            var dates: [Int64: String] = [:]
            for row in try Row.fetchAll(database, sql: "SELECT number, date FROM run") {
                dates[row[0]] = row[1]
            }
            let members = try SQLStatement(
                """
                SELECT CAST(substr(group_key, 2) AS INTEGER) AS comment, side, run FROM split_member
                WHERE salt = ?1 AND group_key >= ':' AND group_key < ';' ORDER BY run, comment
                """, database)
            let saltText = PinnedText(salt)
            members.bind(1, text: saltText.bytes)
            var kept: [SplitKept] = []
            while try members.step() {
                kept.append(
                    SplitKept(
                        comment: members.int64(0),
                        side: String(decoding: members.bytes(1), as: UTF8.self),
                        date: dates[members.int64(2)] ?? ""))
            }
            withExtendedLifetime(saltText) {}
            return kept
        }
    }

    package func splitLabels(salt: String, upTo date: String?) throws -> [SplitLabel] {
        try base.reading { database in
            // Beside max(), SQLite gives the other columns of the row that has it.
            let rows = try SQLStatement(
                """
                SELECT comment, max(date), code, up, down FROM split_label
                WHERE salt = ?1 AND date <= ?2 GROUP BY comment ORDER BY comment
                """, database)
            let texts = (PinnedText(salt), PinnedText(date ?? "9999-12-31"))
            rows.bind(1, text: texts.0.bytes)
            rows.bind(2, text: texts.1.bytes)
            var labels: [SplitLabel] = []
            while try rows.step() {
                labels.append(
                    SplitLabel(
                        comment: rows.int64(0), date: String(decoding: rows.bytes(1), as: UTF8.self),
                        label: rows.isNull(2) ? nil : UInt8(rows.int32(2)), up: rows.int32(3),
                        down: rows.int32(4)))
            }
            withExtendedLifetime(texts) {}
            return labels
        }
    }
}
