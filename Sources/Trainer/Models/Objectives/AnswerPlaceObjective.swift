internal import CLibrary
package import Tensors

/// Where an answer begins and where it ends: the mean of two cross-entropies, in nats, each of a softmax over the tokens of a row.
///
/// As `BertForQuestionAnswering` of huggingface/transformers has it, over rows without padding: there padded tokens are in the
/// softmax as well.
package struct AnswerPlaceObjective: Objective {
    package init() {}

    package func check(_ targets: Targets, rows: Int, scoreCount: Int) throws(BatchError) {
        guard scoreCount == 2 else {
            throw BatchError(
                "the model has \(scoreCount) scores of a token; answers need 2, of their beginning and their end"
            )
        }
        guard case .places(let found) = targets else {
            throw BatchError("rows have no places of answers for targets")
        }
        guard found.offsets.first == 0, Int(found.offsets[found.rows]) == rows,
            found.places.count == 2 * found.rows, zip(found.offsets, found.offsets.dropFirst()).allSatisfy(<)
        else {
            throw BatchError(
                "the batch has \(found.places.count) places for \(found.rows) rows of \(rows) tokens; each needs two"
            )
        }
        for row in 0..<found.rows {
            let tokens = found.offsets[row + 1] - found.offsets[row]
            let (start, end) = (found.places[2 * row], found.places[2 * row + 1])
            let isNone = start == AnswerPlaces.none && end == AnswerPlaces.none
            guard isNone || start >= 0 && start <= end && end < tokens else {
                throw BatchError(
                    "the answer of row \(row) of the batch is at the tokens \(start) ... \(end) of \(tokens)")
            }
        }
    }

    package func loss(
        of scores: Tensor, _ targets: Targets, weights: [Float]?, gradientScale: Double, gradient: Tensor?
    ) throws -> Double {
        guard case .places(let found) = targets else { throw BatchError("targets must be places of answers") }
        var sum = 0.0
        for row in 0..<found.rows {
            let tokens = Int(found.offsets[row])..<Int(found.offsets[row + 1])
            let weight = Double(weights?[row] ?? 1) / 2
            for side in 0..<2 {
                let place = found.places[2 * row + side]
                let isLearned = place != AnswerPlaces.none
                let highest = tokens.reduce(-Double.infinity) {
                    max($0, Double(scores.floats[2 * $1 + side]))
                }
                let all = tokens.reduce(0.0) { $0 + exp(Double(scores.floats[2 * $1 + side]) - highest) }
                let target = tokens.lowerBound + Int(max(0, place))
                if isLearned {
                    sum += weight * (highest + log(all) - Double(scores.floats[2 * target + side]))
                }
                guard let gradient else { continue }
                for token in tokens {
                    let share = exp(Double(scores.floats[2 * token + side]) - highest) / all
                    let slope = isLearned ? share - (token == target ? 1 : 0) : 0
                    gradient.floats[2 * token + side] = Float(gradientScale * weight * slope)
                }
            }
        }
        return sum
    }
}
