package import StageKit

/// How the agreement ratios of the comments with enough votes are distributed: counts in equal bins over 0 ... 1, the
/// lower edge of each included, and 1 in the last.
package struct RatioHistogram {
    package static let binCount = 50
    /// Comments in each bin.
    package private(set) var counts = [Int](repeating: 0, count: Self.binCount)

    /// - Parameters:
    ///   - ups: up-votes of each comment.
    ///   - downs: down-votes of each comment, as many.
    ///   - minVotes: fewest votes of a comment that is counted; comments without any vote never are.
    package init(ups: [Int32], downs: [Int32], minVotes: Int) {
        for (up, down) in zip(ups, downs) {
            let total = Int(up) + Int(down)
            guard total >= minVotes, total > 0 else { continue }
            // In whole numbers, so that a ratio on a bin's edge always falls into the bin above it.
            counts[min(Self.binCount - 1, Int(up) * Self.binCount / total)] += 1
        }
    }

    /// As the label stage's figure `ratio_histogram`.
    package var figure: JSONValue {
        ["bin_width": .number(1 / Double(Self.binCount)), "all": .array(counts.map(JSONValue.integer))]
    }
}
