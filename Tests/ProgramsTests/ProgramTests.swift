import Foundation
import Programs
import Synchronization
import Testing

struct ProgramTests {
    /// What a program prints, line by line.
    final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        func append(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
    }

    private func run(
        _ script: String, environment: [String: String] = [:], timeoutSeconds: Double? = nil,
        isStopRequested: @Sendable @escaping () -> Bool = { false }
    ) async throws -> (Program.Ending, [String]) {
        let lines = Lines()
        let program = Program(
            ["sh", "-c", script], folder: "/", environment: environment, timeoutSeconds: timeoutSeconds)
        let ending = try await program.run(isStopRequested: isStopRequested) { lines.append($0) }
        return (ending, lines.all)
    }

    @Test func linesOfBothStreamsArrive() async throws {
        let (ending, lines) = try await run("echo one; echo two >&2; printf 'three'; exit 3")
        #expect(ending == .exited(3))
        #expect(Set(lines) == ["one", "two", "three"])
    }

    @Test func itHasItsFolderAndVariables() async throws {
        let (_, lines) = try await run("pwd; echo $WORD", environment: ["WORD": "낱말"])
        #expect(lines == ["/", "낱말"])
    }

    @Test(arguments: ["", "one\n", String(repeating: "낱말\n", count: 100_000)])
    func itIsGivenItsInput(input: String) async throws {
        let lines = Lines()
        let program = Program(["sh", "-c", "wc -c"], folder: "/", input: input)
        #expect(try await program.run { lines.append($0) } == .exited(0))
        #expect(lines.all.map { Int($0.filter(\.isNumber)) } == [input.utf8.count])
    }

    @Test func oneThatReadsNothingHasItsOwnStatus() async throws {
        // As the command does: a closed pipe is an error of the write, and not the end of the process.
        signal(SIGPIPE) { _ in }
        let program = Program(
            ["sh", "-c", "exit 4"], folder: "/", input: String(repeating: "x", count: 10_000_000))
        #expect(try await program.run { _ in } == .exited(4))
    }

    @Test func aSignalIsReported() async throws {
        #expect(try await run("kill -9 $$").0 == .signalled(9))
    }

    @Test func whatTakesTooLongIsEndedWithAllItStarted() async throws {
        let mark = FileManager.default.temporaryDirectory.appending(path: "mark-\(UUID().uuidString)").path
        let started = ContinuousClock.now
        // What it has started makes the mark again and again, however late the end comes.
        let (ending, _) = try await run(
            "(while :; do touch \(mark); sleep 0.1; done) & sleep 60", timeoutSeconds: 1)
        #expect(ending == .timedOut)
        #expect(ContinuousClock.now - started < .seconds(50))
        try FileManager.default.removeItem(atPath: mark)
        try await Task.sleep(for: .seconds(1.5))
        #expect(!FileManager.default.fileExists(atPath: mark))
    }

    @Test func itStopsWhenAsked() async throws {
        let (ending, _) = try await run("sleep 60", isStopRequested: { true })
        #expect(ending == .stopped)
    }

    @Test func aMissingProgramIsNamed() async throws {
        let program = Program(["no-such-program-here"], folder: "/")
        let error = try await #require(throws: ProgramError.self) { try await program.run { _ in } }
        #expect(error.message == "there is no program 'no-such-program-here'")
    }

    @Test func anEmptyCommandIsRefused() async throws {
        await #expect(throws: ProgramError.self) { try await Program([], folder: "/").run { _ in } }
    }
}
