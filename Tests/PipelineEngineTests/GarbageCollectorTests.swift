import Foundation
import PipelineEngine
import RunStore
import StageKit
import StoreFile
import Testing

struct GarbageCollectorTests {
    private func bench() async throws -> TestBench {
        let bench = try TestBench()
        bench.add("read", text: "one")
        bench.add("tsv", from: ["read"], publishes: "out/table.tsv")
        try await bench.run()
        bench.add("read", revision: 2, text: "two")
        try await bench.run()
        return bench
    }

    private func collector(_ bench: TestBench, _ rule: RetentionRule) -> GarbageCollector {
        GarbageCollector(bench.pipeline, rule: rule, options: bench.options)
    }

    @Test func lookingRemovesNothing() async throws {
        let bench = try await bench()
        let before = bench.contents(below: "artifacts")
        let preview = try #require(try collector(bench, RetentionRule(runs: 1)).preview())
        #expect(preview.items.count == 2)
        #expect(bench.contents(below: "artifacts") == before)
    }

    @Test func whatIsCollectedIsGoneAndRunsAgainWhenItIsWanted() async throws {
        let bench = try await bench()
        let published = bench.read("out/table.tsv")
        let preview = try #require(try collector(bench, RetentionRule(runs: 1)).preview())
        var done = try collector(bench, RetentionRule(runs: 1)).collect()
        #expect(done.sizeAfter == done.keptSize)
        done.sizeAfter = nil
        #expect(done == preview)
        // Beside the note that says whose folder it is.
        #expect(bench.contents(below: "artifacts").keys.count { !$0.hasPrefix(".") } == 2)
        #expect(bench.read("out/table.tsv") == published)
        #expect(try collector(bench, RetentionRule(runs: 1)).preview()?.items == [])
        // Current results are kept, and going back rebuilds the old result.
        try await bench.run()
        #expect(bench.worked.isEmpty)
        bench.add("read", text: "one")
        try await bench.run()
        #expect(bench.worked == ["read", "tsv"])
    }

    @Test func whatHasNoRecordIsFoundAndOtherPeoplesFilesAreNot() async throws {
        let bench = try await bench()
        try bench.write("left by a crash", to: "artifacts/read/0123456789abcdef/out.txt")
        try bench.write("mine", to: "artifacts/read/notes.txt")
        try bench.write("mine", to: "artifacts/own/folder/file")
        let items = try collector(bench, RetentionRule()).collect().items
        #expect(items.map(\.path) == ["read/0123456789abcdef"])
        #expect(items.map(\.reason) == ["no record in the store"])
        #expect(bench.read("artifacts/read/notes.txt") == "mine")
        #expect(bench.read("artifacts/own/folder/file") == "mine")
    }

    @Test func itWaitsForNoRunAndTakesNothingFromUnderOne() async throws {
        let bench = try await bench()
        let holder = LockHolder(run: "other", pid: 1, host: "h", since: "s")
        let lock = try RunLock.take(state: bench.pipeline.store.state, holder: holder)
        defer { lock.release() }
        #expect(try collector(bench, RetentionRule(runs: 1)).preview()?.items.count == 2)
        #expect {
            try collector(bench, RetentionRule(runs: 1)).collect()
        } throws: { error in
            (error as? StoreError)?.kind == .locked(holder)
        }
    }

    @Test func thereIsNothingToCollectBeforeTheFirstRun() throws {
        let bench = try TestBench()
        #expect(try collector(bench, RetentionRule()).preview() == nil)
    }
}
