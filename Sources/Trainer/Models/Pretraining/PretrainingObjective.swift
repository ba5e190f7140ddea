/// What an encoder learns from texts without labels.
package enum PretrainingObjective: Hashable, Sendable {
    /// To name the words that were masked; with pairs, also whether two texts belong together, or in this order.
    case maskedTokens(pairs: Bool)
    /// To tell each token of a row from those before it.
    case nextTokens
    /// To find the words that a small generator put in place of others, while the generator learns to name masked words.
    case replacedTokens(ReplacedTokens)

    /// The settings of replaced tokens.
    ///
    /// Source: Clark et al., "ELECTRA" (2020), arXiv:2003.10555, table 6.
    package struct ReplacedTokens: Hashable, Sendable {
        /// Width of the generator by that of the encoder, above 0 and at most 1: of its layers and of its heads' number.
        package var generatorSize = 0.25
        /// Weight of the loss of finding replaced tokens, beside 1 for naming the masked ones; above 0.
        package var weight = 50.0

        package init() {}
    }
}

/// Rows of texts of which some tokens are masked, or all but the first are to be told from those before them.
package struct PretrainingBatch: Hashable, Sendable {
    /// The rows as the encoder reads them.
    package var tokens: PackedTokens
    /// Places of the tokens to be named, in rising order; of those to be told the places before them.
    package var masked: [Int32]
    /// What stands there, or follows, `[masked]`.
    package var originals: [Int32]
    /// Of each row, 0 if its two texts belong together or are in order, else 1; empty without pairs.
    package var pairs: [Int32]

    package init(tokens: PackedTokens, masked: [Int32], originals: [Int32], pairs: [Int32] = []) {
        self.tokens = tokens
        self.masked = masked
        self.originals = originals
        self.pairs = pairs
    }

    /// The rows in this range as a separate batch.
    package func slice(_ rows: Range<Int>) -> PretrainingBatch {
        let (first, last) = (tokens.offsets[rows.lowerBound], tokens.offsets[rows.upperBound])
        let part = masked.indices.filter { masked[$0] >= first && masked[$0] < last }
        return PretrainingBatch(
            tokens: tokens.slice(rows), masked: part.map { masked[$0] - first },
            originals: part.map { originals[$0] }, pairs: pairs.isEmpty ? [] : Array(pairs[rows]))
    }

    /// What losses are means over.
    package var counts: Counts { Counts(masked: masked.count, rows: tokens.rows, tokens: tokens.tokens) }

    /// Numbers of masked tokens, rows and tokens of a step.
    package struct Counts: Hashable, Sendable {
        package var masked: Int
        package var rows: Int
        package var tokens: Int
    }
}

/// What a pass over a batch came to: sums, so that parts can be added.
package struct PretrainingResult: Hashable, Sendable {
    /// One question's losses, in nats, its right answers, and how many were asked.
    package struct Answers: Hashable, Sendable {
        package var lossSum = 0.0
        package var right = 0
        package var count = 0

        /// Mean loss; 0 when nothing was asked.
        package var loss: Double { count > 0 ? lossSum / Double(count) : 0 }
        /// Share of right answers; 0 when nothing was asked.
        package var accuracy: Double { count > 0 ? Double(right) / Double(count) : 0 }

        static func + (one: Answers, other: Answers) -> Answers {
            Answers(
                lossSum: one.lossSum + other.lossSum, right: one.right + other.right,
                count: one.count + other.count)
        }
    }

    /// Which word was masked, or comes next.
    package var words = Answers()
    /// Whether two texts belong together, or in this order.
    package var pairs = Answers()
    /// Which tokens were replaced.
    package var replaced = Answers()
    /// Tokens that the generator replaced by others.
    package var replacements = 0
    package var tokens = 0

    package init() {}

    package static func += (whole: inout PretrainingResult, part: PretrainingResult) {
        whole.words = whole.words + part.words
        whole.pairs = whole.pairs + part.pairs
        whole.replaced = whole.replaced + part.replaced
        whole.replacements += part.replacements
        whole.tokens += part.tokens
    }

    /// The sum of the mean losses as they are trained on.
    package func loss(_ objective: PretrainingObjective) -> Double {
        switch objective {
        case .maskedTokens, .nextTokens: words.loss + pairs.loss
        case .replacedTokens(let settings): words.loss + settings.weight * replaced.loss
        }
    }
}
