private import CLibrary
private import Foundation

/// How much fits into a line.
package enum TerminalSize {
    /// Columns: those that the environment's `COLUMNS` says, otherwise those of the terminal; `nil` if the stream is not
    /// one, and a line may be as long as it likes.
    package static func columns(of stream: StandardStream) -> Int? {
        if let text = ProcessInfo.processInfo.environment["COLUMNS"], let columns = Int(text), columns > 0 {
            return columns
        }
        guard stream.isTerminal else { return nil }
        var size = winsize()
        guard ioctl(stream.rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
