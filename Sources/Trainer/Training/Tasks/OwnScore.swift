/// A score that only one task has, beside those that it shares with others; kept under `further` in ``ClassificationScores``.
package struct OwnScore: Hashable, Sendable {
    /// Its name in figures.
    package let name: String
    /// For people.
    package let title: String
    /// What it is, with its range.
    package let meaning: String

    init(_ name: String, title: String, meaning: String) {
        self.name = name
        self.title = title
        self.meaning = meaning
    }
}
