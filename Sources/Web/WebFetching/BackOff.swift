/// The pause before another attempt.
package enum BackOff {
    /// Anything from none to a bound that doubles with each attempt ("full jitter"), so that many requests which failed
    /// together do not come back together.
    /// - Parameter failed: attempts that have failed, at least 1.
    ///
    /// Source: Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog (2015).
    package static func pause(
        after failed: Int, first: Duration, most: Duration, using random: inout some RandomNumberGenerator
    ) -> Duration {
        let bound = min(most, first * (1 << min(failed - 1, 20)))
        return bound * (Double(random.next() >> 11) * 0x1p-53)
    }
}
