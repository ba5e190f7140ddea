private import Foundation

/// The machine's resources.
package enum Machine {
    /// Processors that this process may use.
    package static let threads = max(1, ProcessInfo.processInfo.activeProcessorCount)
}
