import ShardFormat

/// Finds the best answers to a question over the windows of its context, as BERT's programs for SQuAD do.
///
/// An answer begins and ends at tokens of one window, at most 30 of them, and begins in the window that shows most around its
/// first token. Of each window the 20 most probable beginnings and the 20 most probable ends are joined.
///
/// Source: Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers" (2019), section 4.2 and 4.3, arXiv:1810.04805;
/// google-research/bert, run_squad.py, `write_predictions`.
package struct AnswerSearch: Sendable {
    /// One window of a context with its scores.
    package struct Window: Sendable {
        /// That an answer begins, and ends, at each token of the row.
        package var starts: [Double]
        package var ends: [Double]
        /// The row's first token of the context.
        package var firstToken: Int
        /// Tokens at which an answer may begin, see ``/ShardFormat/AnswerRow/begins``.
        package var begins: Range<Int>
        /// Of each token of the context in the row: its code points in the context as given; empty for one that stands for none.
        package var places: [Range<Int32>]

        package init(
            starts: [Double], ends: [Double], firstToken: Int, begins: Range<Int>, places: [Range<Int32>]
        ) {
            self.starts = starts
            self.ends = ends
            self.firstToken = firstToken
            self.begins = begins
            self.places = places
        }

        /// - Parameter scores: of the row's tokens, `[tokens, 2]`, row-major.
        init(_ row: AnswerRow, scores: ArraySlice<Double>) {
            let first = scores.startIndex
            self.init(
                starts: stride(from: first, to: scores.endIndex, by: 2).map { scores[$0] },
                ends: stride(from: first + 1, to: scores.endIndex, by: 2).map { scores[$0] },
                firstToken: row.firstToken, begins: row.begins, places: row.places)
        }
    }

    /// An answer.
    package struct Found: Hashable, Sendable {
        /// Its code points in the context as given.
        package var place: Range<Int>
        /// The sum of the scores of its two ends.
        package var score: Double

        package init(place: Range<Int>, score: Double) {
            self.place = place
            self.score = score
        }
    }

    /// Beginnings and ends of a window that are joined, and answers that are kept.
    package static let mostFound = 20
    /// Most tokens of an answer.
    package static let mostTokens = 30

    /// The best first; of equally good ones that of the earlier window, and of the better beginning.
    package let answers: [Found]
    /// The score of "no answer": the least, over the windows, of the sum of the first token's two.
    package let nullScore: Double

    package init(_ windows: [Window]) {
        var found: [Found] = []
        for window in windows {
            let tokens = window.firstToken..<window.firstToken + window.places.count
            let ends = Self.best(window.ends)
            for start in Self.best(window.starts) where window.begins.contains(start) {
                for end in ends where tokens.contains(end) && end >= start && end - start < Self.mostTokens {
                    let (first, last) = (
                        window.places[start - tokens.lowerBound], window.places[end - tokens.lowerBound]
                    )
                    guard !first.isEmpty, !last.isEmpty, first.lowerBound < last.upperBound else { continue }
                    found.append(
                        Found(
                            place: Int(first.lowerBound)..<Int(last.upperBound),
                            score: window.starts[start] + window.ends[end]))
                }
            }
        }
        answers = Array(
            found.enumerated().sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }
                .prefix(Self.mostFound).map(\.element))
        nullScore = windows.map { ($0.starts.first ?? 0) + ($0.ends.first ?? 0) }.min() ?? 0
    }

    /// The tokens with the highest scores, the highest first, of equal ones the earlier.
    private static func best(_ scores: [Double]) -> [Int] {
        Array(scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }.prefix(mostFound))
    }
}
