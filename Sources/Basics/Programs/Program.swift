private import Foundation

/// A user's program, started by a command stage, or by a hook when a run has ended.
package struct Program: Hashable, Sendable {
    /// The program and its arguments; no shell is between. A name without `/` is looked for in `PATH`, a relative path
    /// starts at ``folder``.
    package var command: [String]
    /// Where it is started. Absolute.
    package var folder: String
    /// Variables it has beside this process's own.
    package var environment: [String: String]
    /// Timeout after which it is killed; `nil` for none.
    package var timeoutSeconds: Double?
    /// What it gets on standard input; `nil` for an empty one.
    package var input: String?

    package init(
        _ command: [String], folder: String, environment: [String: String] = [:],
        timeoutSeconds: Double? = nil, input: String? = nil
    ) {
        self.command = command
        self.folder = folder
        self.environment = environment
        self.timeoutSeconds = timeoutSeconds
        self.input = input
    }

    /// Where the program is; `nil` if there is none that may be run.
    package var path: String? {
        guard let name = command.first, !name.isEmpty else { return nil }
        let places: [String]
        if name.contains("/") {
            places = [name.hasPrefix("/") ? name : folder + "/" + name]
        } else {
            let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
            places = path.split(separator: ":").map { "\($0)/\(name)" }
        }
        return places.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// How a program ended.
    package enum Ending: Hashable, Sendable {
        case exited(Int32)
        case signalled(Int32)
        /// It took too long and was ended.
        case timedOut
        /// It was ended because a stop was requested.
        case stopped

        /// `ended with status 3`, `was ended by signal 9`, …
        package var text: String {
            switch self {
            case .exited(let status): "ended with status \(status)"
            case .signalled(let number): "was ended by signal \(number)"
            case .timedOut: "took too long and was ended"
            case .stopped: "was stopped"
            }
        }
    }
}

/// A program could not be started at all.
package struct ProgramError: Error, Hashable, Sendable {
    package var message: String
    package var hint: String
}
