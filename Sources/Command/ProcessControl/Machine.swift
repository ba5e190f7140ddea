private import Foundation

/// The machine's resources.
package enum Machine {
    /// Processors that this process may use.
    package static let threads = max(1, ProcessInfo.processInfo.activeProcessorCount)

    /// Path of this program, for programs that are to call it.
    package static var program: String { Bundle.main.executablePath ?? CommandLine.arguments[0] }
}
