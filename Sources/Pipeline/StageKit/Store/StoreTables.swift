/// Tables in the store that belong to a module's kinds, and their migrations.
///
/// Rows about a comment have a column that `REFERENCES comment(id)`: when the comment is forgotten, they go.
package struct StoreTables: Sendable {
    /// Whose they are; kept in the store, never altered.
    package let owner: String
    /// SQL that every store goes through once, in this order. Only ever added to.
    package let steps: [String]
    /// Where stages keep something for as long as the pipeline has them; `nil` if nothing is a stage's own.
    package let sets: StageSets?
    /// What each table and view holds, for the reference.
    package let texts: [String: String]

    package init(
        _ owner: String, steps: [String], sets: StageSets? = nil, texts: [String: String] = [:]
    ) {
        self.owner = owner
        self.steps = steps
        self.sets = sets
        self.texts = texts
    }
}

/// A table with a row for each stage that has a result, and the table of what these stages keep.
///
/// A set whose stage the pipeline no longer has is collected. Where a result is current and its set is missing, the stage is
/// asked to restore it.
package struct StageSets: Hashable, Sendable {
    /// Has the columns `number`, `pipeline` and `stage`.
    package let table: String
    /// The table of what is kept, with the set's number in the column ``reference``.
    package let rows: String
    package let reference: String

    package init(_ table: String, of rows: String, by reference: String) {
        self.table = table
        self.rows = rows
        self.reference = reference
    }
}
