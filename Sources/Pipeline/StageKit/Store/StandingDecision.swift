/// What a stage decides once, for good, under a name that its parameters give, such as the sides of groups under the salt
/// of a split: the store keeps the decision and its rule, and later runs only add to it.
package protocol StandingDecision: Sendable {
    /// The name that the store has it under.
    var name: String { get }
    /// Where the store has it.
    var tables: DecisionTables { get }

    /// Whether another rule than the stage's stands under the name.
    func contradicts(_ rule: String) -> Bool

    /// Why the stage cannot go on from what stands, or would leave it unnoticed; `nil` if all is well.
    /// - Parameters:
    ///   - rule: the one that stands under the name; `nil` if none does.
    ///   - parameters: those of the stage's last result; `nil` if it has none.
    func problem(standing rule: String?, parameters: JSONValue?) -> StageProblem?
}

/// The tables that standing decisions of one kind are in.
package struct DecisionTables: Hashable, Sendable {
    /// Has a row for each decision, with its rule in the column `rule`.
    package let table: String
    /// The column with the decision's name, in all of the tables.
    package let name: String
    /// Tables of what was decided, those that refer to others of these first.
    package let details: [String]

    package init(_ table: String, by name: String, details: [String]) {
        self.table = table
        self.name = name
        self.details = details
    }
}
