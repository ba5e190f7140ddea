package import StageKit

/// The sides of a split, which stand under its salt: keeps it from changing unnoticed, which would move comments from test
/// to train.
package struct SplitDecision: StandingDecision {
    let salt: String
    /// How groups are put on sides, as canonical JSON; `nil` if that follows from the rows and nothing stands.
    let rule: String?

    package init(salt: String, rule: String?) {
        self.salt = salt
        self.rule = rule
    }

    package var name: String { salt }

    /// They belong to the first format of the store, so that every store has them.
    package var tables: DecisionTables {
        DecisionTables("split_family", by: "salt", details: ["split_label", "split_member"])
    }

    package func contradicts(_ standing: String) -> Bool { conflict(with: standing) != nil }

    /// Why the rule of the stage cannot continue under its salt: the store's is another one.
    /// - Returns: `nil` if they are one.
    func conflict(with standing: String) -> StageError? {
        guard let rule, !standing.utf8.elementsEqual(rule.utf8) else { return nil }
        return StageError(
            "the salt '\(salt)' is already used by another split: \(standing) in the store, "
                + "\(rule) in the pipeline file",
            hint:
                "choose a new salt and the old split keeps its sides, or run with --new-split to give them up"
        )
    }

    /// The salt is used by another split in the store, or is neither that of the last result nor one that the store has a
    /// split for.
    package func problem(standing: String?, parameters: JSONValue?) -> StageProblem? {
        if let conflict = standing.flatMap(conflict(with:)) {
            return StageProblem(SplitPlan.saltKey, conflict.message, hint: conflict.hint)
        }
        let before = parameters?[SplitPlan.saltKey]?.stringValue
        guard let before, standing == nil, !before.utf8.elementsEqual(salt.utf8) else { return nil }
        return StageProblem(
            SplitPlan.saltKey,
            "the salt changes from '\(before)' to '\(salt)', which makes another split: "
                + "comments would move between its sides",
            hint: "add --new-split if that is meant; the sides under '\(before)' are kept")
    }
}
