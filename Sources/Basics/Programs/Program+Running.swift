internal import Subprocess
internal import Synchronization

#if canImport(System)
    internal import System
#else
    internal import SystemPackage
#endif

extension Program {
    /// How long a program that was asked to end may take before it is ended by force.
    private static let grace = Duration.seconds(5)

    /// Starts the program in its own process group and waits for its end; with it ends whatever it has started.
    ///
    /// - Parameters:
    ///   - isStopRequested: asked ten times a second; once true, the program is ended.
    ///   - onLine: takes each line that it prints, on standard output or standard error, without the line feed.
    /// - Throws: ``ProgramError`` where it cannot be started.
    package func run(
        isStopRequested: @Sendable @escaping () -> Bool = { false },
        onLine: @Sendable @escaping (String) -> Void
    ) async throws -> Ending {
        guard let name = command.first, !name.isEmpty else {
            throw ProgramError(message: "the command is empty", hint: "name a program and its arguments")
        }
        let cause = EndingCause()
        do {
            let status =
                if let input {
                    try await Subprocess.run(
                        executable(name), arguments: Arguments(Array(command.dropFirst())),
                        environment: variables, workingDirectory: FilePath(folder),
                        platformOptions: ownGroup, input: .inputWriter, output: .sequence,
                        error: .combinedWithOutput
                    ) { execution in
                        async let handed: Void = Self.hand(input, to: execution.standardInputWriter)
                        try await follow(execution, cause, isStopRequested, onLine)
                        await handed
                    }.terminationStatus
                } else {
                    try await Subprocess.run(
                        executable(name), arguments: Arguments(Array(command.dropFirst())),
                        environment: variables, workingDirectory: FilePath(folder),
                        platformOptions: ownGroup, input: .none, output: .sequence,
                        error: .combinedWithOutput
                    ) { execution in
                        try await follow(execution, cause, isStopRequested, onLine)
                    }.terminationStatus
                }
            if let cause = cause.value { return cause }
            switch status {
            case .exited(let status): return .exited(status)
            case .signaled(let number): return .signalled(number)
            }
        } catch let error as SubprocessError {
            throw refusal(name, error)
        }
    }

    /// Passes on what a started program prints, until it has closed its output or is ended from here.
    private func follow<Input: InputProtocol>(
        _ execution: Execution<Input, SequenceOutput, CombinedErrorOutput>, _ cause: EndingCause,
        _ isStopRequested: @Sendable @escaping () -> Bool, _ onLine: @Sendable @escaping (String) -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                let reason = try await waitForReason(isStopRequested)
                cause.set(reason)
                try? execution.send(signal: .terminate, toProcessGroup: true)
                try await Task.sleep(for: Self.grace)
                try? execution.send(signal: .kill, toProcessGroup: true)
            }
            var lines = LineSplitter()
            for try await piece in execution.standardOutput {
                piece.withUnsafeBytes { lines.feed($0, onLine) }
            }
            lines.finish(onLine)
            group.cancelAll()
        }
    }

    /// A program that does not read all of it has its reasons, which its status tells.
    private static func hand(_ input: String, to writer: StandardInputWriter) async {
        _ = try? await writer.write(Array(input.utf8))
        try? await writer.finish()
    }

    private func executable(_ name: String) -> Executable {
        guard name.contains("/") else { return .name(name) }
        return .path(FilePath(name.hasPrefix("/") ? name : folder + "/" + name))
    }

    private var variables: Environment {
        var added: [Environment.Key: String?] = [:]
        for (name, value) in environment {
            if let key = Environment.Key(rawValue: name) { added[key] = value }
        }
        return .inherit.updating(added)
    }

    private var ownGroup: PlatformOptions {
        var options = PlatformOptions()
        options.processGroupID = 0
        return options
    }

    /// Returns when there is a reason to end the program; otherwise waits until it is canceled.
    private func waitForReason(_ isStopRequested: @Sendable () -> Bool) async throws -> Ending {
        let start = ContinuousClock.now
        while true {
            if isStopRequested() { return .stopped }
            if let timeoutSeconds, ContinuousClock.now - start >= .seconds(timeoutSeconds) {
                return .timedOut
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private func refusal(_ name: String, _ error: SubprocessError) -> ProgramError {
        switch error.code {
        case .executableNotFound:
            ProgramError(
                message: "there is no program '\(name)'",
                hint: name.contains("/")
                    ? "check the path; relative ones start at \(folder)"
                    : "install it, or write the path of the program")
        case .failedToChangeWorkingDirectory:
            ProgramError(message: "there is no folder \(folder)", hint: "create it and run again")
        default:
            ProgramError(
                message: "'\(name)' cannot be run: \(error)",
                hint: "check that the file may be executed and begins with #! or is a program")
        }
    }
}

/// Why a program was ended from outside; `nil` if it ended on its own.
private final class EndingCause: Sendable {
    private let state = Mutex<Program.Ending?>(nil)

    var value: Program.Ending? { state.withLock { $0 } }

    func set(_ cause: Program.Ending) { state.withLock { $0 = cause } }
}

/// Splits a program's output into lines; very long ones are truncated.
private struct LineSplitter {
    private static let longest = 4096
    private var line: [UInt8] = []

    mutating func feed(_ bytes: UnsafeRawBufferPointer, _ onLine: (String) -> Void) {
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                emit(onLine)
            } else if line.count < Self.longest {
                line.append(byte)
            }
        }
    }

    mutating func finish(_ onLine: (String) -> Void) {
        if !line.isEmpty { emit(onLine) }
    }

    private mutating func emit(_ onLine: (String) -> Void) {
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        onLine(String(decoding: line, as: UTF8.self))
        line.removeAll(keepingCapacity: true)
    }
}
