internal import CLibrary
internal import CSpawn
package import Foundation
private import Synchronization

/// A program that a test starts, waits for or kills.
///
/// Foundation's `Process` reads past the end of a buffer on Linux when it looks for open descriptors, and now and then takes
/// the whole test run down with it (swift-corelibs-foundation, pull request 5472; in Swift 6.3.1).
package final class ChildProcess: Sendable {
    /// What a program is started with. A stream that is `nil` is this process's own.
    package struct Start: Sendable {
        package var executable: URL
        package var arguments: [String] = []
        package var folder = URL(filePath: FileManager.default.currentDirectoryPath)
        package var environment = ProcessInfo.processInfo.environment
        package var standardInput: FileHandle?
        package var standardOutput: FileHandle?
        package var standardError: FileHandle?

        package init(_ executable: URL, _ arguments: [String] = []) {
            self.executable = executable
            self.arguments = arguments
        }

        /// What is written there is not seen.
        package static let nowhere = FileHandle(forUpdatingAtPath: "/dev/null")

        /// A script for `/bin/sh`; its further arguments are `$0`, `$1`, ….
        package init(shell script: String, _ arguments: String...) {
            self.init(URL(filePath: "/bin/sh"), ["-c", script] + arguments)
        }
    }

    package enum Ending: Hashable, Sendable {
        case exited(Int32)
        case signaled(Int32)
    }

    private let number: pid_t
    private let ending = Mutex<Ending?>(nil)

    /// Starts a program in a process group of its own; it inherits no descriptor but its three streams.
    package init(_ start: Start) throws {
        let streams = [start.standardInput, start.standardOutput, start.standardError].enumerated()
            .map { $1?.fileDescriptor ?? Int32($0) }
        var number: pid_t = 0
        let path = start.executable.path
        let code = withCStringList([path] + start.arguments) { arguments in
            withCStringList(start.environment.map { "\($0.key)=\($0.value)" }) { environment in
                cspawn_start(&number, path, arguments, environment, start.folder.path, streams)
            }
        }
        guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EINVAL) }
        self.number = number
    }

    /// Runs a program to its end.
    /// - Returns: what it wrote to its standard output.
    /// - Throws: `CocoaError` where it ended with another status than 0.
    package static func output(of start: Start) throws -> Data {
        var start = start
        let pipe = Pipe()
        start.standardOutput = pipe.fileHandleForWriting
        let process = try ChildProcess(start)
        try pipe.fileHandleForWriting.close()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        guard process.wait() == .exited(0) else { throw CocoaError(.executableLoad) }
        return data
    }

    package var isRunning: Bool { collect(options: WNOHANG) == nil }

    /// Waits for its end; other callers wait with it.
    @discardableResult
    package func wait() -> Ending {
        while true {
            if let ending = collect(options: 0) { return ending }
        }
    }

    /// Sends a signal, unless it has ended.
    package func kill(_ signal: Int32 = SIGKILL) {
        if isRunning { _ = CLibrary.kill(number, signal) }
    }

    private func collect(options: Int32) -> Ending? {
        ending.withLock { ending in
            if let ending { return ending }
            var status: Int32 = 0
            let found = waitpid(number, &status, options)
            // A signal may end the waiting early.
            precondition(found >= 0 || errno == EINTR, "somebody else has waited for process \(number)")
            guard found == number else { return nil }
            // The lowest seven bits are the signal, the next eight the status; see waitpid(2).
            ending = status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .signaled(status & 0x7F)
            return ending
        }
    }
}
