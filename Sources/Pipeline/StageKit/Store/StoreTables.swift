/// Tables in the store that belong to a module's kinds, and their migrations.
///
/// Rows about a comment have a column that `REFERENCES comment(id)`: when the comment is forgotten, they go.
public struct StoreTables: Sendable {
    /// Whose they are; kept in the store, never altered.
    public let owner: String
    /// SQL that every store goes through once, in this order. Only ever added to.
    public let steps: [String]

    public init(_ owner: String, steps: [String]) {
        self.owner = owner
        self.steps = steps
    }
}
