internal import CKernels

/// One step of AdamW on a run of parameters: clipping, moments, decay and update in one pass over memory.
package struct AdamWUpdate: Hashable, Sendable {
    package var beta1: Double
    package var beta2: Double
    package var epsilon: Double
    /// Multiplies the gradient before anything else: clipping.
    package var gradientScale: Double
    package var learningRate: Double
    package var weightDecay: Double
    /// 1 - beta1^t and 1 - beta2^t, or 1 and 1 without bias correction.
    package var corrections: SIMD2<Double>

    package init(
        beta1: Double, beta2: Double, epsilon: Double, gradientScale: Double, learningRate: Double,
        weightDecay: Double,
        corrections: SIMD2<Double>
    ) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.gradientScale = gradientScale
        self.learningRate = learningRate
        self.weightDecay = weightDecay
        self.corrections = corrections
    }

    /// Updates `count` values with their moments; also writes them as bfloat16 when asked.
    package func apply(
        values: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>,
        first: UnsafeMutablePointer<Float>,
        second: UnsafeMutablePointer<Float>, halves: UnsafeMutablePointer<UInt16>? = nil, count: Int
    ) {
        var operation = ck_adamw(
            beta2: Float(beta2), epsilon: Float(epsilon), take1: Float(1 - beta1), take2: Float(1 - beta2),
            gradient_scale: Float(gradientScale),
            decay: Float(1 - learningRate * weightDecay), rate: Float(learningRate / corrections.x),
            root_scale: Float(1 / corrections.y.squareRoot()))
        ck_adamw_step(&operation, values, gradients, first, second, halves, Int64(count))
    }
}
