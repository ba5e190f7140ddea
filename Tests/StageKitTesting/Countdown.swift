internal import Synchronization

/// Asks a stage to stop once it has passed this many safe points.
final class Countdown: Sendable {
    private let left: Mutex<Int>

    init(_ checkpoints: Int) {
        left = Mutex(checkpoints)
    }

    /// Counts one safe point, and says whether it was one too many.
    @Sendable func isOver() -> Bool {
        left.withLock { left in
            if left > 0 { left -= 1 } else { return true }
            return false
        }
    }
}
