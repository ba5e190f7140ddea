package import Tensors

/// Softmax cross-entropy, in nats: each row is of one class, or of several with a probability each.
package struct CrossEntropyObjective: Objective {
    package init() {}

    package func check(_ targets: Targets, rows: Int, scoreCount: Int) throws(BatchError) {
        switch targets {
        case .classes(let classes):
            if classes.count != rows {
                throw BatchError("the batch has \(classes.count) labels for \(rows) rows")
            }
            if let row = classes.firstIndex(where: { $0 < 0 || Int($0) >= scoreCount }) {
                throw BatchError(
                    "row \(row) of the batch has label \(classes[row]); the model has \(scoreCount) from 0")
            }
        case .probabilities(let values):
            guard values.count == rows * scoreCount, values.allSatisfy({ $0 >= 0 && $0 <= 1 }) else {
                throw BatchError("soft targets must be \(rows) x \(scoreCount) probabilities")
            }
        case .numbers, .places, .taught:
            throw BatchError("rows have numbers for targets; a class of each is needed")
        }
    }

    package func loss(
        of scores: Tensor, _ targets: Targets, weights: [Float]?, gradientScale: Double, gradient: Tensor?
    ) throws -> Double {
        let kernelTargets: CrossEntropy.Targets =
            switch targets {
            case .classes(let classes): .classes(classes)
            case .probabilities(let values): .probabilities(values)
            case .numbers, .places, .taught:
                throw BatchError("rows have numbers for targets; a class of each is needed")
            }
        return try CrossEntropy.forwardBackward(
            logits: scores, targets: kernelTargets, weights: weights, gradientScale: gradientScale,
            gradient: gradient)
    }
}
