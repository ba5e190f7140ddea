package import Tensors

/// Squared distance between one score of each row and the number it should be.
package struct SquaredErrorObjective: Objective {
    package init() {}

    package func check(_ targets: Targets, rows: Int, scoreCount: Int) throws(BatchError) {
        guard scoreCount == 1 else {
            throw BatchError("the model has \(scoreCount) scores; a regression has one")
        }
        guard case .numbers(let values) = targets, values.count == rows, values.allSatisfy(\.isFinite) else {
            throw BatchError("targets must be \(rows) finite numbers")
        }
    }

    package func loss(
        of scores: Tensor, _ targets: Targets, weights: [Float]?, gradientScale: Double, gradient: Tensor?
    ) throws -> Double {
        guard case .numbers(let values) = targets else { throw BatchError("targets must be numbers") }
        var sum = 0.0
        for row in 0..<scores.rows {
            let weight = Double(weights?[row] ?? 1)
            let error = Double(scores.floats[row]) - Double(values[row])
            sum += weight * error * error
            gradient?.floats[row] = Float(gradientScale * weight * 2 * error)
        }
        return sum
    }
}
