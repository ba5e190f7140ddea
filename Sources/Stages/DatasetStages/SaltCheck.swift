package import Diagnostics

/// Prevents a split from changing unnoticed, which would move comments from test to train.
package struct SaltCheck {
    /// Name of the split stage.
    private let name: String
    private let split: SplitStage
    private let saltBefore: String?

    /// - Parameters:
    ///   - name: of the split stage.
    ///   - saltBefore: the salt of its last result; `nil` if it has none.
    package init(_ name: String, _ split: SplitStage, saltBefore: String?) {
        self.name = name
        self.split = split
        self.saltBefore = saltBefore
    }

    /// Whether the salt is used by another split in the store.
    /// - Parameter rule: the rule that the store has for the salt; `nil` if it has none.
    package func isTaken(by rule: String?) -> Bool { rule.flatMap(split.conflict(withRule:)) != nil }

    /// What is wrong with the salt: it is used by another split in the store, or is neither that of the last result nor
    /// one that the store has a split for.
    /// - Parameter rule: the rule that the store has for the salt; `nil` if it has none.
    package func finding(rule: String?) -> Finding? {
        if let conflict = rule.flatMap(split.conflict(withRule:)) {
            return .error("stage '\(name)': \(conflict.message)", hint: conflict.hint)
        }
        guard let saltBefore, rule == nil, !saltBefore.utf8.elementsEqual(split.salt.utf8) else { return nil }
        return .error(
            "stage '\(name)': the salt changes from '\(saltBefore)' to '\(split.salt)', which makes another split: "
                + "comments would move between its sides",
            hint: "add --new-split if that is meant; the sides under '\(saltBefore)' are kept")
    }
}
