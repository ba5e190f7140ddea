internal import CLibrary

/// What becomes of scores before a token is chosen, in the order in which transformers does it.
///
/// Source: `_get_logits_processor` and the classes of `logits_process.py` in huggingface/transformers.
package struct ScoreRules {
    private let settings: GenerationSettings

    package init(_ settings: GenerationSettings) { self.settings = settings }

    /// Lowers the scores of tokens that are not wanted.
    ///
    /// - Parameters:
    ///   - scores: one for each word; log probabilities for beams.
    ///   - text: all tokens so far, the given ones included.
    ///   - new: how many of them were not given.
    package func apply(to scores: inout [Float], after text: [Int32], new: Int) {
        if settings.repetitionPenalty != 1 {
            let penalty = Float(settings.repetitionPenalty)
            for id in Set(text) {
                let score = scores[Int(id)]
                scores[Int(id)] = score < 0 ? score * penalty : score / penalty
            }
        }
        for id in repeating(text) { scores[Int(id)] = -.infinity }
        if new < settings.minNewTokens {
            for id in settings.endIDs { scores[Int(id)] = -.infinity }
        }
    }

    /// Tokens that would end a run that the text has already.
    private func repeating(_ text: [Int32]) -> Set<Int32> {
        let size = settings.noRepeatNgram
        guard size > 0, text.count + 1 >= size else { return [] }
        let last = text.suffix(size - 1)
        return Set(
            (size - 1..<max(size - 1, text.count)).compactMap { end in
                text[(end - size + 1)..<end].elementsEqual(last) ? text[end] : nil
            })
    }

    /// What is left to be drawn from: scores by the temperature, those of other tokens -∞.
    package func narrow(_ scores: inout [Float]) {
        if settings.temperature != 1 {
            let temperature = Float(settings.temperature)
            for place in scores.indices { scores[place] /= temperature }
        }
        if settings.topK > 0, settings.topK < scores.count {
            // Those as high as the last one stay.
            let least = scores.sorted(by: >)[settings.topK - 1]
            for place in scores.indices where scores[place] < least { scores[place] = -.infinity }
        }
        if settings.topP < 1 { keepLikely(&scores) }
    }

    /// Leaves the fewest tokens whose probabilities come to the share, at least one.
    private func keepLikely(_ scores: inout [Float]) {
        let probabilities = Self.probabilities(scores)
        let order = scores.indices.filter { probabilities[$0] > 0 }.sorted {
            (scores[$0], $1) < (scores[$1], $0)
        }
        var sum = 0.0
        for place in scores.indices where probabilities[place] == 0 { scores[place] = -.infinity }
        for place in order.dropLast() {
            sum += probabilities[place]
            if sum > 1 - settings.topP { break }
            scores[place] = -.infinity
        }
    }

    /// The softmax, in double precision.
    package static func probabilities(_ scores: [Float]) -> [Double] {
        let highest = Double(scores.max() ?? 0)
        let powers = scores.map { exp(Double($0) - highest) }
        let sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
    }

    /// Logarithms of the softmax.
    static func logProbabilities(_ scores: [Float]) -> [Float] {
        let highest = Double(scores.max() ?? 0)
        let logSum = highest + log(scores.reduce(0.0) { $0 + exp(Double($1) - highest) })
        return scores.map { Float(Double($0) - logSum) }
    }
}
