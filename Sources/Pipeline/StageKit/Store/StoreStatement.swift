/// What is bound to a statement's parameter.
package enum StoreValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case text(String)

    /// `nil` is NULL.
    package static func optional(_ value: Int64?) -> StoreValue { value.map(StoreValue.integer) ?? .null }
}

/// A prepared statement, for rows by the hundred thousand. Parameters count from 1, columns from 0.
package protocol StoreStatement: AnyObject {
    func bind(_ index: Int32, _ value: Int64)
    func bind(_ index: Int32, _ value: Int32)
    /// Binds a copy of the text.
    func bind(_ index: Int32, text: String)
    /// Binds a copy of the bytes.
    func bind(_ index: Int32, blob: UnsafeRawBufferPointer)
    func bindNull(_ index: Int32)
    /// Steps to the next row; `false` at the end.
    func step() throws -> Bool
    /// Runs a statement that gives no rows, and makes it ready for the next bindings.
    func run() throws
    func reset()
    /// Rows that the connection's last statement inserted, changed or deleted.
    var changes: Int { get }
    func isNull(_ column: Int32) -> Bool
    func int64(_ column: Int32) -> Int64
    func int32(_ column: Int32) -> Int32
    func text(_ column: Int32) -> String
    /// The bytes of a text or blob; valid until the next step or reset. Empty for NULL.
    func bytes(_ column: Int32) -> UnsafeRawBufferPointer
}

extension StoreStatement {
    /// Binds all parameters in their order.
    package func bind(_ values: [StoreValue]) {
        for (index, value) in zip(Int32(1)..., values) {
            switch value {
            case .null: bindNull(index)
            case .integer(let number): bind(index, number)
            case .text(let text): bind(index, text: text)
            }
        }
    }
}

/// Inserts rows many at a time.
package protocol StoreInserts {
    /// Binds values that all rows share, once.
    /// - Parameter bind: gets a statement and the number of parameters before a row's own.
    func share(_ bind: (any StoreStatement, Int32) -> Void)

    /// Inserts `count` rows.
    /// - Parameter bind: binds the values of one row; gets a statement, the number of parameters before the row's own,
    ///   and its index.
    func insert(rows count: Int, _ bind: (any StoreStatement, Int32, Int) -> Void) throws
}
