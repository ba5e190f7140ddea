/// The training target of a row, if it is not only its class.
package struct SoftTargets: Hashable, Sendable {
    let classCount: Int
    /// Whether the probability implied by the votes replaces the class; for two classes.
    let usesProbabilities: Bool
    /// Share that is spread evenly over all classes, 0 ..< 1.
    let smoothing: Double

    /// - Returns: nil if rows are trained toward their class.
    package init?(_ options: TrainingOptions, classCount: Int) {
        guard options.usesProbabilities || options.labelSmoothing > 0 else { return nil }
        self.classCount = classCount
        usesProbabilities = options.usesProbabilities
        smoothing = options.labelSmoothing
    }

    /// Appends one probability for each class, (1 - s) · target + s / classes.
    ///
    /// Source: Szegedy et al., "Rethinking the Inception Architecture" (2016), section 7, arXiv:1512.00567.
    func append(label: Int, probability: Float?, to targets: inout [Float]) {
        for number in 0..<classCount {
            let target: Double
            if usesProbabilities, let probability {
                target = number == 1 ? Double(probability) : 1 - Double(probability)
            } else {
                target = number == label ? 1 : 0
            }
            targets.append(Float((1 - smoothing) * target + smoothing / Double(classCount)))
        }
    }
}
