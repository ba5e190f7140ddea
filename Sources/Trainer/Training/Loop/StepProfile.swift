package import Models
import TextBasics

/// Where the time of training steps went.
///
/// The first step of a process is left out: it also prepares the products and touches all memory.
package struct StepProfile: Hashable, Sendable {
    /// Steps it is made of.
    package private(set) var steps = 0
    package private(set) var tokens = 0
    /// Whole steps, from the choice of rows to the new weights.
    package private(set) var seconds = 0.0
    /// Clipping and update.
    package private(set) var optimizer = 0.0
    /// Adding up the gradients of blocks, with the wait for other processes.
    package private(set) var sums = 0.0
    /// Forward and backward passes.
    package private(set) var passes = StepTimes()
    private var isWarm = false

    package init() {}

    mutating func add(
        tokens: Int, seconds: Double, optimizer: Double, sums: Double = 0, passes: StepTimes
    ) {
        guard isWarm else {
            isWarm = true
            return
        }
        steps += 1
        self.tokens += tokens
        self.seconds += seconds
        self.optimizer += optimizer
        self.sums += sums
        self.passes.products += passes.products
        self.passes.attention += passes.attention
        self.passes.elementwise += passes.elementwise
        self.passes.total += passes.total
        self.passes.productOperations += passes.productOperations
    }

    /// Floating-point operations of matrix products in a second of the whole step, by 10⁹.
    package var gigaflops: Double { passes.productOperations / max(seconds, 1e-9) / 1e9 }

    /// Such as `7 steps of 1.51 s and 1004 tokens, 665 tokens/s; products 78.1 % at 431 GFLOP/s, …`; nil without
    /// steps.
    package var text: String? {
        guard steps > 0 else { return nil }
        func share(_ part: Double) -> String { decimal(100 * part / max(seconds, 1e-9)) + " %" }
        let inProducts = passes.productOperations / max(passes.products, 1e-9) / 1e9
        let other = seconds - passes.products - passes.attention - passes.elementwise - optimizer - sums
        let sums = sums > 0 ? "sums of blocks \(share(sums)), " : ""
        return """
            \(steps) steps of \(decimal(seconds / Double(steps), places: 2)) s and \(tokens / steps) tokens, \
            \(decimal(Double(tokens) / max(seconds, 1e-9))) tokens/s; products \(share(passes.products)) at \
            \(decimal(inProducts)) GFLOP/s, attention \(share(passes.attention)), elementwise \
            \(share(passes.elementwise)), optimizer \(share(optimizer)), \(sums)other \(share(other)); \
            \(decimal(gigaflops)) GFLOP/s in all
            """
    }

    private func decimal(_ value: Double, places: Int = 1) -> String {
        Decimals.text(value, places: places)
    }
}
