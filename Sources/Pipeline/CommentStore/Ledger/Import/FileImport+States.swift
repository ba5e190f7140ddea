internal import GRDB
internal import VoteModel

extension FileImport {
    /// Writes what changed of a comment beside its votes, and brings the digest up to date.
    func write(
        _ change: StateChange, of comment: Int64, _ history: VoteHistory, _ writer: HistoryWriter,
        _ encoder: inout ObservationEncoder
    ) throws {
        let before = try contribution(
            of: comment, history, removing: true, change.row.isHidden, change.presenceBefore.current,
            change.versionsBefore, writer, &encoder)
        if let before = change.versionBefore {
            try states.write(before, of: comment, text: nil, commit: change.firstCommit)
        }
        for entry in change.versionsToWrite {
            try states.write(entry, of: comment, text: change.texts[entry.value.textHash])
        }
        if !change.versionsToWrite.isEmpty { memory.versioned.insert(comment) }
        if change.isEdited {
            let current = change.versions.current
            try states.show(current, of: comment, text: change.texts[current.textHash])
            if comment <= lastComment { figures.edited += 1 }
        }
        if let removal = change.removalBefore {
            try states.write(removal, of: comment, commit: change.row.removedCommit)
        }
        for entry in change.presencesToWrite { try states.write(entry, of: comment) }
        if !change.newPresences.isEmpty || change.isMoved {
            let last = change.presence.entries.last
            let isOld = last?.moment == change.row.removedAt && last?.value == change.presenceBefore.current
            try states.setPresence(last, of: comment, commit: isOld ? change.row.removedCommit : nil)
            memory.onceAbsent.insert(comment)
        }
        if comment <= lastComment, change.isEdited || change.isMoved { try states.noteRestated(comment) }
        if change.presence.current == .shown, change.presenceBefore.current != .shown {
            figures.restored += 1
        }
        if change.row.isHidden != change.isHidden {
            state.comments += change.isHidden ? -1 : 1
            if change.isHidden { figures.withdrawn += 1 }
        }
        let after = try contribution(
            of: comment, history, removing: false, change.isHidden, change.presence.current,
            change.allVersions,
            writer, &encoder)
        state.sum -= before
        state.sum += after
    }

    /// What a comment adds to the digest.
    /// - Parameter removing: whether that before the looks of this file is asked for.
    private func contribution(
        of comment: Int64, _ history: VoteHistory, removing: Bool, _ isHidden: Bool, _ presence: Presence,
        _ versions: [Timeline<CommentVersion>.Entry], _ writer: HistoryWriter,
        _ encoder: inout ObservationEncoder
    ) throws -> LedgerSum {
        var sum = LedgerSum()
        if isHidden { return sum }
        let articles = try versions.map { try ArticleKeys.key(of: $0.value.article, database) }
        try writer.withKey(of: comment) { key in
            for observation in history.effective { sum += encoder.sum(key: key, observation) }
            if removing {
                for observation in history.added { sum -= encoder.sum(key: key, observation) }
                for observation in history.removed { sum += encoder.sum(key: key, observation) }
            }
            if presence == .removed { sum += removalSum(key) }
            for (entry, article) in zip(versions, articles) {
                sum += encoder.sum(key: key, entry, article: article)
            }
        }
        return sum
    }

    /// Takes back what only replaced readings said: comments that no other reading holds, and the last looks of those that
    /// others hold.
    func withdrawReplaced(
        _ members: CommentSet, with writer: HistoryWriter, _ encoder: inout ObservationEncoder
    ) throws {
        if file.replaces.isEmpty { return }
        if file.withdraws {
            let lacking = try SupersededReadings(database).comments(
                of: file.replaces, in: file.source, butFor: members)
            for comment in lacking.alone where !forgotten.contains(comment) {
                let history = try writer.history(of: comment)
                var change = try StateChange(of: comment, states, history, texts: [:])
                if change.row.isHidden { continue }
                change.withdraw(at: max(file.moment ?? .min, history.lastMoment ?? .min))
                try write(change, of: comment, history, writer, &encoder)
            }
            for comment in lacking.shared where !forgotten.contains(comment) {
                try takeBackLooks(at: comment, writer, &encoder)
            }
        }
        for position in file.replaces {
            try database.execute(
                sql: "UPDATE imported_file SET superseded = ? WHERE position = ?",
                arguments: [commit, position])
        }
    }

    /// Where the last looks at a comment are those of superseded readings, shows what the last other look saw, from now on.
    private func takeBackLooks(
        at comment: Int64, _ writer: HistoryWriter, _ encoder: inout ObservationEncoder
    ) throws {
        var history = try writer.history(of: comment)
        guard let live = history.lastLiveMoment, let last = history.lastMoment, live < last,
            var seen = history.counts(at: live)
        else { return }
        seen.moment = max(file.moment ?? .min, last)
        var change = try StateChange(of: comment, states, history, texts: [:])
        change.see(
            seen.moment, isDeleted: change.presence.value(at: live) == .removed,
            change.versions.value(at: live),
            counts: true, isTie: false, next: nil)
        try record(history.look(seen, commit: commit), of: comment, writer)
        try write(change, of: comment, history, writer, &encoder)
    }
}

/// Keys of articles by their ids.
enum ArticleKeys {
    static func key(of article: Int64, _ database: Database) throws -> [UInt8] {
        let key = try String.fetchOne(
            database.cachedStatement(sql: "SELECT key FROM article WHERE id = ?"), arguments: [article])
        return Array((key ?? "").utf8)
    }
}

extension ObservationEncoder {
    /// What a version of a comment adds to the digest: like an observation that no comment can have.
    mutating func sum(
        key: UnsafeRawBufferPointer, _ version: Timeline<CommentVersion>.Entry, article: [UInt8]
    ) -> LedgerSum {
        let whole = Array(key) + [0x1F] + article
        let hash = version.value.textHash
        return whole.withUnsafeBytes { bytes in
            sum(
                key: bytes,
                Observation(
                    moment: version.moment, up: Int32(truncatingIfNeeded: hash >> 32),
                    down: Int32(truncatingIfNeeded: hash), replies: -2))
        }
    }
}
