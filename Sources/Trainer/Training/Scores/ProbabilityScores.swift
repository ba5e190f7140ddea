import CLibrary

/// Scores of predicted probabilities, `[rows, classes]` row-major.
enum ProbabilityScores {
    /// Mean of -log p(true class), in nats; p is kept within [ε, 1 - ε] with ε = 2^-52, as scikit-learn does.
    static func logLoss(labels: [Int], probabilities: [Double], classCount: Int) -> Double {
        let epsilon = Double.ulpOfOne
        let sum = labels.indices.reduce(0.0) { sum, row in
            sum - log(min(max(probabilities[row * classCount + labels[row]], epsilon), 1 - epsilon))
        }
        return sum / Double(labels.count)
    }

    /// Mean cross-entropy of yes or no, in nats, the probabilities kept from 0 and 1 as above.
    static func logLoss(targets: [Bool], probabilities: [Double]) -> Double {
        let epsilon = Double.ulpOfOne
        let sum = targets.indices.reduce(0.0) { sum, place in
            let probability = min(max(probabilities[place], epsilon), 1 - epsilon)
            return sum - log(targets[place] ? probability : 1 - probability)
        }
        return sum / Double(targets.count)
    }

    /// Mean squared distance between probabilities and truth: 0 ... 1 for two classes (halved), 0 ... 2 for more.
    static func brier(labels: [Int], probabilities: [Double], classCount: Int) -> Double {
        var sum = 0.0
        for row in labels.indices {
            for label in 0..<classCount {
                let difference = (labels[row] == label ? 1 : 0) - probabilities[row * classCount + label]
                sum += difference * difference
            }
        }
        return sum / Double(labels.count) * (classCount == 2 ? 0.5 : 1)
    }

    /// Expected calibration error: mean distance between confidence and accuracy over 15 equal bins of the top
    /// probability, (lower, upper], weighted by their rows.
    ///
    /// Source: Guo et al., "On Calibration of Modern Neural Networks" (2017), arXiv:1706.04599.
    static func calibrationError(
        labels: [Int], predicted: [Int], probabilities: [Double], classCount: Int, bins: Int = 15
    ) -> Double {
        var rows = Array(repeating: 0.0, count: bins)
        var right = rows
        var confidences = rows
        for row in labels.indices {
            let confidence = probabilities[row * classCount + predicted[row]]
            let bin = bin(of: confidence, bins)
            rows[bin] += 1
            right[bin] += labels[row] == predicted[row] ? 1 : 0
            confidences[bin] += confidence
        }
        return (0..<bins).reduce(0.0) { $0 + abs(right[$1] - confidences[$1]) } / Double(labels.count)
    }

    /// The same of any number of yes-or-no decisions: mean distance between the probability of yes and how often it is
    /// yes, over the same bins.
    static func calibrationError(targets: [Bool], probabilities: [Double], bins: Int = 15) -> Double {
        var gaps = Array(repeating: 0.0, count: bins)
        for (isThere, probability) in zip(targets, probabilities) {
            gaps[bin(of: probability, bins)] += (isThere ? 1 : 0) - probability
        }
        return gaps.reduce(0) { $0 + abs($1) } / Double(targets.count)
    }

    /// The bin (lower, upper] of `bins` equal ones that a probability is in; the lowest one has 0 as well.
    private static func bin(of probability: Double, _ bins: Int) -> Int {
        // The product can land just beside an edge k / bins; the edges themselves decide.
        var bin = min(bins - 1, max(0, Int(probability * Double(bins))))
        if bin > 0, probability <= Double(bin) / Double(bins) { bin -= 1 }
        if bin < bins - 1, probability > Double(bin + 1) / Double(bins) { bin += 1 }
        return bin
    }
}
