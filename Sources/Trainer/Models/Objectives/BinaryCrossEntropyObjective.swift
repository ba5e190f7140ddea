internal import CLibrary
package import Tensors

/// Cross-entropy of a yes or no for each class, in nats: a row may be of any number of classes.
///
/// The loss of a row is the mean over its classes, as in PyTorch's `BCEWithLogitsLoss`.
package struct BinaryCrossEntropyObjective: Objective {
    /// Factor of the loss of each class where a row is of it; `nil` means all 1.
    package let positiveWeights: [Double]?

    package init(positiveWeights: [Double]? = nil) {
        self.positiveWeights = positiveWeights
    }

    package func check(_ targets: Targets, rows: Int, scoreCount: Int) throws(BatchError) {
        guard case .numbers(let values) = targets, values.count == rows * scoreCount,
            values.allSatisfy({ $0 >= 0 && $0 <= 1 })
        else {
            throw BatchError("targets must be \(rows) x \(scoreCount) numbers, each 0 ... 1")
        }
        if let positiveWeights, positiveWeights.count != scoreCount {
            throw BatchError("\(positiveWeights.count) class weights for \(scoreCount) classes")
        }
    }

    package func loss(
        of scores: Tensor, _ targets: Targets, weights: [Float]?, gradientScale: Double, gradient: Tensor?
    ) throws -> Double {
        guard case .numbers(let values) = targets else { throw BatchError("targets must be numbers") }
        let classes = scores.columns
        var sum = 0.0
        for row in 0..<scores.rows {
            let weight = Double(weights?[row] ?? 1) / Double(classes)
            for number in 0..<classes {
                let place = row * classes + number
                let (score, target) = (Double(scores.floats[place]), Double(values[place]))
                let factor = 1 + ((positiveWeights?[number] ?? 1) - 1) * target
                sum += weight * ((1 - target) * score + factor * (log1p(exp(-abs(score))) + max(-score, 0)))
                let slope = (1 - target) + factor * (logistic(score) - 1)
                gradient?.floats[place] = Float(gradientScale * weight * slope)
            }
        }
        return sum
    }
}
