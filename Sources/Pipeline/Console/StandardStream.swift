private import CLibrary
private import Files
package import StageKit

/// Where the command writes. Foundation's file handles are not used for it: they end the program with a crash when a
/// disk is full.
package enum StandardStream: Int32 {
    case output = 1
    case error = 2

    /// Writes all bytes.
    /// - Throws: ``/StageKit/StageError`` with the system's reason.
    package func write(_ bytes: [UInt8]) throws(StageError) {
        var start = 0
        while start < bytes.count {
            let written = bytes[start...].withUnsafeBytes { systemWrite(rawValue, $0.baseAddress, $0.count) }
            if written < 0 {
                if errno == EINTR { continue }
                throw StageError(FileError("cannot write to", name))
            }
            start += written
        }
    }

    /// Writes what C's own buffer still holds, into which `print` writes.
    /// - Throws: ``/StageKit/StageError`` when it cannot be written, so that a result cut short never ends with status 0.
    package static func flushPrinted() throws(StageError) {
        guard fflush(nil) == 0 else {
            throw StageError(FileError("cannot write to", output.name))
        }
    }

    private var name: String { self == .output ? "standard output" : "standard error" }
}

/// `write`, which inside a type with a method of that name cannot be called by its own.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
