internal import GRDB
internal import StoreFile

/// Writes the comments that a file is the first to bring.
///
/// They wait until their batch ends, or somebody reads the table, and are written many at a time.
final class CommentRows {
    private struct Waiting {
        /// Index in the batch.
        var row: Int
        var article: Int64
    }

    /// Which parameters have ever held something besides NULL. Most tables lack some columns, whose parameters are left
    /// as they are.
    private struct Bound {
        var parent = false
        var creation = false
        var author = false
        var removal = false
    }

    private static let columns = """
        comment(id, source, key, article, parent, text_hash, created_at, author_hash, first_seen_run, removed_at,
            removed_commit, text, numbered)
        """

    private let source: PinnedText
    private let run: Int64
    private let commit: Int64
    private let bulk: BulkInsert
    /// Room for the derived keys of the rows of one statement.
    private let derivedKeys: UnsafeMutableRawPointer
    private var waiting: [Waiting] = []
    private var bound = Bound()
    /// Id of the next new comment.
    private(set) var next: Int64

    /// Whether any comment so far came with its author.
    var haveAuthors: Bool { bound.author }

    init(source: PinnedText, run: Int64, commit: Int64, first: Int64, database: Database) throws {
        self.source = source
        self.run = run
        self.commit = commit
        next = first
        let bulk = try BulkInsert(into: Self.columns, columns: 13, width: 16, database)
        bulk.share { statement, start in
            statement.bind(start + 2, text: source.bytes)
            statement.bind(start + 9, run)
        }
        self.bulk = bulk
        derivedKeys = .allocate(byteCount: CommentKeyHash.derivedCount * bulk.width, alignment: 8)
    }

    deinit { derivedKeys.deallocate() }

    /// Adds a comment that is not known.
    /// - Parameter row: its index in `batch`.
    /// - Returns: its id.
    func add(_ row: Int, article: Int64) -> Int64 {
        waiting.append(Waiting(row: row, article: article))
        defer { next += 1 }
        return next
    }

    /// Whether a comment is not in the table yet.
    func isWaiting(_ comment: Int64) -> Bool { comment >= next - Int64(waiting.count) }

    /// Writes what waits; before the batch is used for something else.
    func flush(_ batch: RowBatch) throws {
        if waiting.isEmpty { return }
        let first = next - Int64(waiting.count)
        var bound = bound
        try batch.rows.withUnsafeBufferPointer { [waiting, bulk, derivedKeys] rows in
            try bulk.insert(waiting.count) { statement, start, index in
                let room = derivedKeys + CommentKeyHash.derivedCount * (index % bulk.width)
                statement.bind(start + 1, first + Int64(index))
                statement.bind(start + 4, waiting[index].article)
                bind(rows[waiting[index].row], of: batch, room, statement, start, &bound)
            }
        }
        self.bound = bound
        waiting.removeAll(keepingCapacity: true)
    }

    /// Binds everything but id and article, and what all rows share.
    @inline(__always)
    private func bind(
        _ row: RowBatch.Row, of batch: RowBatch, _ room: UnsafeMutableRawPointer, _ statement: SQLStatement,
        _ start: Int32, _ bound: inout Bound
    ) {
        statement.bind(start + 3, text: batch.key(of: row, derivedIn: room))
        bind(start + 5, batch.bytes(row.parent), statement, &bound.parent)
        statement.bind(start + 6, Int64(bitPattern: row.textHash))
        bind(start + 7, batch.bytes(row.createdAt), statement, &bound.creation)
        bind(start + 8, batch.bytes(row.authorHash), statement, &bound.author)
        if row.isDeleted {
            statement.bind(start + 10, row.observation.moment)
            statement.bind(start + 11, commit)
            bound.removal = true
        } else if bound.removal {
            statement.bindNull(start + 10)
            statement.bindNull(start + 11)
        }
        statement.bind(start + 12, text: batch.text(of: row))
        statement.bind(start + 13, row.hasNumber ? 1 : 0 as Int32)
    }

    @inline(__always)
    private func bind(
        _ index: Int32, _ bytes: UnsafeRawBufferPointer?, _ statement: SQLStatement, _ wasBound: inout Bool
    ) {
        if let bytes {
            statement.bind(index, text: bytes)
            wasBound = true
        } else if wasBound {
            statement.bindNull(index)
        }
    }
}
