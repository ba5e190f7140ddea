/// A sentence with a place for a text and a masked word, as ids, that each row's text is set into.
///
/// Rows keep the special tokens around them. Where a row would get too long its text loses tokens from the end; what the sentence
/// says, and the masked word, stay whole.
package struct ClozeFrame: Hashable, Sendable {
    /// Where the masked word stands.
    package enum MaskPlace: Hashable, Sendable {
        /// In ``before``, or in ``after``, counted from 0.
        case before(Int)
        case after(Int)
    }

    /// Special tokens in front of a text in the shards, and behind it.
    let opening: Int
    let closing: Int
    /// What stands in front of the text and behind it, the masked word included.
    package let before: [Int32]
    package let after: [Int32]
    package let mask: MaskPlace
    /// Most tokens of a row, special ones included.
    package let maxTokens: Int

    /// - Throws: ``TrainingError`` where the sentence leaves no token for the text.
    package init(
        opening: Int, closing: Int, before: [Int32], after: [Int32], mask: MaskPlace, maxTokens: Int
    ) throws(TrainingError) {
        (self.opening, self.closing) = (opening, closing)
        (self.before, self.after, self.mask) = (before, after, mask)
        self.maxTokens = maxTokens
        guard room > 0 else {
            throw .data(
                "the pattern and the special tokens take \(maxTokens - room) tokens, and the model has \(maxTokens) positions: "
                    + "no token of a text would be left")
        }
    }

    /// Most tokens of a text.
    package var room: Int { maxTokens - opening - closing - before.count - after.count }

    /// Whether the text of a row of this many tokens, special ones included, loses some of them.
    package func cuts(rowOf length: Int) -> Bool { length - opening - closing > room }

    /// Tokens of such a row with the sentence.
    func length(ofRow length: Int) -> Int {
        cuts(rowOf: length) ? maxTokens : length + before.count + after.count
    }

    /// Sets the text of the last row of a batch into the sentence.
    ///
    /// - Parameter first: place of the row's first token.
    /// - Returns: place of the masked word.
    package func fill(_ ids: inout [Int32], rowFrom first: Int) -> Int {
        let start = first + opening
        let kept = min(ids.count - closing - start, room)
        ids.replaceSubrange(start + kept..<ids.count - closing, with: after)
        ids.insert(contentsOf: before, at: start)
        return switch mask {
        case .before(let place): start + place
        case .after(let place): start + before.count + kept + place
        }
    }
}
