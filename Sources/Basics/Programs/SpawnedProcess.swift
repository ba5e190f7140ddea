internal import CLibrary
internal import CSpawn
private import Foundation

/// A program at work in its own process group, with pipes for what it prints. Foundation's `Process` starts programs in
/// the group of this one, so that what they start outlives them.
final class SpawnedProcess {
    /// Of its standard output and its standard error; closed with the last reference to the process.
    let output: Int32
    let errors: Int32
    private let number: pid_t
    private var status: Int32?

    /// - Parameters:
    ///   - path: of the program. Absolute.
    ///   - input: a descriptor that becomes its standard input, closed here in any case; `nil` for an empty one.
    /// - Throws: ``ProgramError`` where it cannot be started.
    init(_ program: Program, path: String, input: Int32?) throws(ProgramError) {
        let input = input ?? open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { if input >= 0 { close(input) } }
        let (output, errors) = (try Self.pipe(), try Self.pipe())
        defer {
            close(output.write)
            close(errors.write)
        }
        let (number, code) = Self.spawn(path, program, descriptors: [input, output.write, errors.write])
        guard code == 0 else {
            close(output.read)
            close(errors.read)
            throw ProgramError(
                message: "'\(program.command.first ?? path)' cannot be run: \(systemReason(code))",
                hint:
                    "check the folder \(program.folder), and that the file may be executed and begins with #! or is a program"
            )
        }
        (self.output, self.errors, self.number) = (output.read, errors.read, number)
    }

    deinit {
        close(output)
        close(errors)
    }

    /// Two ends that no other program inherits.
    private static func pipe() throws(ProgramError) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        let code = cspawn_pipe(&ends)
        guard code == 0 else {
            throw ProgramError(
                message: "cannot make a pipe: \(systemReason(code))",
                hint: "close other programs and run again")
        }
        return (ends[0], ends[1])
    }

    /// - Parameter descriptors: what become standard input, output and error.
    /// - Returns: the process, and one of `errno`'s codes; 0 if all went well.
    private static func spawn(
        _ path: String, _ program: Program, descriptors: [Int32]
    ) -> (pid_t, Int32) {
        let variables = ProcessInfo.processInfo.environment.merging(program.environment) { $1 }
        var number: pid_t = 0
        let code = withCStringList([path] + program.command.dropFirst()) { arguments in
            withCStringList(variables.map { "\($0.key)=\($0.value)" }) { environment in
                cspawn_start(&number, path, arguments, environment, program.folder, descriptors)
            }
        }
        return (number, code)
    }

    /// Waits for its end.
    func wait() -> Program.Ending {
        _ = collect(options: 0)
        let status = status ?? 0
        // The lowest seven bits are the signal, the next eight the status; see waitpid.
        let signal = status & 0x7F
        return signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
    }

    /// Ends it and what it has started: by request, and by force after some seconds.
    func end(graceSeconds: Double) {
        kill(-number, SIGTERM)
        let deadline = Date(timeIntervalSinceNow: graceSeconds)
        while !collect(options: WNOHANG), Date() < deadline { usleep(20_000) }
        // What it has started may outlive it.
        kill(-number, SIGKILL)
        _ = collect(options: 0)
    }

    /// - Returns: whether it has ended.
    private func collect(options: Int32) -> Bool {
        if status != nil { return true }
        var found: Int32 = 0
        guard retrying({ Int(waitpid(number, &found, options)) }) == Int(number) else { return false }
        status = found
        return true
    }
}
