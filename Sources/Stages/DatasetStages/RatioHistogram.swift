package import VoteModel

/// How the agreement ratios of the comments with enough votes are distributed: counts in equal bins over 0 ... 1, the
/// lower edge of each included, and 1 in the last.
package struct RatioHistogram {
    package static let binCount = 50
    /// Comments in each bin.
    package private(set) var counts = [Int](repeating: 0, count: Self.binCount)

    /// - Parameter minVotes: fewest votes of a comment that is counted; comments without any vote never are.
    package init(_ census: VoteCensus, minVotes: Int) {
        for entry in census.entries where entry.total >= minVotes && entry.total > 0 {
            // In whole numbers, so that a ratio on a bin's edge always falls into the bin above it.
            let bin = Int(entry.up) * Self.binCount / entry.total
            counts[min(Self.binCount - 1, bin)] += entry.comments
        }
    }

    /// As the label stage reports it.
    var figure: LabelFigures.Ratios {
        LabelFigures.Ratios(binWidth: 1 / Double(Self.binCount), all: counts)
    }
}
