internal import Digests
internal import GRDB
internal import StoreFile
internal import TextBasics
internal import VoteModel

/// Writes the rows of one file into the ledger, inside the caller's transaction.
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
        /// `nil` if the row has no text, or could have no other.
        var version: CommentVersion?
    }

    let file: ImportedFile
    let database: Database
    let memory: ImportCache
    let commit: Int64
    /// Highest id of a comment from before the file.
    let lastComment: Int64
    var state: LedgerState
    private var looks: [Look] = []
    /// Texts that differ from those that the store has, of comments that it knows.
    private var texts: [Int64: [UInt64: [UInt8]]] = [:]
    /// Of the source, with those that this file replaces.
    private let superseded: Set<Int64>
    /// What is read again; `nil` for a file that is new.
    private let rereading: Rereading?
    /// Comments without rows that this file has met.
    private var renewed: Set<Int64> = []
    /// Whether a text, an article or another fact is another one than before, of comments that had no rows.
    private var hasRenewed = false
    let states: CommentStates
    /// Authors of comments that were known before.
    private var authors: [(comment: Int64, hash: [UInt8])] = []
    var figures = ImportFigures()
    /// Rows that were compared with the comment of their number so far, and how that is asked for.
    var compared = 0
    var byNumber: SQLStatement?
    var lastByOthers: Int64?

    private let comments: CommentRows
    private let votes: VoteRows
    private let insertQuarantined: SQLStatement
    private let derivedKey = UnsafeMutableRawPointer.allocate(
        byteCount: CommentKeyHash.derivedCount, alignment: 8)
    private let sourceText: PinnedText
    let forgotten: ForgottenComments
    /// The indexes that the first row of their kind puts off until the store is filled.
    private var putOff: [KeyIndex]

    /// - Parameters:
    ///   - run: number of the run.
    ///   - commit: the ledger position that this file makes.
    ///   - state: of the source before it.
    ///   - lastComment: highest comment id of the store.
    ///   - rereading: what is read again in the same transaction; `nil` if nothing is.
    init(
        _ file: ImportedFile, run: Int64, commit: Int64, state: LedgerState, lastComment: Int64,
        memory: ImportCache, rereading: Rereading?, database: Database
    ) throws {
        superseded = try SupersededReadings.commits(of: file.source, database).union(file.replaces)
        self.rereading = rereading
        states = try CommentStates(commit: commit, database: database)
        self.file = file
        self.database = database
        self.memory = memory
        self.commit = commit
        self.lastComment = lastComment
        self.state = state
        putOff = lastComment == 0 ? KeyIndex.allCases : []
        sourceText = PinnedText(file.source)
        comments = try CommentRows(
            source: sourceText, run: run, commit: commit, first: lastComment + 1, database: database)
        votes = try VoteRows(commit: commit, database: database)
        insertQuarantined = try SQLStatement(
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
                try look(row, of: batch, at: known)
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
        let update = try SQLStatement(
            "UPDATE comment SET author_hash = ?2 WHERE id = ?1 AND author_hash IS NULL", database)
        for (comment, author) in authors {
            update.bind(1, comment)
            try author.withUnsafeBytes { bytes in
                update.bind(2, text: bytes)
                try update.run()
            }
        }
    }

    private func look(_ row: RowBatch.Row, of batch: RowBatch, at known: Int64) throws {
        if forgotten.contains(known) { return }
        if let author = batch.bytes(row.authorHash) { authors.append((known, Array(author))) }
        var look = Look(comment: known, observation: row.observation, isDeleted: row.isDeleted)
        if try mustRenew(known) {
            let article = try article(of: row, batch)
            if try states.renew(known, row, batch, article: article) { hasRenewed = true }
        }
        if row.hasNumber { look.version = try version(of: row, batch, known) }
        looks.append(look)
    }

    /// Whether a comment is met that has no rows: what its own row says comes from readings that count no more.
    private func mustRenew(_ comment: Int64) throws -> Bool {
        if let rereading, rereading.meet(comment) { return renewed.insert(comment).inserted }
        guard memory.onceAbsent.contains(comment), comment <= lastComment, !renewed.contains(comment),
            try states.isEmptied(comment)
        else { return false }
        return renewed.insert(comment).inserted
    }

    /// The version that a row of a comment with a number shows. Its text is kept where the store may lack it.
    private func version(of row: RowBatch.Row, _ batch: RowBatch, _ known: Int64) throws -> CommentVersion? {
        let text = batch.text(of: row)
        if text.isEmpty { return nil }
        if comments.isWaiting(known) { try comments.flush(batch) }
        let version = CommentVersion(article: try article(of: row, batch), textHash: row.textHash)
        let shown = try states.row(of: known)
        if !shown.isNumbered { return nil }
        if shown.version == version, texts[known] == nil { return version }
        if texts[known, default: [:]][version.textHash] == nil {
            texts[known, default: [:]][version.textHash] = Array(text)
        }
        return version
    }

    private func article(of row: RowBatch.Row, _ batch: RowBatch) throws -> Int64 {
        let facts = ArticleColumns(
            title: batch.bytes(row.title), outlet: batch.bytes(row.outlet), url: batch.bytes(row.url))
        let id = try memory.article(batch.article(of: row), facts)
        if let rereading, rereading.isFirst(article: id), try memory.renew(article: id, facts) {
            hasRenewed = true
        }
        return id
    }

    /// Notes a new comment.
    private func added(_ row: RowBatch.Row, key: UnsafeRawBufferPointer, as id: Int64) throws {
        try votes.add(row.observation, of: id)
        if row.isDeleted {
            state.sum += removalSum(key)
            memory.onceAbsent.insert(id)
        }
        state.sum += row.sum
        state.lastObserved = max(state.lastObserved, row.observation.moment)
        figures.newComments += 1
    }

    func add(_ row: QuarantinedRow) throws {
        let row = forgotten.sparing(row)
        let texts = [file.name, row.reason, row.excerpt].map { PinnedText($0) }
        insertQuarantined.bind(3, text: texts[0].bytes)
        insertQuarantined.bind(4, Int64(row.line))
        insertQuarantined.bind(5, text: texts[1].bytes)
        insertQuarantined.bind(6, text: texts[2].bytes)
        try withExtendedLifetime(texts) { try insertQuarantined.run() }
    }

    /// A removed comment counts in the digest like an observation that no comment can have.
    func removalSum(_ key: UnsafeRawBufferPointer) -> LedgerSum {
        var encoder = ObservationEncoder(source: file.source)
        return encoder.sum(key: key, .removal)
    }
}

extension FileImport {
    /// Takes the further looks into account.
    /// - Returns: the source's state after this file, and the comments in it.
    func finish() throws -> (state: LedgerState, lastComment: Int64, members: CommentSet) {
        figures.repeats = looks.count
        try votes.flush()
        try addAuthors()
        // Of one moment the look that counts comes last, whatever the order of the rows.
        looks.sort { left, right in
            if left.comment != right.comment { return left.comment < right.comment }
            if left.observation.moment != right.observation.moment {
                return left.observation.moment < right.observation.moment
            }
            if !left.observation.sameCounts(as: right.observation) {
                return right.observation.outranks(left.observation)
            }
            if left.isDeleted != right.isDeleted { return right.isDeleted }
            return left.version?.textHash ?? 0 < right.version?.textHash ?? 0
        }
        let writer = try HistoryWriter(commit: commit, superseded: superseded, database: database)
        var encoder = ObservationEncoder(source: file.source)
        var start = 0
        var members = CommentSet()
        while start < looks.count {
            var end = start + 1
            while end < looks.count, looks[end].comment == looks[start].comment { end += 1 }
            try apply(looks[start..<end], with: writer, &encoder)
            let comment = looks[start].comment
            if comment <= lastComment { members.append(comment...comment) }
            start = end
        }
        if comments.next > lastComment + 1 { members.append((lastComment + 1)...(comments.next - 1)) }
        try votes.flush()
        if comments.haveAuthors || !authors.isEmpty { try AuthorFlag.noteSome(database) }
        figures.observations = votes.count
        state.comments += figures.newComments
        try withdrawReplaced(members, with: writer, &encoder)
        try votes.flush()
        figures.observations = votes.count
        state.articles = memory.articleCount
        state.observations += figures.observations
        if hasRenewed { state.revision = state.nextRevision(commit) }
        return (state, comments.next - 1, members)
    }

    private func apply(
        _ looks: ArraySlice<Look>, with writer: HistoryWriter, _ encoder: inout ObservationEncoder
    ) throws {
        guard let comment = looks.first?.comment else { return }
        var history = try writer.history(of: comment)
        var change = try stateChange(of: comment, looks, history)
        for look in looks {
            state.lastObserved = max(state.lastObserved, look.observation.moment)
            change?.see(
                look.observation.moment, isDeleted: look.isDeleted, look.version,
                counts: history.accepts(look.observation),
                isTie: comment > lastComment && history.isTie(look.observation, commit: commit),
                next: history.lookAfter(look.observation.moment))
            try record(history.look(look.observation, commit: commit), of: comment, writer)
        }
        change?.meet(at: file.moment)
        if let change { return try write(change, of: comment, history, writer, &encoder) }
        if history.added.isEmpty, history.removed.isEmpty { return }
        try writer.withKey(of: comment) { key in
            for observation in history.added { state.sum += encoder.sum(key: key, observation) }
            for observation in history.removed { state.sum -= encoder.sum(key: key, observation) }
        }
    }

    /// Writes what a look changed of a comment's votes.
    func record(_ changes: [VoteHistory.Change], of comment: Int64, _ writer: HistoryWriter) throws {
        for change in changes {
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

    /// What the looks may change of a comment beside its votes; `nil` if they cannot.
    private func stateChange(
        of comment: Int64, _ looks: ArraySlice<Look>, _ history: VoteHistory
    ) throws -> StateChange? {
        let mayMove = memory.onceAbsent.contains(comment) || looks.contains { $0.isDeleted }
        let mayRead = texts[comment] != nil || memory.versioned.contains(comment)
        guard mayMove || mayRead else { return nil }
        return try StateChange(of: comment, states, history, texts: texts[comment] ?? [:])
    }
}
