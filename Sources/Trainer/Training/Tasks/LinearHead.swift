/// How a task fits the last linear map alone, on features.
struct LinearHead: Sendable {
    /// What such a regression is called.
    let name: String
    /// Whether it takes steps.
    let isIterative: Bool
    let fit: @Sendable (FeatureRows) -> LinearFit
}

/// A linear head.
package struct LinearFit {
    /// `[scores, features]`, row-major.
    package var coefficients: [Double]
    /// `[scores]`.
    package var intercepts: [Double]
    package var iterations: Int
}
