import LinearModels

/// A linear head that was fitted to vectors of rows.
package struct FeatureHead: Sendable {
    private let task: TrainingTask
    private let fit: LinearFit
    /// Numbers of a vector.
    private let width: Int

    /// - Parameters:
    ///   - vectors: of all rows, `[rows, width]`, row-major.
    ///   - places: numbers of the rows to fit to.
    ///   - options: `l2`, class weights and the kind of targets count.
    package init(
        _ task: TrainingTask, vectors: [Float], width: Int, of rows: TokenRows, only places: [Int],
        options: TrainingOptions, scoreCount: Int
    ) {
        let own = places.flatMap { vectors[$0 * width..<($0 + 1) * width] }
        self.task = task
        self.width = width
        fit = task.fit(
            DenseFeatures(own, columnCount: width), of: rows, only: places, options: options,
            scoreCount: scoreCount)
    }

    /// Probability of each class, `[rows, scores]`, row-major.
    /// - Parameter vectors: `[rows, width]`, row-major.
    package func answers(to vectors: [Float]) -> [Double] {
        let features = DenseFeatures(vectors, columnCount: width)
        let scoreCount = fit.intercepts.count
        var products = [Double](repeating: 0, count: features.rowCount * scoreCount)
        fit.coefficients.withUnsafeBufferPointer { weights in
            products.withUnsafeMutableBufferPointer {
                features.multiply(by: weights, stride: width, functions: scoreCount, into: $0)
            }
        }
        let logits = products.indices.map { Float(products[$0] + fit.intercepts[$0 % scoreCount]) }
        return task.answers(logits, scoreCount)
    }
}
