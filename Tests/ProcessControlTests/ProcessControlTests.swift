import Foundation
import ProcessControl
import Testing

struct StopSignalsTests {
    /// The second would end the tests.
    @Test func theFirstSignalIsOnlyNoted() {
        #expect(!StopSignals.isStopRequested)
        StopSignals.install(timeLimit: 0)
        #expect(StopSignals.isStopRequested && StopSignals.exitStatus == 10, "the time is over")
        StopSignals.install(timeLimit: 3_600)
        #expect(!StopSignals.isStopRequested && StopSignals.exitStatus == 130)
        // To the process: the threads that run tests have most signals blocked.
        kill(getpid(), SIGTERM)
        for _ in 0..<1000 where !StopSignals.isStopRequested { usleep(10_000) }
        #expect(StopSignals.exitStatus == 143 && StopSignals.isStopRequested)
        signal(SIGINT, SIG_DFL)
        signal(SIGTERM, SIG_DFL)
    }
}

struct WorkerThreadsTests {
    @Test(arguments: [
        ([:], false), (["PATH": "/bin"], false), (["GOMP_SPINCOUNT": "1"], true),
        (["OMP_WAIT_POLICY": "passive"], true),
    ])
    func whatTheUserHasSetStays(environment: [String: String], areSettled: Bool) {
        #expect(WorkerThreads.areSettled(in: environment) == areSettled)
    }
}
