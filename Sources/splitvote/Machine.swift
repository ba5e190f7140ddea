private import Foundation

/// What the machine offers.
enum Machine {
    /// Processors that this process may use.
    static let threads = max(1, ProcessInfo.processInfo.activeProcessorCount)
}
