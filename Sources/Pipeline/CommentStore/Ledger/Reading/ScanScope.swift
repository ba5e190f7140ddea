internal import GRDB
internal import StoreFile
internal import VoteModel

/// What a cut lets its readers see.
struct ScanScope {
    let cut: LedgerCut
    /// Comments up to this id existed at the cut.
    let lastComment: Int64
    let asOf: Int64
    /// Names of the cut's sources.
    let sources: [PinnedText]
    /// Runs of ids that came with one source, ascending; the index into `sources`, or `nil` for a source outside.
    private let ranges: [(last: Int64, source: Int?)]
    /// Comments that were removed by the time of the cut.
    let removed: Set<Int64>
    /// Comments that nobody is shown any more, whatever the cut.
    let forgotten: Set<Int64>
    /// Comments that the cut does not show though it covers them: forgotten, or in no reading that counts then.
    let hidden: Set<Int64>
    /// What comments said at the cut, where that is not what they say now.
    let versions: ShownVersions

    init(_ cut: LedgerCut, _ database: Database) throws {
        self.cut = cut
        lastComment = try Self.lastComment(upTo: cut.position, database)
        asOf = cut.asOf ?? .max
        sources = cut.sources.map { PinnedText($0) }
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
        forgotten = try ForgottenComments.ids(database)
        let absent = try AbsentComments(upTo: cut.position, asOf: asOf, database)
        removed = absent.removed
        hidden = absent.hidden.union(forgotten)
        versions = try ShownVersions(upTo: cut.position, asOf: asOf, database)
    }

    static func lastComment(upTo position: Int64, _ database: Database) throws -> Int64 {
        try Int64.fetchOne(
            database,
            sql: "SELECT last_comment FROM imported_file WHERE position <= ? ORDER BY position DESC LIMIT 1",
            arguments: [position]) ?? 0
    }

    /// The source of a comment; `nil` where the cut does not cover it.
    func source(of comment: Int64) -> Int? {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].last < comment { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count ? ranges[low].source : nil
    }

    /// Ids of the comments that the cut's sources had at its position.
    var covered: [ClosedRange<Int64>] {
        var covered: [ClosedRange<Int64>] = []
        var first: Int64 = 1
        for range in ranges {
            defer { first = max(first, range.last + 1) }
            guard range.source != nil, range.last >= first else { continue }
            if let last = covered.last, last.upperBound + 1 == first {
                covered[covered.count - 1] = last.lowerBound...range.last
            } else {
                covered.append(first...range.last)
            }
        }
        return covered
    }

    /// Runs of ids with the same source, for scans in the order of ids.
    func sourceRanges(after first: Int64) -> [(last: Int64, source: Int?)] {
        ranges.filter { $0.last > first }
    }
}
