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

    let file: ImportedFile
    let database: Database
    private let memory: LedgerMemory
    private let commit: Int64
    /// Highest id of a comment from before the file.
    let lastComment: Int64
    private var state: LedgerState
    private var looks: [Look] = []
    /// Authors of comments that were known before.
    private var authors: [(comment: Int64, hash: [UInt8])] = []
    var figures = ImportFigures()
    /// Rows that were compared with the comment of their number so far, and how that is asked for.
    var compared = 0
    var byNumber: Statement?
    var lastByOthers: Int64?

    private let comments: CommentRows
    private let votes: VoteRows
    private let insertQuarantined: Statement
    private let derivedKey = UnsafeMutableRawPointer.allocate(
        byteCount: CommentKey.derivedCount, alignment: 8)
    private let sourceText: StableText
    private let forgotten: ForgottenComments
    /// The indexes that the first row of their kind puts off until the store is filled.
    private var putOff: [KeyIndex]

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
        self.lastComment = lastComment
        self.state = state
        putOff = lastComment == 0 ? KeyIndex.allCases : []
        sourceText = StableText(file.source)
        comments = try CommentRows(
            source: sourceText, run: run, commit: commit, first: lastComment + 1, database: database)
        votes = try VoteRows(commit: commit, database: database)
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
        for index in putOff where batch.rows.contains(where: index.covers) {
            try index.drop(database)
            putOff.removeAll { $0 == index }
        }
        try memory.meet(batch, database)
        for index in batch.rows.indices {
            let row = batch.rows[index]
            let key = batch.key(of: row, derivedIn: derivedKey)
            if forgotten.contains(key) { continue }
            if let known = try find(row, key: key, of: batch) {
                if try isOfAnother(row, known, batch) { continue }
                look(row, of: batch, at: known)
            } else {
                let id = comments.add(index, article: try article(of: row, batch))
                try memory.remember(number: row.keyNumber, id: id)
                try added(row, key: key, as: id)
            }
        }
        try comments.flush(batch)
        for row in batch.quarantined { try add(row) }
    }

    /// The comment of that key; `nil` when it is new.
    private func find(
        _ row: RowBatch.Row, key: UnsafeRawBufferPointer, of batch: RowBatch
    ) throws -> Int64? {
        guard let id = memory.keys[row.keyNumber] else { return nil }
        if row.keyIsExact { return id }
        if comments.isWaiting(id) { try comments.flush(batch) }
        if try memory.isKey(key, of: id) { return id }
        try comments.flush(batch)
        return try memory.ask(key)
    }

    /// Gives comments that came without an author the one that they have now.
    private func addAuthors() throws {
        if authors.isEmpty { return }
        let update = try Statement(
            "UPDATE comment SET author_hash = ?2 WHERE id = ?1 AND author_hash IS NULL", database)
        for (comment, author) in authors {
            update.bind(1, comment)
            try author.withUnsafeBytes { bytes in
                update.bind(2, text: bytes)
                try update.run()
            }
        }
    }

    private func look(_ row: RowBatch.Row, of batch: RowBatch, at known: Int64) {
        if forgotten.contains(known) { return }
        if let author = batch.bytes(row.authorHash) { authors.append((known, Array(author))) }
        looks.append(Look(comment: known, observation: row.observation, isDeleted: row.isDeleted))
    }

    private func article(of row: RowBatch.Row, _ batch: RowBatch) throws -> Int64 {
        try memory.article(
            batch.article(of: row), title: batch.bytes(row.title), outlet: batch.bytes(row.outlet),
            url: batch.bytes(row.url))
    }

    /// Notes a new comment.
    private func added(_ row: RowBatch.Row, key: UnsafeRawBufferPointer, as id: Int64) throws {
        try votes.add(row.observation, of: id)
        if row.isDeleted { state.sum += removalSum(key) }
        state.sum += row.sum
        state.lastObserved = max(state.lastObserved, row.observation.moment)
        figures.newComments += 1
    }

    func add(_ row: QuarantinedRow) throws {
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
        try votes.flush()
        try addAuthors()
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
        try votes.flush()
        if comments.haveAuthors || !authors.isEmpty { try AuthorNote.noteSome(database) }
        figures.observations = votes.count
        state.comments += figures.newComments
        state.articles = memory.articleCount
        state.observations += figures.observations
        return (state, comments.next - 1)
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
                case .observe(let observation):
                    try votes.add(observation, of: comment)
                    if comment <= lastComment { try writer.noteRecount(of: comment) }
                case .replace(let observation):
                    try votes.flush()
                    try writer.replace(observation, of: comment)
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
