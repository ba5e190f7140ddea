import Files
import Foundation
import JSON

/// The curves of a run as JSON lines, one for each step: step, epoch, loss, accuracy, learning_rate, gradient_norm,
/// tokens, tokens_per_second.
///
/// A run that continues after a kill first drops the lines of steps it takes again, so that each step has one line.
package final class MetricsFile {
    private let path: String
    private let handle: FileHandle

    /// Opens the file for a run that has taken this many steps.
    ///
    /// - Throws: `FileError` when it cannot be written, ``TrainingError/file(path:problem:)`` when it holds something else
    ///   than steps.
    package init(_ path: String, after step: Int) throws {
        self.path = path
        var kept: [UInt8] = []
        // A file that is not a metrics file is never overwritten, not even by a run that starts over.
        if FileManager.default.fileExists(atPath: path) {
            kept = try Self.lines(of: MappedFile(path: path).copied(), upTo: step, path)
        }
        try DurableFile.write(kept, to: path)
        guard let handle = FileHandle(forWritingAtPath: path) else {
            throw TrainingError.file(path: path, problem: "cannot be opened for writing")
        }
        self.handle = handle
        try handle.seekToEnd()
    }

    private static func lines(of bytes: [UInt8], upTo step: Int, _ path: String) throws -> [UInt8] {
        var kept: [UInt8] = []
        for (number, line) in bytes.split(separator: 0x0A).enumerated() {
            guard let found = (try? JSONValue(parsing: Array(line)))?["step"]?.intValue else {
                // The last line may have been cut by a kill.
                if bytes.last != 0x0A, line.endIndex == bytes.endIndex { break }
                throw TrainingError.file(
                    path: path,
                    problem: "line \(number + 1) is not a step of a run; name another file for the metrics")
            }
            if found <= step { kept += line + [0x0A] }
        }
        return kept
    }

    /// Appends a step.
    package func append(_ report: StepReport) throws {
        do {
            try handle.write(contentsOf: try JSONCoding.bytes(of: report) + [0x0A])
        } catch {
            throw TrainingError.file(path: path, problem: "cannot be written: \(error.reason)")
        }
    }

    deinit { try? handle.close() }
}
