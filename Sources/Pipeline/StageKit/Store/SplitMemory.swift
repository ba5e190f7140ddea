package import VoteModel

/// What split families have kept from run to run.
package protocol SplitMemory: Sendable {
    /// The sides that groups already have in a split family, by group key.
    /// - Returns: `nil` when there is no such family yet.
    func splitFamily(salt: String) throws -> SplitFamily?

    /// The comments that a split family has kept so far, in the order in which it first did: by run, and within one by
    /// id.
    func keptInSplit(salt: String) throws -> [SplitKept]

    /// What a split family's comments were on their sides with at the end of a day, in the order of ids: of each comment
    /// the latest record by then.
    /// - Parameter date: `YYYY-MM-DD`; `nil` for the latest of all.
    func splitLabels(salt: String, upTo date: String?) throws -> [SplitLabel]
}
