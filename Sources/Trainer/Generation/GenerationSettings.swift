/// How texts are continued.
package struct GenerationSettings: Hashable, Sendable {
    /// How the next token is chosen.
    package enum Choice: Hashable, Sendable {
        /// The one with the highest score.
        case greedy
        /// Several continuations side by side, of which those with the highest sum of log probabilities are kept.
        case beams(Int)
        /// Drawn by the probabilities of the scores.
        case sample(seed: UInt64)
    }

    package var choice = Choice.greedy
    /// What scores are divided by before a token is drawn; above 0.
    package var temperature = 1.0
    /// Tokens with the highest scores that are drawn from; 0 for all.
    package var topK = 0
    /// Tokens that are drawn from: the fewest whose probabilities come to this share; above 0, at most 1.
    package var topP = 1.0
    /// By how much the score of a token that the text has already is lowered; 1 for not at all.
    package var repetitionPenalty = 1.0
    /// Length of runs of tokens that no text has twice; 0 for no such rule.
    package var noRepeatNgram = 0
    package var minNewTokens = 0
    package var maxNewTokens = 64
    /// Power of a continuation's length that the sum of its log probabilities is divided by; for beams.
    package var lengthPenalty = 1.0
    /// Tokens that end a text.
    package var endIDs: [Int32] = []

    package init() {}
}
