import PipelineEngine
import PipelinePlan
import RunStore
import StageKit
import Testing

/// Warnings stay with the results that they are about.
struct WarningTests {
    private func store(_ bench: TestBench) throws -> RunStore {
        try #require(
            try RunStore.openForReading(
                at: bench.pipeline.store.state, artifacts: bench.pipeline.store.artifacts))
    }

    private func warnings(_ bench: TestBench, ofRun id: String) throws -> [String: [StageWarning]] {
        Dictionary(
            try store(bench).stages(ofRun: id).map { ($0.stage, $0.warnings) }, uniquingKeysWith: { $1 })
    }

    private static let limit = PlannedCheck(that: "rows", atMost: nil, atLeast: 5, isError: false)

    /// A stage that warns twice of one thing, and one behind it that says nothing.
    private func bench() throws -> TestBench {
        let bench = try TestBench()
        try bench.write("one", to: "data/a.tsv")
        bench.add(
            "read", files: ["data/*.tsv"], checks: [Self.limit],
            before: { context in
                context.progress.warn("few rows came")
                context.progress.warn("few rows came")
                context.progress.warn("and they are old")
            })
        bench.add("clean", from: ["read"])
        return bench
    }

    @Test func aRunKeepsEachOnceWithItsStage() async throws {
        let bench = try bench()
        let run = try await bench.run().run
        let kept = try warnings(bench, ofRun: run)
        #expect(
            kept["read"] == [
                StageWarning(.stage, "few rows came"), StageWarning(.stage, "and they are old"),
                StageWarning(.check, "rows is 1, expected at least 5"),
            ])
        #expect(kept["clean"] == [])
    }

    @Test func aResultThatStandsHasTheWarningsOfTheRunThatMadeIt() async throws {
        let bench = try bench()
        try await bench.run()
        let second = try await bench.run()
        #expect(second.stages.map(\.verdict) == [.cached, .cached])
        #expect(try warnings(bench, ofRun: second.run)["read"]?.map(\.text).first == "few rows came")
        #expect(try warnings(bench, ofRun: second.run)["read"]?.count == 3)
        // A result that becomes current again brings its own along.
        try bench.write("two", to: "data/a.tsv")
        bench.stages[0] = try quiet(bench)
        #expect(try warnings(bench, ofRun: try await bench.run().run)["read"] == [])
        try bench.write("one", to: "data/a.tsv")
        let back = try await bench.run()
        #expect(back["read"]?.verdict == .restored)
        #expect(
            try warnings(bench, ofRun: back.run)["read"]?.map(\.text) == [
                "few rows came", "and they are old",
            ])
    }

    /// The first stage without its warnings and checks.
    private func quiet(_ bench: TestBench) throws -> PlannedStage {
        let other = try TestBench()
        other.add("read", files: ["data/*.tsv"])
        return other.stages[0]
    }

    @Test func aCheckThatIsMendedWarnsNoMore() async throws {
        let bench = try bench()
        try await bench.run()
        bench.stages[0].checks = []
        let second = try await bench.run()
        #expect(second["read"]?.verdict == .cached)
        #expect(
            try warnings(bench, ofRun: second.run)["read"]?.map(\.origin) == [.stage, .stage])
    }

    @Test(arguments: [true, false]) func aStageThatFailsKeepsItsWarnings(isRejected: Bool) async throws {
        let bench = try TestBench()
        bench.add(
            "read",
            checks: isRejected ? [PlannedCheck(that: "rows", atMost: 0, atLeast: nil, isError: true)] : [],
            before: { context in
                context.progress.warn("the source answers slowly")
                if !isRejected { throw StageError("it gave up") }
            })
        let report = try await bench.run()
        #expect(report.outcome == (isRejected ? .rejected : .failed))
        #expect(
            try warnings(bench, ofRun: report.run)["read"] == [
                StageWarning(.stage, "the source answers slowly")
            ])
    }

    @Test func whatHappensToFilesIsKeptWithTheRunInWhichItHappened() async throws {
        let bench = try TestBench()
        bench.add("tsv", publishes: "out/table.tsv", neverOverwrites: true)
        try bench.write("mine", to: "out/table.tsv")
        let first = try await bench.run()
        #expect(try warnings(bench, ofRun: first.run)["tsv"]?.map(\.origin) == [.files])
        try bench.write("mine again", to: "out/table.tsv")
        let second = try await bench.run()
        #expect(second["tsv"]?.verdict == .cached)
        #expect(try warnings(bench, ofRun: second.run)["tsv"]?.count == 1)
    }

    @Test func manyAreCountedAndNotAllKept() async throws {
        let bench = try TestBench()
        bench.add(
            "read",
            before: { context in
                for number in 1...70 { context.progress.warn("article \(number) is gone") }
            })
        let kept = try warnings(bench, ofRun: try await bench.run().run)["read"] ?? []
        #expect(kept.count == 51)
        #expect(kept.last?.text == "20 further warnings were shown while the stage ran")
    }

    @Test func whatReadsFiguresReadsWarningsToo() async throws {
        let bench = try bench()
        bench.add("report", from: ["clean"], readsUpstreamFigures: true)
        try await bench.run()
        #expect(try await bench.run().executed == [])
        bench.stages[0].checks = []
        let third = try await bench.run()
        #expect(third.executed == ["report"])
        #expect(third["report"]?.reasons == [.figuresChanged])
        #expect(try await bench.plan().map(\.verdict) == [.cached, .cached, .cached])
    }

    @Test func aPipelinesPresentStateNamesTheLastTimeThatEachStageWasNotSkipped() async throws {
        let bench = try bench()
        let first = try await bench.run()
        bench.options.selection = ["clean"]
        try await bench.run()
        let current = try store(bench).currentStages(pipeline: "news")
        #expect(current.map(\.stage) == ["read", "clean"])
        #expect(current.first?.run == first.run)
        #expect(current.first?.warnings.count == 3)
    }
}
