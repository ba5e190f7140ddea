import Foundation
import RunStore
import StageKit
import StoreFile
import TestInputs
import Testing

struct RunLockTests {
    private let holder = LockHolder(
        run: "20251121-071644-0001", pid: 4711, host: "news", since: "2025-11-21T07:16:44.123Z")

    @Test func aSecondRunLearnsWhoHoldsTheStore() throws {
        let folder = try TemporaryFolder()
        let state = folder.file("state/nightly.sqlite")
        let lock = try RunLock.take(state: state, holder: holder)
        #expect(RunLock.holder(state: state) == holder)
        let other = LockHolder(run: "other", pid: 1, host: "h", since: "s")
        #expect {
            try RunLock.take(state: state, holder: other)
        } throws: { error in
            (error as? StoreError)?.kind == .locked(holder)
                && "\(error)" == """
                    \(state) is in use by run 20251121-071644-0001, process 4711 on host news, \
                    since 2025-11-21T07:16:44.123Z
                    hint: wait until it has ended, or let this run wait with --lock-wait 10m
                    """
        }
        lock.release()
        #expect(RunLock.holder(state: state) == nil)
        let next = try RunLock.take(state: state, holder: other)
        #expect(RunLock.holder(state: state) == other)
        next.release()
    }

    @Test func aLockGoesWithItsValue() throws {
        let folder = try TemporaryFolder()
        let state = folder.file("state.sqlite")
        do { _ = try RunLock.take(state: state, holder: holder) }
        #expect(RunLock.holder(state: state) == nil)
    }

    @Test func waitingEndsWhenTheHolderDoes() async throws {
        let folder = try TemporaryFolder()
        let state = folder.file("state.sqlite")
        let lock = try RunLock.take(state: state, holder: holder)
        async let second = Task.detached { [holder] in
            try RunLock.take(state: state, holder: holder, waitSeconds: 60)
        }.value
        lock.release()
        try await second.release()
    }

    @Test func waitingStopsWhenAskedTo() throws {
        let folder = try TemporaryFolder()
        let state = folder.file("state.sqlite")
        let lock = try RunLock.take(state: state, holder: holder)
        #expect(throws: StageInterrupted()) {
            try RunLock.take(state: state, holder: holder, waitSeconds: 60, isStopRequested: { true })
        }
        lock.release()
    }

    @Test func theKernelFreesTheLockOfADeadProcess() throws {
        let folder = try TemporaryFolder()
        let state = folder.file("state.sqlite")
        var start = ChildProcess.Start(
            shell:
                "command -v flock >/dev/null || exit 3; exec 9>\"$0\"; flock -x 9; echo held; exec sleep 60",
            state + ".lock")
        let output = Pipe()
        start.standardOutput = output.fileHandleForWriting
        let process = try ChildProcess(start)
        try output.fileHandleForWriting.close()
        let word = output.fileHandleForReading.availableData
        if word.isEmpty { return }  // no flock(1) here
        #expect(throws: StoreError.self) { try RunLock.take(state: state, holder: holder) }
        process.kill()
        process.wait()
        try RunLock.take(state: state, holder: holder, waitSeconds: 5).release()
    }
}
