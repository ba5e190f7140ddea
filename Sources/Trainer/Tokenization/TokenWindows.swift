/// A long row of pieces as overlapping windows, each short enough for a model.
package struct TokenWindows: Hashable, Sendable {
    /// The pieces of each window, in order; the last window ends with the last piece.
    package let ranges: [Range<Int>]

    /// - Parameters:
    ///   - count: pieces of the row; without any there is no window.
    ///   - size: most pieces of a window, at least 1.
    ///   - overlap: pieces that neighbors have in common, fewer than `size`; the last two may have more.
    package init(count: Int, size: Int, overlap: Int) {
        precondition(
            size > 0 && (0..<size).contains(overlap), "windows of \(size) do not overlap by \(overlap)")
        var ranges: [Range<Int>] = []
        var start = 0
        while start + size < count {
            ranges.append(start..<start + size)
            start += size - overlap
        }
        if count > 0 { ranges.append(max(0, count - size)..<count) }
        self.ranges = ranges
    }

    /// The window that sees most around a piece, by the shorter of its two sides; of equals the first.
    ///
    /// Source: `_check_is_max_context` of google-research/bert, run_squad.py.
    package func best(for piece: Int) -> Int {
        var (best, most) = (0, -1)
        for (number, range) in ranges.enumerated() where range.contains(piece) {
            let context = min(piece - range.lowerBound, range.upperBound - 1 - piece)
            if context > most { (best, most) = (number, context) }
        }
        return best
    }
}
