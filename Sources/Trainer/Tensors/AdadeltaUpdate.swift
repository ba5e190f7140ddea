internal import CKernels

/// One step of Adadelta on a run of parameters: clipping, decay, both running means and the update in one pass.
///
/// Source: Zeiler, "ADADELTA: An Adaptive Learning Rate Method" (2012), algorithm 1, arXiv:1212.5701; decay as PyTorch's.
package struct AdadeltaUpdate: Hashable, Sendable {
    /// Share of the running means that is kept, 0 ..< 1.
    package var rho: Double
    /// Added to both running means under their roots; above 0.
    package var epsilon: Double
    /// Multiplies the gradient before anything else: clipping.
    package var gradientScale: Double
    /// Factor of the step; 1 in the paper.
    package var learningRate: Double
    /// Multiplies the value and is added to the gradient.
    package var weightDecay: Double

    package init(
        rho: Double, epsilon: Double, gradientScale: Double, learningRate: Double, weightDecay: Double
    ) {
        self.rho = rho
        self.epsilon = epsilon
        self.gradientScale = gradientScale
        self.learningRate = learningRate
        self.weightDecay = weightDecay
    }

    /// Updates `count` values with the running means of their squared gradients and squared steps.
    package func apply(
        values: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>,
        squares: UnsafeMutablePointer<Float>, steps: UnsafeMutablePointer<Float>, count: Int
    ) {
        var operation = ck_adadelta(
            rho: Float(rho), take: Float(1 - rho), epsilon: Float(epsilon), rate: Float(learningRate),
            gradient_scale: Float(gradientScale), decay: Float(weightDecay))
        ck_adadelta_step(&operation, values, gradients, squares, steps, Int64(count))
    }
}
