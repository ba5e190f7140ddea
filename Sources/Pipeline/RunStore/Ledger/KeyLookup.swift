internal import GRDB

/// Asks the store for the comments of many keys at a time.
final class KeyLookup {
    /// Keys of one statement.
    private static let width = 64

    private let statement: Statement
    /// Room for the derived keys of one statement.
    private let derivedKeys: UnsafeMutableRawPointer
    private var waiting: [UInt64] = []

    init(source: StableText, database: Database) throws {
        let places = (0..<Self.width).map { "(\($0), ?\($0 + 2))" }.joined(separator: ", ")
        statement = try Statement(
            """
            WITH asked(place, key) AS (VALUES \(places))
            SELECT asked.place, comment.id
            FROM asked CROSS JOIN comment ON comment.key = asked.key AND comment.source = ?1
            """, database)
        statement.bind(1, text: source.bytes)
        derivedKeys = .allocate(byteCount: CommentKey.derivedCount * Self.width, alignment: 8)
    }

    deinit { derivedKeys.deallocate() }

    /// Looks up the rows of a batch whose keys are not known yet.
    /// - Parameter found: gets the number of a key that the store has and the id of its comment.
    func ask(
        _ batch: RowBatch, unknownTo keys: KeyMemory, found: (_ number: UInt64, _ id: Int64) throws -> Void
    ) throws {
        for row in batch.rows where keys[row.keyNumber] == nil {
            let room = derivedKeys + CommentKey.derivedCount * waiting.count
            statement.bind(Int32(waiting.count + 2), text: batch.key(of: row, derivedIn: room))
            waiting.append(row.keyNumber)
            if waiting.count == Self.width { try run(found) }
        }
        if waiting.isEmpty { return }
        for place in waiting.count..<Self.width { statement.bindNull(Int32(place + 2)) }
        try run(found)
    }

    private func run(_ found: (UInt64, Int64) throws -> Void) throws {
        defer {
            statement.reset()
            waiting.removeAll(keepingCapacity: true)
        }
        while try statement.step() { try found(waiting[Int(statement.int32(0))], statement.int64(1)) }
    }
}
