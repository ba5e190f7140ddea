internal import CLibrary
internal import TextBasics

/// The clock of the store; tests use one that does not advance.
package struct StoreClock: Sendable {
    /// Milliseconds since 1970, UTC.
    package var milliseconds: @Sendable () -> Int64

    package init(milliseconds: @escaping @Sendable () -> Int64) {
        self.milliseconds = milliseconds
    }

    /// The system's clock.
    package static let system = StoreClock {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// Now, as `2025-11-21T07:16:44.123Z`.
    package func timestamp() -> String { CivilTime.text(milliseconds: milliseconds()) }
}
