private import CLibrary

/// Linear scores of classes, fitted by penalized maximum likelihood.
///
/// Minimizes Σ weight · cross-entropy + l2 / 2 · ‖coefficients‖², with free intercepts: what scikit-learn's
/// `LogisticRegression(C=1/l2)` minimizes. Of two classes only the difference of their scores is fitted.
///
/// Source: Hastie, Tibshirani, Friedman, "The Elements of Statistical Learning" (2009), section 4.4.
package struct LogisticRegression: Hashable, Sendable {
    /// Rows to fit.
    package struct Rows: Sendable {
        package var features: any FeatureMatrix
        /// Probability of each class, `[rows, classes]`, row-major.
        package var targets: [Double]
        package var classCount: Int
        /// How much each row counts, `[rows]`, not negative.
        package var weights: [Double]

        package init(
            features: any FeatureMatrix, targets: [Double], classCount: Int, weights: [Double]
        ) {
            precondition(classCount > 1, "at least two classes")
            precondition(
                features.rowCount == weights.count && targets.count == weights.count * classCount,
                "every row has its features, targets and weight")
            self.features = features
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

    /// Fits the rows; the same rows give the same bits.
    ///
    /// - Parameters:
    ///   - l2: weight of the penalty, above 0.
    ///   - tolerance: largest entry of the mean loss's gradient at which the fit ends.
    ///   - start: a fit of the same shape to start from, such as one with another penalty; `nil` starts from zeros.
    package init(
        fitting rows: Rows, l2: Double, tolerance: Double = LBFGS().tolerance,
        from start: LogisticRegression? = nil
    ) {
        precondition(l2 > 0, "without a penalty separable classes have no solution")
        let outputs = Self.outputs(rows.classCount)
        let objective = PenalizedLoss(
            features: rows.features, weights: rows.weights, functions: outputs, l2: l2
        ) { scores, row in
            Self.residuals(&scores, rows.targets[row * rows.classCount..<(row + 1) * rows.classCount])
        }
        let found = objective.minimum(tolerance: tolerance, from: start?.parameters)
        iterations = found.iterations
        if outputs == 1 {
            // The difference, halved to either side.
            coefficients = found.coefficients.map { -$0 / 2 } + found.coefficients.map { $0 / 2 }
            intercepts = [-found.intercepts[0] / 2, found.intercepts[0] / 2]
        } else {
            coefficients = found.coefficients
            intercepts = found.intercepts
        }
    }

    /// Linear functions: one for two classes, else one a class.
    private static func outputs(_ classCount: Int) -> Int { classCount == 2 ? 1 : classCount }

    /// The parameters that it was made of.
    private var parameters: [Double] {
        let width = coefficients.count / intercepts.count
        func function(_ output: Int) -> [Double] {
            coefficients[output * width..<(output + 1) * width] + [intercepts[output]]
        }
        return intercepts.count == 2
            ? zip(function(1), function(0)).map { $0 - $1 } : intercepts.indices.flatMap(function)
    }

    /// Cross-entropy of a row; the scores become its derivatives.
    private static func residuals(
        _ scores: inout UnsafeMutableBufferPointer<Double>, _ targets: ArraySlice<Double>
    ) -> Double {
        if scores.count == 1 {
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
}
