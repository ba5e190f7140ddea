internal import GRDB
internal import StoreFile
package import VoteModel

extension StoreLedger {
    package func sourceRuns(of cut: LedgerCut) throws -> [SourceRun] {
        try base.reading { database in
            let scope = try scope(of: cut, database)
            return scope.sourceRanges(after: 0).map { range in
                SourceRun(last: range.last, source: range.source.map { cut.sources[$0] })
            }
        }
    }

    /// - Complexity: a pass over the votes of the cut.
    package func youngComments(
        of cut: LedgerCut, within seconds: Int64, zones: [String: Int64]
    ) throws -> YoungComments {
        try base.reading { database in
            let scope = try scope(of: cut, database)
            let latest = try cut.sources.compactMap {
                try LedgerState.latest(of: $0, upTo: cut.position, database)?.state.lastObserved
            }.max()
            let moment = cut.asOf ?? latest ?? 0
            let (start, overflows) = moment.subtractingReportingOverflow(seconds)
            return YoungComments(
                moment: moment,
                comments: try young(scope, after: overflows ? .min : start, zones, database))
        }
    }

    private func young(
        _ scope: ScanScope, after start: Int64, _ zones: [String: Int64], _ database: Database
    ) throws -> [YoungComment] {
        let votes = try SQLStatement(
            """
            SELECT comment, observed_at, up, down FROM vote
            WHERE ledger_commit <= ?1 AND observed_at <= ?2 ORDER BY comment, observed_at, ledger_commit
            """, database)
        votes.bind(1, scope.cut.position)
        votes.bind(2, scope.asOf)
        var young: [YoungComment] = []
        var current: YoungComment?
        while try votes.step() {
            let (id, moment) = (votes.int64(0), votes.int64(1))
            let count = VoteCount(up: Int(votes.int32(2)), down: Int(votes.int32(3)))
            if var known = current, known.id == id {
                // Of several rows at one moment the last counts.
                if known.last != moment { known.previous = known.votes }
                (known.last, known.votes) = (moment, count)
                current = known
                continue
            }
            if let current, current.first > start { young.append(current) }
            current = YoungComment(
                id: id, createdAt: nil, first: moment, last: moment, votes: count, previous: nil)
        }
        if let current, current.first > start { young.append(current) }
        let details = try YoungDetails(scope, database)
        return try young.compactMap { comment in
            guard let source = scope.source(of: comment.id), !scope.hidden.contains(comment.id) else {
                return nil
            }
            return try details.complete(comment, zoneSeconds: zones[scope.cut.sources[source]] ?? 0)
        }
    }
}

/// What votes alone do not say of a comment.
private struct YoungDetails {
    private let sighting: SQLStatement
    private let comment: SQLStatement

    init(_ scope: ScanScope, _ database: Database) throws {
        sighting = try SQLStatement(
            """
            SELECT max(observed_at) FROM sighting
            WHERE comment = ?1 AND ledger_commit <= ?2 AND observed_at <= ?3
            """, database)
        sighting.bind(2, scope.cut.position)
        sighting.bind(3, scope.asOf)
        comment = try SQLStatement("SELECT created_at FROM comment WHERE id = ?1", database)
    }

    func complete(_ young: YoungComment, zoneSeconds: Int64) throws -> YoungComment {
        var young = young
        sighting.bind(1, young.id)
        defer { sighting.reset() }
        if try sighting.step(), !sighting.isNull(0), sighting.int64(0) > young.last {
            // Seen again with the same counts.
            young.previous = young.votes
            young.last = sighting.int64(0)
        }
        comment.bind(1, young.id)
        defer { comment.reset() }
        if try comment.step(), !comment.isNull(0) {
            young.createdAt = Moment.seconds(comment.bytes(0), zoneSeconds: zoneSeconds)
        }
        return young
    }
}
