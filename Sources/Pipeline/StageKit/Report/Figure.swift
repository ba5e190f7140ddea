/// A number that a stage reports about its result.
package struct Figure: Hashable, Sendable {
    package let name: String
    /// What it counts, with its unit or range.
    package let summary: String
    /// Whether it depends on when the stage ran. Such a figure is for checks and for who looks: later stages are not given it,
    /// so that what they make depends on the data alone.
    package let isOfTheMoment: Bool

    package init(_ name: String, _ summary: String, isOfTheMoment: Bool = false) {
        self.name = name
        self.summary = summary
        self.isOfTheMoment = isOfTheMoment
    }
}
