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
    /// The rule that is in force, if it is one of these.
    package var current: Rule?

    package struct Rule: Hashable, Sendable {
        package var minVotes: Int
        package var band: ClosedRange<Double>

        package init(minVotes: Int, band: ClosedRange<Double>) {
            self.minVotes = minVotes
            self.band = band
        }
    }

    package init(
        comments: Int, minVotes: [Int], bands: [ClosedRange<Double>], controversial: [[Int]],
        uncontroversial: [[Int]], flips: [[Int]]? = nil, current: Rule? = nil
    ) {
        self.comments = comments
        self.minVotes = minVotes
        self.bands = bands
        self.controversial = controversial
        self.uncontroversial = uncontroversial
        self.flips = flips
        self.current = current
    }

    /// The row and column of the rule in force.
    var place: (row: Int, column: Int)? {
        guard let current, let column = minVotes.firstIndex(of: current.minVotes),
            let row = bands.firstIndex(of: current.band)
        else { return nil }
        return (row, column)
    }

    /// The surface as one self-contained SVG file that follows the reader's light or dark setting.
    package func svg() -> String { SurfaceSection.file(self).html }
}
