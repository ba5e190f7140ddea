import CLibrary
import Models

/// Linear scores of classes, fitted by penalized maximum likelihood.
///
/// Minimizes Σ weight · cross-entropy + l2 / 2 · ‖coefficients‖², with free intercepts: what scikit-learn's
/// `LogisticRegression(C=1/l2)` minimizes. Of two classes only the difference of their scores is fitted.
///
/// Source: Hastie, Tibshirani, Friedman, "The Elements of Statistical Learning" (2009), section 4.4.
package struct LogisticRegression: Hashable, Sendable {
    /// Rows to fit.
    package struct Rows: Sendable {
        /// `[rows, features]`, row-major.
        package var features: [Float]
        package var featureCount: Int
        /// Probability of each class, `[rows, classes]`, row-major.
        package var targets: [Double]
        package var classCount: Int
        /// How much each row counts, `[rows]`, not negative.
        package var weights: [Double]

        package init(
            features: [Float], featureCount: Int, targets: [Double], classCount: Int, weights: [Double]
        ) {
            precondition(featureCount > 0 && classCount > 1, "at least one feature and two classes")
            precondition(
                features.count == weights.count * featureCount && targets.count == weights.count * classCount,
                "every row has its features, targets and weight")
            self.features = features
            self.featureCount = featureCount
            self.targets = targets
            self.classCount = classCount
            self.weights = weights
        }
    }

    /// `[classes, features]`, row-major.
    package let coefficients: [Double]
    /// `[classes]`.
    package let intercepts: [Double]
    /// Iterations that the fit took.
    package let iterations: Int

    /// Fits the rows from zeros; the same rows give the same bits.
    ///
    /// - Parameter l2: weight of the penalty, above 0.
    package init(fitting rows: Rows, l2: Double) {
        precondition(l2 > 0, "without a penalty separable classes have no solution")
        let objective = Objective(rows: rows, l2: l2)
        let start = [Double](repeating: 0, count: objective.outputs * (rows.featureCount + 1))
        let (solution, iterations) = LBFGS().minimize(from: start, objective.value)
        self.iterations = iterations
        let width = rows.featureCount + 1
        func part(_ output: Int) -> ArraySlice<Double> { solution[output * width..<(output + 1) * width] }
        if objective.outputs == 1 {
            // The difference, halved to either side.
            let scores = [part(0).map { -$0 / 2 }, part(0).map { $0 / 2 }]
            coefficients = scores.flatMap { $0.dropLast() }
            intercepts = scores.map { $0[width - 1] }
        } else {
            coefficients = (0..<objective.outputs).flatMap { part($0).dropLast() }
            intercepts = (0..<objective.outputs).map { solution[($0 + 1) * width - 1] }
        }
    }
}

/// Mean penalized loss over the rows, and its gradient.
private struct Objective {
    let rows: LogisticRegression.Rows
    let l2: Double

    /// Linear functions: one for two classes, else one a class.
    var outputs: Int { rows.classCount == 2 ? 1 : rows.classCount }

    /// Parameters: for each output its coefficients, then its intercept.
    func value(_ parameters: [Double], _ gradient: inout [Double]) -> Double {
        let (count, width) = (rows.featureCount, rows.featureCount + 1)
        let total = max(rows.weights.reduce(0, +), .leastNormalMagnitude)
        for index in gradient.indices { gradient[index] = 0 }
        var loss = 0.0
        var scores = [Double](repeating: 0, count: outputs)
        rows.features.withUnsafeBufferPointer { features in
            for (row, weight) in rows.weights.enumerated() where weight > 0 {
                let x = UnsafeBufferPointer(rebasing: features[row * count..<(row + 1) * count])
                for output in 0..<outputs {
                    scores[output] = parameters.withUnsafeBufferPointer { all in
                        dot(UnsafeBufferPointer(rebasing: all[output * width..<output * width + count]), x)
                            + all[output * width + count]
                    }
                }
                loss += weight * residuals(&scores, row)
                for output in 0..<outputs where scores[output] != 0 {
                    let factor = weight * scores[output]
                    gradient.withUnsafeMutableBufferPointer { all in
                        for index in 0..<count { all[output * width + index] += factor * Double(x[index]) }
                        all[output * width + count] += factor
                    }
                }
            }
        }
        for output in 0..<outputs {
            for index in output * width..<output * width + count {
                loss += l2 / 2 * parameters[index] * parameters[index]
                gradient[index] += l2 * parameters[index]
            }
        }
        for index in gradient.indices { gradient[index] /= total }
        return loss / total
    }

    /// Cross-entropy of a row; the scores become its derivatives.
    private func residuals(_ scores: inout [Double], _ row: Int) -> Double {
        let targets = rows.targets[row * rows.classCount..<(row + 1) * rows.classCount]
        if outputs == 1 {
            let (score, target) = (scores[0], targets[targets.startIndex + 1])
            scores[0] = logistic(score) - target
            return max(score, 0) + log1p(exp(-abs(score))) - target * score
        }
        let highest = scores.max() ?? 0
        let sum = scores.reduce(0) { $0 + exp($1 - highest) }
        var loss = 0.0
        for (output, target) in targets.enumerated() {
            let logProbability = scores[output] - highest - log(sum)
            loss -= target * logProbability
            scores[output] = exp(logProbability) - target
        }
        return loss
    }

    /// Eight sums side by side, so that the order of additions is fixed and the processor's lanes are used.
    private func dot(_ a: UnsafeBufferPointer<Double>, _ b: UnsafeBufferPointer<Float>) -> Double {
        var sums = SIMD8<Double>.zero
        let whole = a.count & ~7
        for start in stride(from: 0, to: whole, by: 8) {
            for lane in 0..<8 { sums[lane] += a[start + lane] * Double(b[start + lane]) }
        }
        var sum = sums.sum()
        for index in whole..<a.count { sum += a[index] * Double(b[index]) }
        return sum
    }
}
