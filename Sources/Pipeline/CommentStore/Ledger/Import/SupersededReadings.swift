internal import Foundation
internal import GRDB

/// Which readings count no more, and which comments only they held.
struct SupersededReadings {
    private let database: Database

    init(_ database: Database) throws { self.database = database }

    /// Commits of readings whose place others have taken.
    static func commits(of source: String, _ database: Database) throws -> Set<Int64> {
        try Set(
            Int64.fetchAll(
                database,
                sql: "SELECT position FROM imported_file WHERE source = ? AND superseded IS NOT NULL",
                arguments: [source]))
    }

    /// The comments of a reading.
    func members(of position: Int64) throws -> CommentSet {
        let data = try Data.fetchOne(
            database, sql: "SELECT members FROM imported_file WHERE position = ?", arguments: [position])
        if let data, let members = CommentSet(bytes: data) { return members }
        return CommentSet(
            try Int64.fetchAll(
                database,
                sql: """
                    SELECT comment FROM vote WHERE ledger_commit = ?1
                    UNION SELECT comment FROM sighting WHERE ledger_commit = ?1 ORDER BY comment
                    """, arguments: [position]))
    }

    /// The comments of replaced readings that another set lacks: those that no reading of the source which counts holds, and
    /// the others.
    func comments(
        of replaced: [Int64], in source: String, butFor kept: CommentSet
    ) throws -> (alone: [Int64], shared: [Int64]) {
        var candidates: Set<Int64> = []
        for position in replaced {
            for comment in try members(of: position).ids where !kept.contains(comment) {
                candidates.insert(comment)
            }
        }
        if candidates.isEmpty { return ([], []) }
        var shared: Set<Int64> = []
        let others = try Row.fetchAll(
            database,
            sql: """
                SELECT position, members IS NULL AS is_unknown FROM imported_file
                WHERE source = ? AND superseded IS NULL
                """, arguments: [source])
        var unknown: Set<Int64> = []
        for other in others {
            let position: Int64 = other["position"]
            if replaced.contains(position) { continue }
            if other["is_unknown"] {
                unknown.insert(position)
                continue
            }
            let members = try members(of: position)
            for comment in candidates where members.contains(comment) { shared.insert(comment) }
            candidates.subtract(shared)
            if candidates.isEmpty { break }
        }
        for comment in candidates where try isIn(unknown, comment) { shared.insert(comment) }
        return (candidates.subtracting(shared).sorted(), shared.sorted())
    }

    /// Whether a comment has rows of these commits.
    private func isIn(_ commits: Set<Int64>, _ comment: Int64) throws -> Bool {
        if commits.isEmpty { return false }
        let own = try Int64.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT ledger_commit FROM vote WHERE comment = ?1
                    UNION SELECT ledger_commit FROM sighting WHERE comment = ?1
                    """), arguments: [comment])
        return own.contains { commits.contains($0) }
    }

    /// Whether a reading has a comment in common with others.
    func overlap(_ one: Int64, _ others: [Int64]) throws -> Bool {
        let members = try members(of: one)
        return try others.contains { try members.overlaps(self.members(of: $0)) }
    }
}
