/// Learning rate that rises linearly from 0, then falls linearly to 0.
///
/// At step t (from 0) of T, with W steps of warm-up: peak · t / W before W, then peak · (T - t) / (T - W).
/// The first step of a run with warm-up therefore has a rate of 0.
///
/// Source: `get_linear_schedule_with_warmup` of huggingface/transformers.
package struct LinearSchedule: Hashable, Sendable {
    /// Highest rate, reached at the end of the warm-up.
    package let peak: Double
    /// Steps of warm-up.
    package let warmupSteps: Int
    /// Steps of the whole run.
    package let totalSteps: Int

    package init(peak: Double, warmupSteps: Int, totalSteps: Int) {
        self.peak = peak
        self.warmupSteps = warmupSteps
        self.totalSteps = totalSteps
    }

    /// Warm-up as a share of the run, rounded up to whole steps.
    ///
    /// - Parameter warmupShare: 0 ... 1.
    package init(peak: Double, warmupShare: Double, totalSteps: Int) {
        let steps = (Double(totalSteps) * warmupShare).rounded(.up)
        self.init(peak: peak, warmupSteps: Int(steps), totalSteps: totalSteps)
    }

    /// The rate of a step, counted from 0; 0 past the end of the run.
    package func rate(at step: Int) -> Double {
        if step < warmupSteps { return peak * (Double(step) / Double(max(1, warmupSteps))) }
        return peak * max(0, Double(totalSteps - step) / Double(max(1, totalSteps - warmupSteps)))
    }
}
