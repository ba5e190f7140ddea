internal import GRDB
public import VoteModel

/// A split family's rows in `split_member` are of two kinds. Groups have a key with their source first, which is never
/// empty. Comments that were kept on a side have a colon and their number in its place, such as `:4711`.
extension StoreLedger {
    /// SQL that tells the rows of groups from those of kept comments.
    static let isGroup = "(group_key < ':' OR group_key >= ';')"

    public func keptInSplit(salt: String) throws -> [SplitKept] {
        try mappingErrors {
            try pool.unsafeReentrantRead { database in
                var dates: [Int64: String] = [:]
                for row in try Row.fetchAll(database, sql: "SELECT number, date FROM run") {
                    dates[row[0]] = row[1]
                }
                let members = try Statement(
                    """
                    SELECT CAST(substr(group_key, 2) AS INTEGER) AS comment, side, run FROM split_member
                    WHERE salt = ?1 AND group_key >= ':' AND group_key < ';' ORDER BY run, comment
                    """, database)
                let saltText = StableText(salt)
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
    }
}
