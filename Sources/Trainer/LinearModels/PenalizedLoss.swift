/// Mean loss of linear functions over rows plus a penalty on their coefficients, and its gradient.
///
/// The parameters are, function by function, its coefficients and then its intercept, which is not penalized.
package struct PenalizedLoss {
    let features: any FeatureMatrix
    /// How much each row counts.
    let weights: [Double]
    /// Linear functions.
    let functions: Int
    /// Weight of half the squared coefficients.
    let l2: Double
    /// Loss of a row by its scores, which become the loss's derivatives.
    let loss: (_ scores: inout UnsafeMutableBufferPointer<Double>, _ row: Int) -> Double

    /// - Parameters:
    ///   - weights: how much each row counts, not negative.
    ///   - functions: linear functions, at least 1.
    ///   - l2: weight of half the squared coefficients, above 0.
    ///   - loss: of a row by its scores, which become the loss's derivatives.
    package init(
        features: any FeatureMatrix, weights: [Double], functions: Int, l2: Double,
        loss: @escaping (_ scores: inout UnsafeMutableBufferPointer<Double>, _ row: Int) -> Double
    ) {
        self.features = features
        self.weights = weights
        self.functions = functions
        self.l2 = l2
        self.loss = loss
    }

    /// Where the loss is least.
    package struct Minimum {
        /// `[functions, columns]`, row-major.
        package var coefficients: [Double]
        /// `[functions]`.
        package var intercepts: [Double]
        /// Iterations that it took to find.
        package var iterations: Int
    }

    /// - Parameters:
    ///   - tolerance: largest entry of the mean loss's gradient at which the search ends.
    ///   - start: where it begins, zeros if it is left out.
    package func minimum(tolerance: Double, from start: [Double]? = nil) -> Minimum {
        let width = features.columnCount + 1
        var search = LBFGS()
        search.tolerance = tolerance
        let (place, iterations) = search.minimize(
            from: start ?? [Double](repeating: 0, count: functions * width), value)
        return Minimum(
            coefficients: (0..<functions).flatMap { place[$0 * width..<($0 + 1) * width - 1] },
            intercepts: (0..<functions).map { place[($0 + 1) * width - 1] }, iterations: iterations)
    }

    func value(_ parameters: [Double], _ gradient: inout [Double]) -> Double {
        let (count, width) = (features.columnCount, features.columnCount + 1)
        let total = max(weights.reduce(0, +), .leastNormalMagnitude)
        for index in gradient.indices { gradient[index] = 0 }
        var sum = 0.0
        var scores = [Double](repeating: 0, count: weights.count * functions)
        scores.withUnsafeMutableBufferPointer { scores in
            parameters.withUnsafeBufferPointer { parameters in
                features.multiply(by: parameters, stride: width, functions: functions, into: scores)
            }
            for (row, weight) in weights.enumerated() {
                var own = UnsafeMutableBufferPointer(
                    rebasing: scores[row * functions..<(row + 1) * functions])
                guard weight > 0 else {
                    own.update(repeating: 0)
                    continue
                }
                for function in 0..<functions { own[function] += parameters[function * width + count] }
                sum += weight * loss(&own, row)
                for function in 0..<functions {
                    own[function] *= weight
                    gradient[function * width + count] += own[function]
                }
            }
            gradient.withUnsafeMutableBufferPointer { gradient in
                features.addTransposed(
                    of: UnsafeBufferPointer(scores), functions: functions, to: gradient, stride: width)
            }
        }
        for function in 0..<functions {
            for index in function * width..<function * width + count {
                sum += l2 / 2 * parameters[index] * parameters[index]
                gradient[index] += l2 * parameters[index]
            }
        }
        for index in gradient.indices { gradient[index] /= total }
        return sum / total
    }
}
