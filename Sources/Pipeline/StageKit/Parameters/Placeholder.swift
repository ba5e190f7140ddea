/// A name in braces, and what stands in its place.
package struct Placeholder: Hashable, Sendable {
    package let name: String
    package let summary: String

    package init(_ name: String, _ summary: String) {
        self.name = name
        self.summary = summary
    }

    /// Those of paths that stages write to. Which of them a path may hold, its kind says.
    package static let ofPaths = [
        Placeholder("date", "The run's logical date, as in 2026-01-31."),
        Placeholder("run", "The run's ID, as in 20260131-030000-1a2b."),
        Placeholder("split", "The side: train, dev or test."),
        Placeholder("label_set", "The ID of the label set that the file is made from."),
    ]
}
