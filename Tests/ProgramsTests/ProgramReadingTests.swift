import Foundation
import Programs
import Testing

/// Reading what a program prints on the thread that asks.
struct ProgramReadingTests {
    private func read(
        _ script: String, input: String? = nil, isStopRequested: () -> Bool = { false }
    ) throws -> (Program.Ending, [UInt8], String) {
        var bytes: [UInt8] = []
        let (ending, errors) = try Program(["sh", "-c", script], folder: "/", input: input).read(
            isStopRequested: isStopRequested
        ) { bytes.append(contentsOf: $0) }
        return (ending, bytes, errors)
    }

    @Test func bytesArriveAndErrorsAreKept() throws {
        let (ending, bytes, errors) = try read("printf 'a\\0b\\n'; echo oh >&2; exit 3")
        #expect(ending == .exited(3))
        #expect(bytes == Array("a\0b\n".utf8) && errors == "oh\n")
    }

    @Test func muchOnBothStreamsStopsNothing() throws {
        let (ending, bytes, errors) = try read(
            "i=0; while [ $i -lt 3000 ]; do echo $i; head -c 1000 /dev/zero | tr '\\0' e >&2; i=$((i+1)); done"
        )
        #expect(ending == .exited(0))
        #expect(String(decoding: bytes.suffix(5), as: UTF8.self) == "2999\n")
        #expect(!errors.isEmpty && errors.utf8.count <= 1 << 14)
    }

    @Test(arguments: ["", "낱말\n", String(repeating: "x", count: 1_000_000)])
    func itIsGivenItsInput(input: String) throws {
        let (ending, bytes, _) = try read("wc -c", input: input)
        #expect(ending == .exited(0))
        #expect(Int(String(decoding: bytes, as: UTF8.self).filter(\.isNumber)) == input.utf8.count)
    }

    @Test func oneThatReadsNothingHasItsOwnStatus() throws {
        #expect(try read("exit 4", input: String(repeating: "x", count: 1_000_000)).0 == .exited(4))
    }

    @Test func aSignalIsReported() throws {
        #expect(try read("kill -9 $$").0 == .signalled(9))
    }

    @Test func aStopEndsItWithAllItStarted() throws {
        let mark = FileManager.default.temporaryDirectory.appending(path: "mark-\(UUID().uuidString)").path
        let started = ContinuousClock.now
        let (ending, _, _) = try read("(sleep 3; touch \(mark)) & sleep 60", isStopRequested: { true })
        #expect(ending == .stopped && ContinuousClock.now - started < .seconds(3))
        Thread.sleep(forTimeInterval: 3.5)
        #expect(!FileManager.default.fileExists(atPath: mark))
    }

    @Test func aReaderThatHasEnoughEndsIt() throws {
        struct Enough: Error {}
        let started = ContinuousClock.now
        #expect(throws: Enough.self) {
            try Program(["sh", "-c", "echo one; sleep 60"], folder: "/").read { _ in throw Enough() }
        }
        #expect(ContinuousClock.now - started < .seconds(10))
    }

    @Test func oneThatIsNotThereIsNamed() {
        let error = #expect(throws: ProgramError.self) {
            try Program(["no-such-program-at-all"], folder: "/").read { _ in }
        }
        #expect(error?.message == "there is no program 'no-such-program-at-all'")
    }
}
