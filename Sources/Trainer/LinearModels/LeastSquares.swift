/// A linear function of features by penalized least squares, found step by step: what scikit-learn's `Ridge(alpha=l2)`
/// minimizes, Σ weight · (w · x + b - y)² + l2 · ‖w‖², with a free intercept. For features too many to solve at once.
///
/// Source: Hastie, Tibshirani, Friedman, "The Elements of Statistical Learning" (2009), section 3.4.1.
package struct LeastSquares: Hashable, Sendable {
    /// `[features]`.
    package let coefficients: [Double]
    package let intercept: Double
    /// Iterations that the fit took.
    package let iterations: Int

    /// - Parameters:
    ///   - targets: of each row.
    ///   - weights: how much each row counts, not negative.
    ///   - l2: weight of the penalty, above 0.
    ///   - tolerance: largest entry of the mean loss's gradient at which the fit ends.
    package init(
        fitting features: any FeatureMatrix, toward targets: [Double], weights: [Double], l2: Double,
        tolerance: Double = LBFGS().tolerance
    ) {
        precondition(
            targets.count == features.rowCount && weights.count == targets.count, "a target for each row")
        let loss = PenalizedLoss(features: features, weights: weights, functions: 1, l2: l2) { scores, row in
            let error = scores[0] - targets[row]
            scores[0] = error
            return error * error / 2
        }
        let found = loss.minimum(tolerance: tolerance)
        coefficients = found.coefficients
        intercept = found.intercepts[0]
        iterations = found.iterations
    }
}
