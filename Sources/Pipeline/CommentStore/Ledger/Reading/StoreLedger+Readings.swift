internal import GRDB
internal import StoreFile
package import VoteModel

extension StoreLedger {
    package func readings(
        _ cut: LedgerCut, of ids: [Int64], _ body: (Int64, [VoteReading]) throws -> Void
    ) throws {
        try base.reading { database in
            let scope = try scope(of: cut, database)
            let lookup = try ReadingLookup(scope, database)
            for id in ids
            where id <= scope.lastComment && scope.source(of: id) != nil && !scope.hidden.contains(id) {
                let readings = try lookup.readings(of: id)
                if !readings.isEmpty { try body(id, readings) }
            }
        }
    }
}

/// Puts together what a cut shows of single comments' counts: the rows of `vote`, and the moments in `sighting` with the
/// counts that held then.
private struct ReadingLookup {
    private let votes: SQLStatement
    private let sightings: SQLStatement

    init(_ scope: ScanScope, _ database: Database) throws {
        votes = try SQLStatement(
            """
            SELECT observed_at, up, down FROM vote
            WHERE comment = ?1 AND ledger_commit <= ?2 AND observed_at <= ?3 ORDER BY observed_at, ledger_commit
            """, database)
        sightings = try SQLStatement(
            """
            SELECT observed_at FROM sighting
            WHERE comment = ?1 AND ledger_commit <= ?2 AND observed_at <= ?3 ORDER BY observed_at
            """, database)
        for statement in [votes, sightings] {
            statement.bind(2, scope.cut.position)
            statement.bind(3, scope.asOf)
        }
    }

    func readings(of comment: Int64) throws -> [VoteReading] {
        var readings = try seen(comment)
        if readings.isEmpty { return [] }
        sightings.bind(1, comment)
        defer { sightings.reset() }
        var next = 0
        while try sightings.step() {
            let moment = sightings.int64(0)
            while next < readings.count, readings[next].at <= moment { next += 1 }
            // A sighting without counts before it, or at a moment that has its own counts, adds nothing.
            guard next > 0, readings[next - 1].at < moment else { continue }
            readings.insert(VoteReading(at: moment, votes: readings[next - 1].votes), at: next)
        }
        return readings
    }

    /// The counts that were seen to differ. Of one moment the latest ledger commit counts.
    private func seen(_ comment: Int64) throws -> [VoteReading] {
        var readings: [VoteReading] = []
        votes.bind(1, comment)
        defer { votes.reset() }
        while try votes.step() {
            let moment = votes.int64(0)
            if readings.last?.at == moment { readings.removeLast() }
            let count = VoteCount(up: Int(votes.int32(1)), down: Int(votes.int32(2)))
            readings.append(VoteReading(at: moment, votes: count))
        }
        return readings
    }
}
