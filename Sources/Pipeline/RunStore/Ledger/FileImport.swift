internal import GRDB
internal import VoteModel

/// Writes the rows of one file into the ledger, inside a transaction that its maker holds.
///
/// A comment seen for the first time is written at once, in the order of the file. Further looks at a comment wait until
/// the file's end, when they are sorted: that is what makes the result independent of the order of the rows.
///
/// Unchecked: the import holds the connection, and only one thread at a time works with it.
final class FileImport: @unchecked Sendable {
    private struct Look {
        var comment: Int64
        var observation: Observation
        var isDeleted: Bool
    }

    private let file: ImportedFile
    private let database: Database
    private let memory: LedgerMemory
    private let commit: Int64
    private var state: LedgerState
    private var nextComment: Int64
    private var looks: [Look] = []
    private(set) var figures = ImportFigures()

    private let sourceText: StableText
    private let insertComment: Statement
    private let insertVote: Statement
    private let insertQuarantined: Statement
    private let derivedKey = UnsafeMutableRawBufferPointer.allocate(
        byteCount: CommentKey.derivedCount, alignment: 8)
    private let forgotten: ForgottenComments
    private var boundParent = false
    private var boundAuthor = false

    /// - Parameters:
    ///   - run: number of the run.
    ///   - commit: the ledger position that this file makes.
    ///   - state: of the source before it.
    ///   - lastComment: highest comment id of the store.
    init(
        _ file: ImportedFile, run: Int64, commit: Int64, state: LedgerState, lastComment: Int64,
        memory: LedgerMemory, database: Database
    ) throws {
        self.file = file
        self.database = database
        self.memory = memory
        self.commit = commit
        self.state = state
        nextComment = lastComment + 1
        sourceText = StableText(file.source)
        insertComment = try Statement(
            """
            INSERT INTO comment(id, source, key, article, parent, text_hash, created_at, author_hash, first_seen_run,
                removed_at, removed_commit, text)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
            """, database)
        insertComment.bind(2, text: sourceText.bytes)
        insertComment.bind(9, run)
        insertVote = try Statement(
            """
            INSERT INTO vote(comment, observed_at, ledger_commit, up, down, replies) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            """, database)
        insertVote.bind(3, commit)
        insertQuarantined = try Statement(
            """
            INSERT INTO quarantine(run, source, file, line, reason, excerpt) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            """, database)
        insertQuarantined.bind(1, run)
        insertQuarantined.bind(2, text: sourceText.bytes)
        forgotten = try ForgottenComments(of: file.source, database)
    }

    deinit { derivedKey.deallocate() }

    /// Writes the rows of a batch that has been hashed.
    func write(_ batch: RowBatch) throws {
        for row in batch.rows {
            let key = batch.bytes(row.key) ?? derivedKey(row.keyNumber)
            if let known = try memory.comment(
                number: row.keyNumber, isExact: row.keyIsExact, key: key, in: database)
            {
                if forgotten.contains(known) { continue }
                looks.append(Look(comment: known, observation: row.observation, isDeleted: row.isDeleted))
            } else if !forgotten.contains(key) {
                try add(row, key: key, of: batch)
            }
        }
        for row in batch.quarantined { try add(row) }
    }

    private func derivedKey(_ number: UInt64) -> UnsafeRawBufferPointer {
        CommentKey.write(number, to: derivedKey.baseAddress!)
        return UnsafeRawBufferPointer(derivedKey)
    }

    private func add(_ row: RowBatch.Row, key: UnsafeRawBufferPointer, of batch: RowBatch) throws {
        let article = try memory.article(
            batch.article(of: row), title: batch.bytes(row.title), outlet: batch.bytes(row.outlet),
            url: batch.bytes(row.url))
        let id = nextComment
        insertComment.bind(1, id)
        insertComment.bind(3, text: key)
        insertComment.bind(4, article)
        bind(5, batch.bytes(row.parent), wasBound: &boundParent)
        insertComment.bind(6, Int64(bitPattern: row.textHash))
        if let createdAt = batch.bytes(row.createdAt) {
            insertComment.bind(7, text: createdAt)
        } else {
            insertComment.bindNull(7)
        }
        bind(8, batch.bytes(row.authorHash), wasBound: &boundAuthor)
        if row.isDeleted {
            insertComment.bind(10, row.observation.moment)
            insertComment.bind(11, commit)
            state.sum += removalSum(key)
        } else {
            insertComment.bindNull(10)
            insertComment.bindNull(11)
        }
        insertComment.bind(12, text: batch.text(of: row))
        try insertComment.run()
        try write(row.observation, of: id)
        state.sum += row.sum
        state.lastObserved = max(state.lastObserved, row.observation.moment)
        try memory.remember(number: row.keyNumber, id: id)
        nextComment += 1
        figures.newComments += 1
    }

    private func bind(_ index: Int32, _ bytes: UnsafeRawBufferPointer?, wasBound: inout Bool) {
        if let bytes {
            insertComment.bind(index, text: bytes)
            wasBound = true
        } else if wasBound {
            insertComment.bindNull(index)
            wasBound = false
        }
    }

    private func write(_ observation: Observation, of comment: Int64) throws {
        insertVote.bind(1, comment)
        insertVote.bind(2, observation.moment)
        insertVote.bind(4, observation.up)
        insertVote.bind(5, observation.down)
        insertVote.bind(6, observation.replies)
        try insertVote.run()
        figures.observations += 1
    }

    private func add(_ row: QuarantinedRow) throws {
        let texts = [file.name, row.reason, row.excerpt].map { StableText($0) }
        insertQuarantined.bind(3, text: texts[0].bytes)
        insertQuarantined.bind(4, Int64(row.line))
        insertQuarantined.bind(5, text: texts[1].bytes)
        insertQuarantined.bind(6, text: texts[2].bytes)
        try withExtendedLifetime(texts) { try insertQuarantined.run() }
    }

    /// A removed comment counts in the digest like an observation that no comment can have.
    private func removalSum(_ key: UnsafeRawBufferPointer) -> LedgerSum {
        var encoder = ObservationEncoder(source: file.source)
        return encoder.sum(key: key, .removal)
    }
}

extension FileImport {
    /// Takes the further looks into account.
    /// - Returns: the source's state after this file.
    func finish() throws -> (state: LedgerState, lastComment: Int64) {
        figures.repeats = looks.count
        looks.sort {
            ($0.comment, $0.observation.moment) < ($1.comment, $1.observation.moment)
        }
        let writer = try HistoryWriter(commit: commit, database: database)
        var encoder = ObservationEncoder(source: file.source)
        var start = 0
        while start < looks.count {
            var end = start + 1
            while end < looks.count, looks[end].comment == looks[start].comment { end += 1 }
            try apply(looks[start..<end], with: writer, &encoder)
            start = end
        }
        state.comments += figures.newComments
        state.articles = memory.articleCount
        state.observations += figures.observations
        return (state, nextComment - 1)
    }

    private func apply(
        _ looks: ArraySlice<Look>, with writer: HistoryWriter, _ encoder: inout ObservationEncoder
    ) throws {
        guard let comment = looks.first?.comment else { return }
        var history = try writer.history(of: comment)
        for look in looks {
            state.lastObserved = max(state.lastObserved, look.observation.moment)
            for change in history.look(look.observation, commit: commit) {
                switch change {
                case .observe(let observation): try write(observation, of: comment)
                case .replace(let observation): try writer.replace(observation, of: comment)
                case .confirm(let moment): try writer.confirm(moment, of: comment)
                }
            }
        }
        let removed = looks.first { $0.isDeleted }
        if removed == nil, history.added.isEmpty, history.removed.isEmpty { return }
        try writer.withKey(of: comment) { key in
            for observation in history.added { state.sum += encoder.sum(key: key, observation) }
            for observation in history.removed { state.sum -= encoder.sum(key: key, observation) }
        }
        if let removed, try writer.remove(comment, at: removed.observation.moment) {
            try writer.withKey(of: comment) { state.sum += removalSum($0) }
        }
    }
}

/// How a source stands after a ledger commit.
struct LedgerState {
    var sum = LedgerSum()
    var comments = 0
    var articles = 0
    /// Rows in `vote`.
    var observations = 0
    /// Seconds since 1970, UTC.
    var lastObserved = Int64.min
}
