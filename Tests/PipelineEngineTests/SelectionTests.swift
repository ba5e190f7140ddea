import PipelineEngine
import StageKit
import Testing

/// What is not selected is not looked at unless something selected needs it, and never fails a run.
struct SelectionTests {
    /// read (files) → clean → tsv, and beside them web (files) → shards.
    private func bench() throws -> TestBench {
        let bench = try TestBench()
        try bench.write("one", to: "data/a.tsv")
        bench.add("read", files: ["data/*.tsv"])
        bench.add("web", files: ["nowhere/*.tsv"])
        bench.add("shards", from: ["web"])
        bench.add("clean", from: ["read"])
        bench.add("tsv", from: ["clean"])
        return bench
    }

    @Test func aStageWithNothingInCommonMayLackItsFiles() async throws {
        let bench = try bench()
        bench.options.selection = ["read", "clean", "tsv"]
        #expect(try await bench.plan().map(\.verdict) == [.run, .run, .run])
        let log = EventLog()
        let report = try await bench.run(log)
        #expect(report.outcome == .done)
        #expect(report.stages.map(\.stage) == ["read", "clean", "tsv"])
        let said = log.events.contains {
            if case .stageFailed = $0 { true } else { false }
        }
        #expect(!said)
        // All of it fails as before.
        bench.options.selection = nil
        #expect(try await bench.run().outcome == .failed)
    }

    @Test func whatIsNeededAndCannotBeLookedAtIsNamedByTheStageThatNeedsIt() async throws {
        let bench = try bench()
        bench.options.selection = ["shards"]
        let message =
            "'web' is not selected and cannot be looked at: 'paths': no file matches nowhere/*.tsv "
            + "(looked for \(bench.folder)/nowhere/*.tsv)"
        let report = try await bench.run()
        #expect(report.outcome == .failed)
        #expect(report.stages.map(\.stage) == ["shards"])
        #expect(report["shards"]?.message == message)
        let plan = try await bench.plan()
        #expect(plan.map(\.stage) == ["shards"])
        #expect(plan.first?.verdict == .blocked)
        #expect(plan.first?.message?.hasPrefix("'web' has no result: 'paths': no file matches") == true)
    }

    @Test func theReasonIsPassedOnThroughStagesBetween() async throws {
        let bench = try bench()
        bench.add("model", from: ["shards"])
        bench.options.selection = ["model"]
        let report = try await bench.run()
        #expect(
            report["model"]?.message?.hasPrefix("'shards' is not selected and cannot be looked at: 'paths'")
                == true)
    }

    @Test func aStageThatIsNeededIsUsedAsItIs() async throws {
        let bench = try bench()
        bench.options.selection = ["read", "clean"]
        try await bench.run()
        bench.options.selection = ["tsv"]
        let report = try await bench.run()
        #expect(report.outcome == .done)
        #expect(report.executed == ["tsv"])
    }
}
