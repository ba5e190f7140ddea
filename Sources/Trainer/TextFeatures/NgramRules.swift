/// Which n-grams of a text are its features.
package struct NgramRules: Hashable, Sendable {
    package enum Unit: String, CaseIterable, Sendable {
        /// Runs of code points, over the whole text.
        case characters = "char"
        /// Runs of code points inside of words, each word with a space at either end.
        case charactersInWords = "char_wb"
        /// Runs of words: code points that are letters, numbers or `_`.
        case words = "word"
    }

    package var unit: Unit
    /// Lengths of n-grams, in units; from 1 on.
    package var lengths: ClosedRange<Int>
    /// Whether texts are lower-cased first.
    package var lowercase: Bool
    /// Shortest word in code points; of ``Unit/words``. scikit-learn's default, 2, leaves out all words of one syllable.
    package var leastWordLength: Int

    package init(
        _ unit: Unit, lengths: ClosedRange<Int>, lowercase: Bool = true, leastWordLength: Int = 2
    ) {
        precondition(lengths.lowerBound >= 1 && leastWordLength >= 1, "lengths are from 1 on")
        self.unit = unit
        self.lengths = lengths
        self.lowercase = lowercase
        self.leastWordLength = leastWordLength
    }
}
