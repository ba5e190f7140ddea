/// Reads what kinds keep in tables of their own.
package protocol KindRows: Sendable {
    /// Lets `queries` ask as often as it likes; all answers are of the same moment.
    func read(_ queries: (any StoreQueries) throws -> Void) throws
}

/// Questions to one moment of the store.
package protocol StoreQueries {
    /// Calls `body` for each row of a query.
    func rows(_ sql: String, _ values: [StoreValue], _ body: (any StoreStatement) throws -> Void) throws
}
