import Models

/// How a task fits the last linear map alone, on features.
struct LinearHead: Sendable {
    /// What such a regression is called.
    let name: String
    /// Whether it takes steps.
    let isIterative: Bool
    let fit: @Sendable (FeatureRows) -> LinearFit
}

/// What a linear head is fitted to.
struct FeatureRows {
    /// `[rows, featureCount]`, row-major.
    var features: [Float]
    var featureCount: Int
    /// What the batch of all rows should come to, and how much each row counts.
    var targets: Targets
    var weights: [Double]
    var scoreCount: Int
    /// Weight of the squared coefficients.
    var l2: Double
    /// Factor of the loss of each class where a row is of it; of several classes for each row.
    var positiveWeights: [Double]?
}

/// A linear head.
struct LinearFit {
    /// `[scores, features]`, row-major.
    var coefficients: [Double]
    /// `[scores]`.
    var intercepts: [Double]
    var iterations: Int
}
