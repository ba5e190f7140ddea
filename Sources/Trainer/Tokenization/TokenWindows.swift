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

    /// Windows that begin `step` pieces after each other, the last one as long as what is left: `doc_stride` of
    /// google-research/bert, run_squad.py. What tokenizers of Hugging Face call `stride` is size less step.
    ///
    /// - Parameter step: at least 1; no more than a window is long, so that no piece is left out.
    package init(count: Int, size: Int, step: Int) {
        precondition(size > 0 && step > 0, "windows of \(size) do not go on by \(step)")
        var ranges: [Range<Int>] = []
        var start = 0
        while start < count {
            ranges.append(start..<min(count, start + size))
            if start + size >= count { break }
            start += min(size, step)
        }
        self.ranges = ranges
    }

    /// The window that sees most around a piece, by the shorter of its two sides and, by little, its length; of equals the first.
    ///
    /// Source: `_check_is_max_context` of google-research/bert, run_squad.py.
    package func best(for piece: Int) -> Int {
        var (best, most) = (0, -1.0)
        for (number, range) in ranges.enumerated() where range.contains(piece) {
            let context =
                Double(min(piece - range.lowerBound, range.upperBound - 1 - piece)) + 0.01
                * Double(range.count)
            if context > most { (best, most) = (number, context) }
        }
        return best
    }
}
