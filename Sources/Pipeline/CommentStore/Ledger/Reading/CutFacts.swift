internal import GRDB
internal import StoreFile
internal import Synchronization
internal import VoteModel

/// What has to be known of a cut before any of its rows can be read, and that takes a pass over what was ever edited or
/// removed to find out.
struct CutFacts: Sendable {
    let comments: CutComments
    /// Comments that were removed by the time of the cut.
    let removed: Set<Int64>
    /// Comments that the cut does not show though it covers them: forgotten, or in no reading that counts then.
    let hidden: Set<Int64>
    /// Comments whose row says something else than what the cut shows.
    let older: Set<Int64>
    /// Which version is shown of each comment that has several, in rising order of comments.
    let editions: [Edition]

    init(_ cut: LedgerCut, _ database: Database) throws {
        let asOf = cut.asOf ?? .max
        comments = try CutComments(cut, database)
        let absent = try AbsentComments(upTo: cut.position, asOf: asOf, database)
        removed = absent.removed
        hidden = absent.hidden.union(try ForgottenComments.ids(database))
        (editions, older) = try Self.versions(upTo: cut.position, asOf: asOf, database)
    }

    /// What comments with several versions said by then, and which of them say something else now.
    private static func versions(
        upTo position: Int64, asOf: Int64, _ database: Database
    ) throws -> (shown: [Edition], older: Set<Int64>) {
        let rows = try SQLStatement(
            """
            SELECT comment, observed_at, ledger_commit, text_hash, article FROM comment_version
            ORDER BY comment, observed_at, ledger_commit
            """, database)
        var shown: [Edition] = []
        var older: Set<Int64> = []
        while try rows.step() {
            let comment = rows.int64(0)
            guard rows.int64(1) <= asOf, rows.int64(2) <= position else {
                older.insert(comment)
                continue
            }
            var identity = UInt64(bitPattern: rows.int64(3))
            identity ^= UInt64(bitPattern: rows.int64(4)) &* 0x9e37_79b9_7f4a_7c15
            identity ^= UInt64(bitPattern: rows.int64(1)) &* 0xbf58_476d_1ce4_e5b9
            if shown.last?.comment == comment { shown.removeLast() }
            shown.append(Edition(comment: comment, identity: identity))
        }
        return (shown, older)
    }
}

/// The comments that a cut covers: those that its sources had at its position.
struct CutComments: Sendable {
    /// Comments up to this id existed at the cut.
    let last: Int64
    /// Runs of ids that came with one source, ascending; the index into the cut's sources, or `nil` for a source outside.
    let ranges: [(last: Int64, source: Int?)]

    init(_ cut: LedgerCut, _ database: Database) throws {
        last = try Self.last(upTo: cut.position, database)
        var ranges: [(last: Int64, source: Int?)] = []
        let commits = try Row.fetchCursor(
            database,
            sql: "SELECT source, last_comment FROM imported_file WHERE position <= ? ORDER BY position",
            arguments: [cut.position])
        while let commit = try commits.next() {
            let name: String = commit[0]
            let source = cut.sources.firstIndex { $0.utf8.elementsEqual(name.utf8) }
            if let last = ranges.last, last.source == source {
                ranges[ranges.count - 1].last = commit[1]
            } else {
                ranges.append((commit[1], source))
            }
        }
        self.ranges = ranges
    }

    static func last(upTo position: Int64, _ database: Database) throws -> Int64 {
        try Int64.fetchOne(
            database,
            sql: "SELECT last_comment FROM imported_file WHERE position <= ? ORDER BY position DESC LIMIT 1",
            arguments: [position]) ?? 0
    }

    /// The source of a comment; `nil` where the cut does not cover it.
    func source(of comment: Int64) -> Int? {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].last < comment { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count ? ranges[low].source : nil
    }

    var ids: [ClosedRange<Int64>] {
        var ids: [ClosedRange<Int64>] = []
        var first: Int64 = 1
        for range in ranges {
            defer { first = max(first, range.last + 1) }
            guard range.source != nil, range.last >= first else { continue }
            if let last = ids.last, last.upperBound + 1 == first {
                ids[ids.count - 1] = last.lowerBound...range.last
            } else {
                ids.append(first...range.last)
            }
        }
        return ids
    }
}

/// The facts of the last few cuts that were read. A night reads two, a dozen times each.
///
/// Whatever alters the ledger is a ledger commit, so that facts hold as long as the last position is the same.
final class CutCache: Sendable {
    private struct Entry {
        var cut: LedgerCut
        var lastPosition: Int64
        var facts: CutFacts
    }

    private static let limit = 4
    private let entries = Mutex<[Entry]>([])

    /// - Parameter database: a connection that only reads; one that writes may be within a commit.
    func facts(of cut: LedgerCut, _ database: Database) throws -> CutFacts {
        guard database.configuration.readonly else { return try CutFacts(cut, database) }
        let last = try Int64.fetchOne(database, sql: "SELECT max(position) FROM imported_file") ?? 0
        var cut = cut
        cut.position = min(cut.position, last)
        let known = entries.withLock { entries in
            entries.first { $0.lastPosition == last && $0.cut.covers(theSameAs: cut) }?.facts
        }
        if let known { return known }
        let facts = try CutFacts(cut, database)
        entries.withLock { entries in
            entries.insert(Entry(cut: cut, lastPosition: last, facts: facts), at: 0)
            if entries.count > Self.limit { entries.removeLast() }
        }
        return facts
    }
}

extension LedgerCut {
    fileprivate func covers(theSameAs other: LedgerCut) -> Bool {
        position == other.position && asOf == other.asOf && sources.count == other.sources.count
            && zip(sources, other.sources).allSatisfy { $0.utf8.elementsEqual($1.utf8) }
    }
}
