import LinearModels
import Models

/// What a linear model is fitted to: features of rows, and what the rows teach.
struct FeatureRows {
    let features: any FeatureMatrix
    /// What the batch of all rows should come to, and how much each row counts.
    let targets: Targets
    let weights: [Double]
    let scoreCount: Int
    /// Weight of the squared coefficients.
    let l2: Double
    /// Factor of the loss of each class where a row is of it; of several classes for each row.
    let positiveWeights: [Double]?
    /// Largest entry of the mean loss's gradient at which the fit ends.
    let tolerance: Double

    /// - Parameters:
    ///   - features: a row for each row of the batch.
    ///   - batch: whose targets and weights count.
    ///   - scoreCount: scores of the model.
    init(
        _ features: any FeatureMatrix, _ batch: PackedTokens, scoreCount: Int, l2: Double,
        positiveWeights: [Double]?, tolerance: Double
    ) {
        self.features = features
        targets = batch.targets ?? .classes([])
        weights = batch.weights?.map(Double.init) ?? Array(repeating: 1, count: features.rowCount)
        self.scoreCount = scoreCount
        self.l2 = l2
        self.positiveWeights = positiveWeights
        self.tolerance = tolerance
    }
}
