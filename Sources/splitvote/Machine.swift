private import Foundation

/// The machine's resources.
enum Machine {
    /// Processors that this process may use.
    static let threads = max(1, ProcessInfo.processInfo.activeProcessorCount)
}
