internal import CLibrary
package import Tensors

/// Cross-entropy of the yes or no to "above this class?" for each class but the last, summed, in nats: for one class of each
/// row, of classes in an order. An answer that is far off costs more than one nearby.
///
/// The probability of being above class k is the sum of the softmax over the classes beyond it. It falls with k whatever the
/// weights are, so no two of the answers contradict each other, and the scores are those of an ordinary classifier.
///
/// Source: the yes-or-no tasks of Cao, Mirjalili, Raschka, "Rank consistent ordinal regression for neural networks" (2020),
/// section 3.2, arXiv:1901.07884, over probabilities that add up as in Tödter, Ahrens, "Generalization of the Ignorance
/// Score" (2012), Monthly Weather Review 140.
package struct OrderedClassesObjective: Objective {
    package init() {}

    package func check(_ targets: Targets, rows: Int, scoreCount: Int) throws(BatchError) {
        guard case .classes = targets else {
            throw BatchError("rows have probabilities or numbers for targets; a class of each is needed")
        }
        try CrossEntropyObjective().check(targets, rows: rows, scoreCount: scoreCount)
    }

    package func loss(
        of scores: Tensor, _ targets: Targets, weights: [Float]?, gradientScale: Double, gradient: Tensor?
    ) throws -> Double {
        guard case .classes(let labels) = targets else { throw BatchError("targets must be classes") }
        let classes = scores.columns
        var sum = 0.0
        var slopes = [Double](repeating: 0, count: classes)
        for row in 0..<scores.rows {
            let weight = Double(weights?[row] ?? 1)
            let own = (0..<classes).map { Double(scores.floats[row * classes + $0]) }
            sum += weight * Self.loss(of: own, label: Int(labels[row]), slopes: &slopes)
            for number in 0..<classes {
                gradient?.floats[row * classes + number] = Float(gradientScale * weight * slopes[number])
            }
        }
        return sum
    }

    /// The loss of one row.
    ///
    /// - Parameters:
    ///   - scores: of the classes, in their order.
    ///   - label: its class.
    ///   - slopes: receives the derivative by each score.
    /// - Complexity: O(classes²).
    package static func loss(of scores: [Double], label: Int, slopes: inout [Double]) -> Double {
        let highest = scores.max() ?? 0
        let shares = scores.map { exp($0 - highest) }
        let all = shares.reduce(0, +)
        var loss = 0.0
        for index in slopes.indices { slopes[index] = Double(scores.count - 1) * shares[index] / all }
        for border in 1..<max(1, scores.count) {
            // The side of the border that the row is on.
            let side = label >= border ? border..<scores.count : 0..<border
            let peak = scores[side].max() ?? 0
            let own = scores[side].map { exp($0 - peak) }
            let sum = own.reduce(0, +)
            loss += (highest + log(all)) - (peak + log(sum))
            for (index, share) in zip(side, own) { slopes[index] -= share / sum }
        }
        return loss
    }
}
