import SeededRandom

/// The training target of a row, if it is not only its class.
package struct SoftTargets: Hashable, Sendable {
    let classCount: Int
    /// Whether the probability implied by the votes replaces the class; for two classes.
    let usesProbabilities: Bool
    /// Share that is spread evenly over all classes, 0 ..< 1.
    let smoothing: Double
    /// Where classes are drawn by those probabilities: the key of the draws, and the epoch they are for.
    private let draws: Draws?

    private struct Draws: Hashable {
        let key: SIMD2<UInt32>
        var epoch: UInt32

        /// Whether the comment is of class 1 in this epoch, which it is with this probability.
        func isSecond(_ comment: Int64, probability: Float) -> Bool {
            let bits = UInt64(bitPattern: comment)
            let words = Philox.words(
                counter: (UInt32(truncatingIfNeeded: bits), UInt32(truncatingIfNeeded: bits >> 32), epoch, 0),
                key: (key.x, key.y))
            return Double(words.0) * 0x1p-32 < Double(probability)
        }
    }

    /// - Returns: nil if rows are trained toward their class.
    package init?(_ options: TrainingOptions, classCount: Int) {
        guard options.usesProbabilities || options.labelSmoothing > 0 else { return nil }
        self.classCount = classCount
        usesProbabilities = options.usesProbabilities
        smoothing = options.labelSmoothing
        let key = Philox.key(seed: options.seed, stream: "sampled votes")
        draws =
            options.samplesProbabilities == true
            ? Draws(key: SIMD2(key.0, key.1), epoch: 0) : nil
    }

    private init(_ other: SoftTargets, _ draws: Draws) {
        (classCount, usesProbabilities, smoothing) = (
            other.classCount, other.usesProbabilities, other.smoothing
        )
        self.draws = draws
    }

    /// The targets of an epoch, counted from 0: those that are drawn are drawn again, by seed, comment and epoch alone.
    package func inEpoch(_ epoch: Int) -> SoftTargets {
        guard var draws else { return self }
        draws.epoch = UInt32(truncatingIfNeeded: epoch)
        return SoftTargets(self, draws)
    }

    /// Appends one probability for each class, (1 - s) · target + s / classes.
    ///
    /// Source: Szegedy et al., "Rethinking the Inception Architecture" (2016), section 7, arXiv:1512.00567.
    func append(label: Int, probability: Float?, comment: Int64, to targets: inout [Float]) {
        for number in 0..<classCount {
            let target: Double
            if usesProbabilities, let probability {
                let second =
                    draws.map { $0.isSecond(comment, probability: probability) ? 1 : 0 }
                    ?? Double(probability)
                target = number == 1 ? second : 1 - second
            } else {
                target = number == label ? 1 : 0
            }
            targets.append(Float((1 - smoothing) * target + smoothing / Double(classCount)))
        }
    }
}
