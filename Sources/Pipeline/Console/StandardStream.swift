private import CLibrary
private import Files
package import StageKit

/// Where the command writes. Foundation's file handles are not used for it: they end the program with a crash when a
/// disk is full.
package enum StandardStream: Int32 {
    case output = 1
    case error = 2

    /// Whether someone may be looking at it.
    package var isTerminal: Bool { isatty(rawValue) == 1 }

    /// What is thrown where the program that read standard output has ended, as `head` does after some lines: it has what
    /// it wants, so that this is no failure.
    package static let readerGone = StageError("nobody reads standard output any more")

    /// Writes all bytes.
    /// - Throws: ``/StageKit/StageError`` with the system's reason; ``readerGone``.
    package func write(_ bytes: [UInt8]) throws(StageError) {
        var start = 0
        while start < bytes.count {
            let written = bytes[start...].withUnsafeBytes { rest in
                retrying { CLibrary.write(rawValue, rest.baseAddress, rest.count) }
            }
            guard written >= 0 else { throw failure }
            start += written
        }
    }

    /// Writes what C's own buffer still holds, into which `print` writes.
    /// - Throws: ``/StageKit/StageError`` when it cannot be written, so that a result that a full disk cut short never ends
    ///   with status 0; ``readerGone``.
    package static func flushPrinted() throws(StageError) {
        guard fflush(nil) == 0 else { throw output.failure }
    }

    /// Of the call that just failed.
    private var failure: StageError {
        self == .output && errno == EPIPE ? Self.readerGone : StageError(FileError("cannot write to", name))
    }

    private var name: String { self == .output ? "standard output" : "standard error" }
}
