/// What a rule makes of the same comments under other thresholds, as plain numbers.
public struct SurfaceFigures: Hashable, Sendable {
    /// Comments looked at.
    public var comments: Int
    /// Least numbers of votes, rising: the columns.
    public var minVotes: [Int]
    /// Ranges of ratios called controversial: the rows.
    public var bands: [ClosedRange<Double>]
    /// One for each band, of one count for each number of votes.
    public var controversial: [[Int]]
    public var uncontroversial: [[Int]]
    /// Labels unlike those of the set compared with; `nil` where there is none.
    public var flips: [[Int]]?

    public init(
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

    /// The surface as one SVG file that needs nothing else and follows the reader's light or dark setting.
    public func svg() -> String { SurfaceSection.file(self).html }
}
