public import StageKit

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
    /// Labels unlike those of the set compared with; `nil` if there is none.
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

    /// Reads format `splitvote-surface` version 1; `nil` for anything else.
    public init?(_ json: JSONValue) {
        let votes = json.list("min_votes").compactMap(\.intValue)
        let bands = json.list("bands").compactMap { band -> ClosedRange<Double>? in
            let ends = (band.arrayValue ?? []).compactMap(\.doubleValue)
            return ends.count == 2 && ends[0] <= ends[1] ? ends[0]...ends[1] : nil
        }
        let cells = json.list("cells")
        guard json.text("format") == "splitvote-surface", json.int("version") == 1,
            let comments = json.int("comments"), !votes.isEmpty, cells.count == votes.count * bands.count
        else { return nil }
        func grid(_ value: (JSONValue) -> Int?) -> [[Int]]? {
            let values = cells.compactMap(value)
            guard values.count == cells.count else { return nil }
            return bands.indices.map { Array(values[($0 * votes.count)..<(($0 + 1) * votes.count)]) }
        }
        guard let controversial = grid({ $0.int("controversial") }),
            let uncontroversial = grid({ $0.int("uncontroversial") })
        else { return nil }
        let flips = grid { cell in
            guard let flips = cell["flips"], let gained = flips.int("gained"), let lost = flips.int("lost"),
                let turned = flips.int("turned")
            else { return nil }
            return gained + lost + turned
        }
        self.init(
            comments: comments, minVotes: votes, bands: bands, controversial: controversial,
            uncontroversial: uncontroversial, flips: flips)
    }

    /// The surface as one self-contained SVG file that follows the reader's light or dark setting.
    public func svg() -> String { SurfaceSection.file(self).html }
}
