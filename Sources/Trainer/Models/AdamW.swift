internal import Tensors

/// Adam with decoupled weight decay, as PyTorch and Hugging Face compute it: bias correction, weights shrunk
/// by learning rate · decay before the update, gradients clipped by their global norm.
///
/// Source: Loshchilov, Hutter, "Decoupled Weight Decay Regularization" (2019), algorithm 2, arXiv:1711.05101.
package final class AdamW {
    package struct Settings: Hashable, Sendable {
        /// What is done with gradients and the two running means that are kept of each weight.
        package enum Rule: Hashable, Sendable {
            case adamW
            /// Adadelta, whose means are of squared gradients and squared steps, of which it keeps this share; beta1, beta2
            /// and the correction mean nothing to it, and the decay is added to the gradient.
            ///
            /// Source: Zeiler, "ADADELTA: An Adaptive Learning Rate Method" (2012), arXiv:1212.5701.
            case adadelta(rho: Double)
        }

        package var rule = Rule.adamW
        /// Decay rate of the first moment, 0 ..< 1.
        package var beta1 = 0.9
        /// Decay rate of the second moment, 0 ..< 1.
        package var beta2 = 0.999
        /// Added to the root of the second moment; above 0.
        package var epsilon = 1e-8
        /// Share of a decaying weight removed per unit of learning rate; not negative.
        package var weightDecay = 0.01
        /// Whether moments are divided by 1 - beta^t. Google's BERT did not.
        package var correctsBias = true

        package init() {}
    }

    package var settings: Settings
    /// Factor of the learning rate of each entry; all 1 by default.
    package var rates: [Double]
    /// Steps taken, to be restored together with the moments.
    package var stepCount = 0
    /// First moments, laid out as the parameters' values.
    package let firstMoments: UnsafeMutableBufferPointer<Float>
    /// Second moments, laid out as the parameters' values.
    package let secondMoments: UnsafeMutableBufferPointer<Float>
    private let threads: Int

    /// An optimizer with zero moments for these parameters.
    package init(for parameters: ParameterSet, settings: Settings = Settings(), threads: Int = 1) {
        self.settings = settings
        self.threads = threads
        rates = Array(repeating: 1, count: parameters.entries.count)
        firstMoments = zeroed(count: parameters.valueStorage.count)
        secondMoments = zeroed(count: parameters.valueStorage.count)
    }

    deinit {
        for moments in [firstMoments, secondMoments] {
            releaseZeroed(moments.baseAddress.map { UnsafeMutableRawPointer($0) }, count: moments.count)
        }
    }

    /// Moves the parameters one step against their gradients; leaves the gradients as they are.
    ///
    /// - Parameters:
    ///   - parameters: those the optimizer was made for.
    ///   - learningRate: not negative.
    ///   - clipNorm: gradients are scaled down to this global norm when theirs is larger; `nil` never scales.
    ///   - given: that global norm where it is of more parameters than these, as ``gradientNorm(of:threads:)`` has it.
    /// - Returns: the global norm of the gradients before clipping. When it is not finite nothing was
    ///   changed.
    @discardableResult
    package func step(
        _ parameters: ParameterSet, learningRate: Double, clipNorm: Double? = 1, norm given: Double? = nil
    ) throws -> Double {
        precondition(
            parameters.valueStorage.count == firstMoments.count, "the optimizer was made for other parameters"
        )
        return try Compute.run(threads: threads) {
            parameters.clearStale()
            let gradients = parameters.gradientStorage
            let norm = given ?? Elementwise.sumOfSquares(UnsafeBufferPointer(gradients)).squareRoot()
            guard norm.isFinite else { return norm }
            stepCount += 1
            // PyTorch's clip_grad_norm_ divides by norm + 1e-6.
            let scale = clipNorm.map { min(1, $0 / (norm + 1e-6)) } ?? 1
            if case .adadelta(let rho) = settings.rule {
                adadelta(parameters, rho: rho, learningRate: learningRate, scale: scale)
                return norm
            }
            let corrections =
                settings.correctsBias
                ? SIMD2(1 - power(settings.beta1, stepCount), 1 - power(settings.beta2, stepCount))
                : SIMD2(1, 1)
            var update = AdamWUpdate(
                beta1: settings.beta1, beta2: settings.beta2, epsilon: settings.epsilon, gradientScale: scale,
                learningRate: learningRate, weightDecay: 0, corrections: corrections)
            guard let values = parameters.valueStorage.baseAddress, let gradient = gradients.baseAddress,
                let first = firstMoments.baseAddress, let second = secondMoments.baseAddress
            else { return norm }
            for run in parameters.runs(rates: rates) {
                update.learningRate = learningRate * run.rate
                update.weightDecay = run.decays ? settings.weightDecay : 0
                let start = run.range.lowerBound
                update.apply(
                    values: values + start, gradients: gradient + start, first: first + start,
                    second: second + start,
                    // bfloat16 copies, where there are any, are renewed in the same pass.
                    halves: parameters.halves(of: run.range), count: run.range.count)
            }
            parameters.halvesAreCurrent = parameters.halves != nil
            parameters.limitRows()
            return norm
        }
    }

    private func adadelta(
        _ parameters: ParameterSet, rho: Double, learningRate: Double, scale: Double
    ) {
        guard let values = parameters.valueStorage.baseAddress,
            let gradients = parameters.gradientStorage.baseAddress,
            let squares = firstMoments.baseAddress, let steps = secondMoments.baseAddress
        else { return }
        for run in parameters.runs(rates: rates) {
            let start = run.range.lowerBound
            AdadeltaUpdate(
                rho: rho, epsilon: settings.epsilon, gradientScale: scale,
                learningRate: learningRate * run.rate, weightDecay: run.decays ? settings.weightDecay : 0
            ).apply(
                values: values + start, gradients: gradients + start, squares: squares + start,
                steps: steps + start, count: run.range.count)
        }
        parameters.halvesAreCurrent = false
        parameters.limitRows()
    }
}

extension ParameterSet {
    /// Scales rows that are longer than allowed back to the largest norm.
    fileprivate func limitRows() {
        guard let rowLimit, let entry = entry(for: rowLimit.role) else { return }
        let memory = UnsafeMutableBufferPointer(rebasing: valueStorage[entry.range])
        let width = entry.count / entry.shape[0]
        for start in stride(from: 0, to: entry.count, by: width) {
            let row = UnsafeMutableBufferPointer(rebasing: memory[start..<start + width])
            let norm = row.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
            guard norm > rowLimit.norm else { continue }
            for place in row.indices { row[place] *= Float(rowLimit.norm / norm) }
        }
        halvesAreCurrent = false
    }
}

extension AdamW {
    /// The norm of the gradients of several sets of parameters together, without those that no optimizer uses.
    package static func gradientNorm(of sets: [ParameterSet], threads: Int) throws -> Double {
        try Compute.run(threads: threads) {
            sets.reduce(0) { sum, set in
                set.clearStale()
                guard set.isKept.contains(true) else {
                    return sum + Elementwise.sumOfSquares(UnsafeBufferPointer(set.gradientStorage))
                }
                return set.runs(rates: Array(repeating: 1, count: set.entries.count)).reduce(sum) {
                    $0
                        + Elementwise.sumOfSquares(
                            UnsafeBufferPointer(rebasing: set.gradientStorage[$1.range]))
                }
            }.squareRoot()
        }
    }
}

/// base^exponent by repeated squaring: the same bits on every machine.
private func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, factor, left) = (1.0, base, exponent)
    while left > 0 {
        if left & 1 == 1 { result *= factor }
        factor *= factor
        left >>= 1
    }
    return result
}
