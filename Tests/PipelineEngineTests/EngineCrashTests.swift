import Foundation
import PipelineEngine
import PipelinePlan
import RunStore
import StageKit
import StoreFile
import Synchronization
import Testing

struct EngineCrashTests {
    private func bench() throws -> TestBench {
        let bench = try TestBench()
        try bench.write("one", to: "data/a.tsv")
        bench.add("read", files: ["data/*.tsv"])
        bench.add("clean", from: ["read"], publishes: "out/clean.txt")
        bench.add("tsv", from: ["clean"], publishes: "out/table.tsv")
        return bench
    }

    /// Contents of everything a user or a later stage may read.
    private func outcome(_ bench: TestBench) -> [String: String] {
        var contents = bench.contents(below: "out")
        for (path, text) in bench.contents(below: "artifacts") where !path.hasPrefix(".") {
            contents["a/" + path] = text
        }
        return contents
    }

    private static let places = EnginePoint.allCases.flatMap { point in
        ["read", "clean", "tsv"].map { (point, $0) }
    }

    @Test(arguments: places)
    func aRunThatDiesAnywhereIsGoneOnWithToTheSameBytes(point: EnginePoint, stage: String) async throws {
        let undisturbed = try bench()
        try await undisturbed.run()
        let bench = try bench()
        bench.probe = { if $0 == point && $1 == stage { throw SimulatedDeath() } }
        await #expect(throws: SimulatedDeath.self) { try await bench.run() }
        bench.probe = { _, _ in }
        let report = try await bench.run()
        #expect(report.outcome == .done)
        #expect(outcome(bench) == outcome(undisturbed))
        #expect(bench.fileMarks(below: "artifacts/.staging").isEmpty)
        #expect(bench.fileMarks(below: "artifacts/.work").isEmpty)
        let state = bench.pipeline.store.state
        let store = try #require(try RunStore.openForReading(at: state, artifacts: bench.folder))
        #expect(try store.isIntact())
        #expect(try store.runs().map(\.outcome) == [.done, .killed])
        try await bench.run()
        #expect(bench.worked == [])
    }

    @Test func aStageThatWasKilledSaysSoWhenItRunsAgain() async throws {
        let bench = try bench()
        bench.probe = { if $0 == .stageReturned && $1 == "clean" { throw SimulatedDeath() } }
        await #expect(throws: SimulatedDeath.self) { try await bench.run() }
        bench.probe = { _, _ in }
        #expect(try await bench.run()["clean"]?.reasons == [.interrupted])
    }

    @Test func anInterruptedStageContinuesInItsWorkFolder() async throws {
        let bench = try TestBench()
        let stop = Mutex(true)
        bench.add("train") { context in
            let file = context.workFolder + "/step"
            var step = (try? String(contentsOfFile: file, encoding: .utf8)).flatMap(Int.init) ?? 0
            while step < 10 {
                step += 1
                try "\(step)".write(toFile: file, atomically: true, encoding: .utf8)
                if step == 4 { try context.checkpoint() }
            }
        }
        bench.options.isStopRequested = { stop.withLock { $0 } }
        bench.options.interruptedStatus = { 143 }
        // Asked before anything began: nothing begins.
        #expect(try await bench.run().outcome == .interrupted)
        #expect(bench.worked == [])
        let began = Mutex(false)
        bench.options.isStopRequested = {
            began.withLock { was in
                defer { was = true }
                return was
            }
        }
        let report = try await bench.run()
        #expect(report.outcome == .interrupted)
        #expect(report.exitStatus == 143)
        #expect(report["train"]?.verdict == .interrupted)
        #expect(bench.contents(below: "artifacts/.work").values.sorted() == ["4"])
        bench.options.isStopRequested = { false }
        let last = try await bench.run()
        #expect(last["train"]?.reasons == [.interrupted])
        #expect(last.outcome == .done)
        #expect(bench.contents(below: "artifacts/.work").isEmpty)
    }

    @Test func twoRunsDoNotMeet() async throws {
        let bench = try bench()
        let holder = LockHolder(run: "other", pid: 1, host: "h", since: "s")
        let lock = try RunLock.take(state: bench.pipeline.store.state, holder: holder)
        await #expect {
            try await bench.run()
        } throws: { error in
            (error as? StoreError)?.kind == .locked(holder)
        }
        #expect(bench.worked == [])
        // Looking is never blocked.
        #expect(try await bench.plan().count == 3)
        lock.release()
        #expect(try await bench.run().outcome == .done)
    }

    @Test func aForeignStoreIsRefusedBeforeAnythingRuns() async throws {
        let bench = try bench()
        try bench.write("not a database", to: "state/news.sqlite")
        await #expect {
            try await bench.run()
        } throws: { error in
            (error as? StoreError)?.kind == .notADatabase
        }
        #expect(bench.read("state/news.sqlite") == "not a database")
        #expect(bench.worked == [])
        #expect(RunLock.holder(state: bench.pipeline.store.state) == nil)
    }

    @Test func aPlaceThatCannotBeWrittenFailsWithItsName() async throws {
        let bench = try bench()
        // A file where a folder is needed takes the place of a folder that cannot be written, even by root.
        try bench.write("in the way", to: "out")
        let report = try await bench.run()
        #expect(report.outcome == .failed)
        #expect(report["clean"]?.message == "\(bench.folder)/out is a file; a folder is needed there")
        #expect(bench.read("out") == "in the way")
        try FileManager.default.removeItem(atPath: bench.folder + "/out")
        #expect(try await bench.run().outcome == .done)
        // The stage's own result had been kept.
        #expect(bench.worked == ["tsv"])
        #expect(bench.read("out/clean.txt") != nil)
    }
}
