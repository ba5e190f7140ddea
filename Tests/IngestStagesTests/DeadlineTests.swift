import Foundation
import IngestStages
import Synchronization
import Testing

struct DeadlineTests {
    private struct Broken: Error {}

    @Test func workInTimeGivesItsResultOrItsError() async throws {
        #expect(try await Deadline.within(.seconds(60)) { 7 } == 7)
        await #expect(throws: Broken.self) {
            try await Deadline.within(.seconds(60)) { () throws -> Int in throw Broken() }
        }
    }

    @Test func workThatTakesLongerIsLeftToItself() async throws {
        let isDone = Mutex(false)
        let mayEnd = DispatchSemaphore(value: 0)
        await #expect {
            try await Deadline.within(.seconds(1)) {
                _ = mayEnd.wait(timeout: .now() + 600)
                isDone.withLock { $0 = true }
            }
        } throws: { error in
            "\(error)" == "the answer could not be read within 1 s ('whole_timeout')"
        }
        #expect(!isDone.withLock { $0 }, "nobody waits for the work's own end")
        // Its end comes too late to matter.
        mayEnd.signal()
        while !isDone.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(10)) }
    }
}
