/// Which tokens of a text an encoder has to name, and what it sees in their place.
package struct MaskingRule: Hashable, Codable, Sendable {
    /// What is masked together.
    package enum Unit: String, CaseIterable, Codable, Sendable {
        case token
        /// All pieces of a word.
        case word
        /// Runs of words, their lengths drawn from a geometric distribution.
        ///
        /// Source: Joshi et al., "SpanBERT" (2020), section 3.1, arXiv:1907.10529.
        case span
    }

    /// How many are masked.
    package enum Count: String, CaseIterable, Codable, Sendable {
        /// Each with the same probability, so that their number varies, as in Hugging Face's collator.
        case bernoulli
        /// The share of each row's tokens, special ones counted, rounded, at least one: as in Google's BERT.
        case exact
    }

    package var unit = Unit.token
    package var count = Count.bernoulli
    /// Share of the tokens, above 0 and below 1.
    package var share = 0.15
    /// Of the masked tokens, the share that is seen as the mask and the share that is seen as a random word of the
    /// vocabulary; the rest is seen as it is. Not negative, at most 1 together.
    package var masks = 0.8
    package var randoms = 0.1

    package init() {}

    /// Success probability and greatest length of a span, in words.
    static let spanEnd = 0.2
    static let longestSpan = 10
}
