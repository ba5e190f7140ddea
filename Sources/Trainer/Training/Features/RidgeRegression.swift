import LinearModels

/// A linear function of features by penalized least squares, with a free intercept: what scikit-learn's
/// `Ridge(alpha=l2)` minimizes, Σ weight · (w · x + b - y)² + l2 · ‖w‖².
///
/// Source: Hastie, Tibshirani, Friedman, "The Elements of Statistical Learning" (2009), section 3.4.1.
enum RidgeRegression {
    /// - Complexity: O(rows · features² + features³).
    static func fit(
        _ features: DenseFeatures, toward targets: [Double], weights: [Double], l2: Double
    ) -> LinearFit {
        let width = features.columnCount
        let total = max(weights.reduce(0, +), .leastNormalMagnitude)
        var means = [Double](repeating: 0, count: width)
        var mean = 0.0
        for (row, weight) in weights.enumerated() {
            for index in 0..<width {
                means[index] += weight * Double(features.values[row * width + index]) / total
            }
            mean += weight * targets[row] / total
        }
        var matrix = [Double](repeating: 0, count: width * width)
        var right = [Double](repeating: 0, count: width)
        var centered = [Double](repeating: 0, count: width)
        for (row, weight) in weights.enumerated() where weight > 0 {
            for index in 0..<width {
                centered[index] = Double(features.values[row * width + index]) - means[index]
            }
            for one in 0..<width {
                let factor = weight * centered[one]
                right[one] += factor * (targets[row] - mean)
                for other in 0...one { matrix[one * width + other] += factor * centered[other] }
            }
        }
        for index in 0..<width { matrix[index * width + index] += l2 }
        let coefficients = solve(&matrix, right, width)
        let intercept = mean - zip(coefficients, means).reduce(0) { $0 + $1.0 * $1.1 }
        return LinearFit(coefficients: coefficients, intercepts: [intercept], iterations: 1)
    }

    /// Solves a positive definite system, given by its lower half, by Cholesky's decomposition.
    private static func solve(_ matrix: inout [Double], _ right: [Double], _ width: Int) -> [Double] {
        for row in 0..<width {
            for column in 0...row {
                var sum = matrix[row * width + column]
                for index in 0..<column {
                    sum -= matrix[row * width + index] * matrix[column * width + index]
                }
                matrix[row * width + column] =
                    row == column ? max(sum, 1e-300).squareRoot() : sum / matrix[column * width + column]
            }
        }
        var solution = right
        for row in 0..<width {
            for index in 0..<row { solution[row] -= matrix[row * width + index] * solution[index] }
            solution[row] /= matrix[row * width + row]
        }
        for row in (0..<width).reversed() {
            for index in (row + 1)..<width { solution[row] -= matrix[index * width + row] * solution[index] }
            solution[row] /= matrix[row * width + row]
        }
        return solution
    }
}
