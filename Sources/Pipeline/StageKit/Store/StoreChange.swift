/// Rows that a stage wants written together with its record: a module brings the value, and how it is written.
package protocol StoreChange: Sendable {
    /// Writes the rows, inside the transaction that records the stage. An error takes all of it back.
    func apply(to store: any StoreWriter) throws
}

/// Where a change comes from.
package struct ChangeOrigin: Hashable, Sendable {
    /// Number of the run.
    package let run: Int64
    package let pipeline: String
    /// Empty for a change that no stage made.
    package let stage: String
    /// Whether the run only tries what labels would be.
    package let isTrial: Bool

    package init(run: Int64, pipeline: String, stage: String, isTrial: Bool = false) {
        self.run = run
        self.pipeline = pipeline
        self.stage = stage
        self.isTrial = isTrial
    }
}

/// The store's tables, for a change to write into.
package protocol StoreWriter {
    var origin: ChangeOrigin { get }
    /// Now, as `2025-11-21T07:16:44.123Z`.
    func timestamp() -> String
    func statement(_ sql: String) throws -> any StoreStatement
    /// For many rows.
    /// - Parameters:
    ///   - table: with its columns, as in `vote(comment, up)`.
    ///   - conflict: what becomes of a row that is there already, as in `INSERT OR`.
    func inserts(into table: String, columns: Int, or conflict: String) throws -> any StoreInserts
}

extension StoreWriter {
    /// Runs one statement.
    package func run(_ sql: String, _ values: StoreValue...) throws {
        let statement = try statement(sql)
        statement.bind(values)
        try statement.run()
    }

    /// The first column of the first row; `nil` if there is none, or it is NULL.
    package func text(_ sql: String, _ values: StoreValue...) throws -> String? {
        try first(sql, values) { $0.text(0) }
    }

    /// The same, as a number.
    package func integer(_ sql: String, _ values: StoreValue...) throws -> Int64? {
        try first(sql, values) { $0.int64(0) }
    }

    private func first<Value>(
        _ sql: String, _ values: [StoreValue], _ read: (any StoreStatement) -> Value
    ) throws -> Value? {
        let statement = try statement(sql)
        statement.bind(values)
        defer { statement.reset() }
        return try statement.step() && !statement.isNull(0) ? read(statement) : nil
    }
}
