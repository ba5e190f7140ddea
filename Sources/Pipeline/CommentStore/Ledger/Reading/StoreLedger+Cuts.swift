internal import Digests
internal import GRDB
internal import StoreFile
package import VoteModel

extension StoreLedger {
    package func cut(of sources: [String], asOf: Int64?) throws -> LedgerCut {
        let sorted = Array(Set(sources.map { Array($0.utf8) })).sorted { $0.lexicographicallyPrecedes($1) }
            .map { String(decoding: $0, as: UTF8.self) }
        try ensureKeyIndexes()
        return try base.reading { database in
            let (digest, position) = try self.digest(of: sorted, upTo: .max, asOf: asOf, database)
            return LedgerCut(
                sources: sorted, position: position, digest: digest, asOf: asOf,
                revision: try self.revision(of: sorted, upTo: position, database))
        }
    }

    /// Digest of what the sources said at a position, and the last position at which one of them changed.
    func digest(
        of sources: [String], upTo limit: Int64, asOf: Int64?, _ database: Database
    ) throws -> (digest: String, position: Int64) {
        var position: Int64 = 0
        var digest = ContentDigest()
        for source in sources {
            let latest = try LedgerState.latest(of: source, upTo: limit, database)
            position = max(position, latest?.position ?? 0)
            var sum = latest?.state.sum ?? LedgerSum()
            if let asOf, let latest, asOf < latest.state.lastObserved {
                sum = try self.sum(of: source, upTo: latest.position, asOf: asOf, database)
            }
            digest.update(Array(source.utf8) + [0x1F] + sum.bytes)
            if let revision = latest?.state.revision { digest.update(Array(revision.utf8)) }
        }
        return (digest.hexadecimal(), position)
    }

    /// Which texts the sources show, where something was read again and gave others.
    private func revision(of sources: [String], upTo position: Int64, _ database: Database) throws -> String?
    {
        let parts = try sources.compactMap { source in
            try LedgerState.latest(of: source, upTo: position, database)?.state.revision.map {
                "\(source)\u{1F}\($0)"
            }
        }
        if parts.isEmpty { return nil }
        return ContentDigest.of(parts.joined(separator: "\n"))
    }

    package func size(of cut: LedgerCut) throws -> LedgerSize {
        try base.reading { database in
            var size = LedgerSize(comments: 0, articles: 0, observations: 0)
            for source in cut.sources {
                guard let latest = try LedgerState.latest(of: source, upTo: cut.position, database) else {
                    continue
                }
                if let asOf = cut.asOf, asOf < latest.state.lastObserved {
                    try self.count(source, latest.position, asOf, into: &size, database)
                } else {
                    size.comments += latest.state.comments
                    size.articles += latest.state.articles
                    size.observations += latest.state.observations
                }
            }
            return size
        }
    }

    private func count(
        _ source: String, _ position: Int64, _ asOf: Int64, into size: inout LedgerSize, _ database: Database
    ) throws {
        let row = try Row.fetchOne(
            database,
            sql: """
                SELECT count(DISTINCT comment.id), count(DISTINCT comment.article), count(*)
                FROM vote CROSS JOIN comment ON comment.id = vote.comment
                WHERE vote.ledger_commit <= ?1 AND vote.observed_at <= ?2 AND comment.source = ?3
                """, arguments: [position, asOf, source])
        guard let row else { return }
        size.comments += row[0]
        size.articles += row[1]
        size.observations += row[2]
        let cut = LedgerCut(sources: [source], position: position, digest: "", asOf: asOf)
        let scope = try scope(of: cut, database)
        if scope.hidden.isEmpty { return }
        let seen = try SQLStatement(
            """
            SELECT 1 FROM vote WHERE comment = ?1 AND ledger_commit <= ?2 AND observed_at <= ?3 LIMIT 1
            """, database)
        seen.bind(2, position)
        seen.bind(3, asOf)
        for comment in scope.hidden where scope.source(of: comment) != nil {
            seen.bind(1, comment)
            if try seen.step() { size.comments -= 1 }
            seen.reset()
        }
    }

    /// The digest sum of what had been observed by a moment, from the rows themselves.
    func sum(
        of source: String, upTo position: Int64, asOf: Int64, _ database: Database
    ) throws -> LedgerSum {
        let cut = LedgerCut(
            sources: [source], position: position, digest: "", asOf: asOf == .max ? nil : asOf)
        let scope = try scope(of: cut, database)
        let rows = try SQLStatement(
            """
            SELECT vote.comment, vote.observed_at, vote.up, vote.down, vote.replies, comment.key
            FROM vote CROSS JOIN comment ON comment.id = vote.comment
            WHERE vote.ledger_commit <= ?1 AND vote.observed_at <= ?2 AND comment.source = ?3
            ORDER BY vote.comment, vote.observed_at, vote.ledger_commit
            """, database)
        let sourceText = PinnedText(source)
        rows.bind(1, position)
        rows.bind(2, asOf)
        rows.bind(3, text: sourceText.bytes)
        var encoder = ObservationEncoder(source: source)
        var sum = LedgerSum()
        var comment: Int64 = 0
        var isHidden = false
        /// The counts at the row's own moment, and those that held before it.
        var latest: Observation?
        var before: Observation?
        var latestSum = LedgerSum()
        while try rows.step() {
            let observation = Observation(
                moment: rows.int64(1), up: rows.int32(2), down: rows.int32(3), replies: rows.int32(4))
            let key = rows.bytes(5)
            if rows.int64(0) != comment {
                comment = rows.int64(0)
                (before, latest) = (nil, nil)
                isHidden = !scope.hidden.isEmpty && scope.hidden.contains(comment)
                if !isHidden { sum += try scope.stateSum(of: comment, key: key, &encoder, database) }
            }
            if isHidden { continue }
            if let latest, latest.moment == observation.moment {
                sum -= latestSum
            } else {
                before = latest
            }
            let isEffective = before.map { !$0.sameCounts(as: observation) } ?? true
            latestSum = isEffective ? encoder.sum(key: key, observation) : LedgerSum()
            sum += latestSum
            latest = observation
        }
        withExtendedLifetime(sourceText) {}
        return sum
    }
}

extension ScanScope {
    /// What a comment adds to the digest beside its votes.
    fileprivate func stateSum(
        of comment: Int64, key: UnsafeRawBufferPointer, _ encoder: inout ObservationEncoder,
        _ database: Database
    ) throws -> LedgerSum {
        var sum = LedgerSum()
        if removed.contains(comment) { sum += encoder.sum(key: key, .removal) }
        for (entry, article) in try versions.all(of: comment, upTo: cut.position, asOf: asOf, database) {
            sum += encoder.sum(key: key, entry, article: article)
        }
        return sum
    }
}
