/// Which end of a text that is too long loses its ids; named as Hugging Face's `truncation_side`.
package enum TruncationSide: String, CaseIterable, Hashable, Sendable {
    /// The end is cut, as is usual.
    case right
    /// The beginning is cut: the last words stay.
    case left
}

/// How many ids each text of a sequence keeps under a limit, the longer one losing first.
enum Truncation {
    /// - Parameters:
    ///   - first: ids of the first text.
    ///   - second: ids of the second text, 0 when there is none.
    ///   - limit: most ids of both together, without the special ones; nil: no limit.
    ///   - mode: when both are cut and an odd number is left, Rust gives the extra id to the longer text (of
    ///     equals, the second), the Python code to the first.
    static func lengths(
        _ first: Int, _ second: Int, limit: Int?, mode: WordPieceMode
    ) -> (first: Int, second: Int) {
        guard let limit, first + second > limit else { return (first, second) }
        let shorter = min(first, second)
        // Only the longer text is cut as long as it stays the longer one.
        if limit - shorter >= shorter {
            return first > second ? (limit - second, second) : (first, limit - first)
        }
        let (less, more) = (limit / 2, limit - limit / 2)
        return mode == .hfFast && first <= second ? (less, more) : (more, less)
    }
}
