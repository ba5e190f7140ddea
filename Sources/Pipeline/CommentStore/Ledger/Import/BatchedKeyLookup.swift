internal import GRDB
internal import StoreFile

/// Asks the store for the comments of many keys at a time.
///
/// A made key is looked for in its own article, and among the numbers of the source too, where there are any: a source
/// may give as a number what looks like a made key.
final class BatchedKeyLookup {
    private let numbers: BatchedKeyQuery
    private let articles: BatchedKeyQuery
    private let hasNumbers: Bool

    init(source: PinnedText, database: Database) throws {
        numbers = try BatchedKeyQuery(
            shared: 1, of: "key",
            matching: "comment.key = asked.key AND comment.source = ?1 AND comment.numbered",
            database)
        numbers.statement.bind(1, text: source.bytes)
        articles = try BatchedKeyQuery(
            shared: 0, of: "key, article",
            matching: "comment.article = asked.article AND comment.key = asked.key AND NOT comment.numbered",
            database)
        hasNumbers =
            try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM comment WHERE numbered)") ?? false
    }

    /// Looks up the rows of a batch whose keys are not known yet.
    /// - Parameters:
    ///   - article: gives the article of a row's key, if the store may have comments of it.
    ///   - found: gets the number of a key that the store has and the id of its comment; of some keys twice.
    func ask(
        _ batch: RowBatch, unknownTo keys: KeyTable, article: (UnsafeRawBufferPointer) throws -> Int64?,
        found: (_ number: UInt64, _ id: Int64) throws -> Void
    ) throws {
        for row in batch.rows where keys[row.keyNumber] == nil {
            if row.hasNumber || hasNumbers {
                try numbers.add(row, of: batch, article: nil, found)
            }
            if !row.hasNumber, let article = try article(batch.article(of: row)) {
                try articles.add(row, of: batch, article: article, found)
            }
        }
        try numbers.run(found)
        try articles.run(found)
    }
}

/// One statement that looks for some comments, as often as it takes.
private final class BatchedKeyQuery {
    /// Keys of one statement.
    private static let width = 64

    let statement: SQLStatement
    /// Parameters before those of the keys.
    private let shared: Int
    /// Parameters of one key.
    private let columns: Int
    /// Room for the derived keys of one statement.
    private let derivedKeys: UnsafeMutableRawPointer
    private var waiting: [UInt64] = []

    /// - Parameters:
    ///   - names: what is asked by, in the order of the parameters.
    ///   - condition: on `comment` and `asked`.
    init(shared: Int, of names: String, matching condition: String, _ database: Database) throws {
        let columns = names.split(separator: ",").count
        let places = (0..<Self.width).map { place in
            let own = (1...columns).map { "?\(shared + place * columns + $0)" }.joined(separator: ", ")
            return "(\(place), \(own))"
        }
        statement = try SQLStatement(
            """
            WITH asked(place, \(names)) AS (VALUES \(places.joined(separator: ", ")))
            SELECT asked.place, comment.id FROM asked CROSS JOIN comment ON \(condition)
            """, database)
        self.shared = shared
        self.columns = columns
        derivedKeys = .allocate(byteCount: CommentKeyHash.derivedCount * Self.width, alignment: 8)
    }

    deinit { derivedKeys.deallocate() }

    /// Adds the key of a row; once there are enough, they are asked for.
    func add(
        _ row: RowBatch.Row, of batch: RowBatch, article: Int64?, _ found: (UInt64, Int64) throws -> Void
    ) throws {
        let room = derivedKeys + CommentKeyHash.derivedCount * waiting.count
        let start = Int32(shared + columns * waiting.count)
        statement.bind(start + 1, text: batch.key(of: row, derivedIn: room))
        if let article { statement.bind(start + 2, article) }
        waiting.append(row.keyNumber)
        if waiting.count == Self.width { try run(found) }
    }

    /// Asks for what waits.
    func run(_ found: (UInt64, Int64) throws -> Void) throws {
        if waiting.isEmpty { return }
        for place in waiting.count..<Self.width { statement.bindNull(Int32(shared + columns * place + 1)) }
        defer {
            statement.reset()
            waiting.removeAll(keepingCapacity: true)
        }
        while try statement.step() { try found(waiting[Int(statement.int32(0))], statement.int64(1)) }
    }
}
