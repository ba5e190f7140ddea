/// What a rule makes of the same comments under other thresholds, as plain numbers.
package struct SurfaceFigures: Hashable, Sendable {
    /// Comments looked at.
    package var comments: Int
    /// Least numbers of votes, rising: the columns.
    package var minVotes: [Int]
    /// Ranges of ratios called controversial: the rows.
    package var bands: [ClosedRange<Double>]
    /// One for each band, of one count for each number of votes.
    package var controversial: [[Int]]
    package var uncontroversial: [[Int]]
    /// Labels unlike those of the set compared with; `nil` if there is none.
    package var flips: [[Int]]?

    package init(
        comments: Int, minVotes: [Int], bands: [ClosedRange<Double>], controversial: [[Int]],
        uncontroversial: [[Int]], flips: [[Int]]? = nil
    ) {
        self.comments = comments
        self.minVotes = minVotes
        self.bands = bands
        self.controversial = controversial
        self.uncontroversial = uncontroversial
        self.flips = flips
    }

    /// The surface as one self-contained SVG file that follows the reader's light or dark setting.
    package func svg() -> String { SurfaceSection.file(self).html }
}
