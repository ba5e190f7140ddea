import Foundation
import TestInputs

/// A separate folder for one test, with the built command next to it.
///
/// The folder is removed when the value goes away.
final class Sandbox: Sendable {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "splitvote-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    /// The output and status of a finished command.
    struct Outcome {
        var status: Int32
        var output: String
        var errors: String
    }

    /// The command that was built together with these tests.
    static let command: URL = {
        let tests = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        let beside = [tests, Bundle.main.executableURL ?? tests].map { $0.deletingLastPathComponent() }
        return beside.map { $0.appending(path: "splitvote") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
            ?? beside[0].appending(path: "splitvote")
    }()

    /// Our environment without proxies, which cannot reach this machine's loopback address.
    static let environment = ProcessInfo.processInfo.environment.filter {
        !$0.key.lowercased().hasSuffix("_proxy")
    }

    @discardableResult
    func splitvote(_ arguments: String..., input: String = "") throws -> Outcome {
        try run(Self.command, arguments, input: input)
    }

    func splitvote(_ arguments: [String]) throws -> Outcome {
        try run(Self.command, arguments)
    }

    func run(
        _ executable: URL, _ arguments: [String], input: String = "",
        environment: [String: String] = Sandbox.environment
    ) throws -> Outcome {
        var start = ChildProcess.Start(executable, arguments)
        start.folder = folder
        start.environment = environment
        let output = folder.appending(path: ".stdout-\(UUID().uuidString)")
        let errors = folder.appending(path: ".stderr-\(UUID().uuidString)")
        let standardInput = folder.appending(path: ".stdin-\(UUID().uuidString)")
        try Data(input.utf8).write(to: standardInput)
        for file in [output, errors] { try Data().write(to: file) }
        defer {
            for file in [output, errors, standardInput] { try? FileManager.default.removeItem(at: file) }
        }
        start.standardInput = try FileHandle(forReadingFrom: standardInput)
        start.standardOutput = try FileHandle(forWritingTo: output)
        start.standardError = try FileHandle(forWritingTo: errors)
        let status: Int32 =
            switch try ChildProcess(start).wait() {
            case .exited(let status): status
            case .signaled(let signal): -signal
            }
        return Outcome(
            status: status, output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }

    /// How the command is started here, with nothing to read and nothing seen of what it writes.
    func start(of arguments: [String], environment: [String: String] = Sandbox.environment)
        -> ChildProcess.Start
    {
        var start = ChildProcess.Start(Self.command, arguments)
        start.folder = folder
        start.environment = environment
        start.standardInput = ChildProcess.Start.nowhere
        start.standardOutput = ChildProcess.Start.nowhere
        start.standardError = ChildProcess.Start.nowhere
        return start
    }

    /// Starts the command and does not wait for it.
    func start(_ arguments: String..., environment: [String: String] = Sandbox.environment) throws
        -> ChildProcess
    {
        try ChildProcess(start(of: arguments, environment: environment))
    }

    func write(_ text: String, to path: String) throws {
        try write(Data(text.utf8), to: path)
    }

    func write(_ data: Data, to path: String) throws {
        let url = folder.appending(path: path)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: url)
    }

    func read(_ path: String) throws -> String {
        String(decoding: try data(path), as: UTF8.self)
    }

    func data(_ path: String) throws -> Data {
        try Data(contentsOf: folder.appending(path: path))
    }

    func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: folder.appending(path: path).path)
    }

    /// Paths of all regular files below a folder, relative to it, in byte order.
    func files(below path: String) throws -> [String] {
        let root = folder.appending(path: path)
        let all = try FileManager.default.subpathsOfDirectory(atPath: root.path)
        return all.filter { entry in
            let facts = try? FileManager.default.attributesOfItem(atPath: root.appending(path: entry).path)
            return facts?[.type] as? FileAttributeType == .typeRegular
        }.sorted()
    }

    /// Answer of the sqlite3 shell, one line a row.
    func sqlite(_ query: String, store: String = "state.sqlite") throws -> [String] {
        let outcome = try run(URL(filePath: "/usr/bin/sqlite3"), [store, query])
        guard outcome.status == 0 else { throw SandboxError(outcome.errors) }
        return outcome.output.split(separator: "\n").map(String.init)
    }
}

struct SandboxError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
