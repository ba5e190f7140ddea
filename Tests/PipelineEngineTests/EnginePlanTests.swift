import Foundation
import PipelineEngine
import PipelinePlan
import RunStore
import StageKit
import Testing

struct EnginePlanTests {
    private func bench(min: Int = 1) throws -> TestBench {
        let bench = try TestBench()
        try bench.write("one", to: "data/a.tsv")
        add(to: bench, min: min)
        return bench
    }

    private func add(to bench: TestBench, min: Int) {
        bench.add("read", files: ["data/*.tsv"])
        bench.add("clean", from: ["read"], parameters: ["min": .integer(min)])
        bench.add("tsv", from: ["clean"], publishes: "out/table.tsv")
    }

    @Test func aPlanBeforeTheFirstRunMakesNothing() async throws {
        let bench = try bench()
        let plan = try await bench.plan()
        #expect(plan.map(\.verdict) == [.run, .run, .run])
        #expect(
            plan.map(\.reasons) == [
                [.neverRan], [.upstreamWillRun(stage: "read")], [.upstreamWillRun(stage: "clean")],
            ])
        #expect(try FileManager.default.contentsOfDirectory(atPath: bench.folder) == ["data"])
        #expect(bench.worked == [])
    }

    @Test func aPlanSaysWhatARunThenDoes() async throws {
        let bench = try bench(min: 20)
        try await bench.run()
        #expect(try await bench.plan().map(\.verdict) == [.cached, .cached, .cached])
        add(to: bench, min: 30)
        let changed = try await bench.plan()
        #expect(changed.map(\.verdict) == [.cached, .run, .run])
        #expect(changed[1].reasons == [.parameterChanged(name: "min", old: 20, new: 30)])
        #expect(changed[1].fieldsBefore["parameters"] == ["min": 20])
        #expect(changed[1].fieldsNow["parameters"] == ["min": 30])
        #expect(try await bench.run().executed == ["clean", "tsv"])
        add(to: bench, min: 20)
        #expect(try await bench.plan().map(\.verdict) == [.cached, .restored, .restored])
        #expect(try await bench.run().executed == [])
    }

    @Test func aPlanNamesWhatIsInTheWay() async throws {
        let bench = try bench()
        bench.add("read", files: ["nowhere/*.tsv"])
        let plan = try await bench.plan()
        #expect(plan.first { $0.stage == "read" }?.verdict == .blocked)
        #expect(plan.first { $0.stage == "read" }?.message?.hasPrefix("'paths': no file matches") == true)
    }

    @Test func aPlanKnowsDaysAndSelections() async throws {
        let bench = try bench()
        bench.add("model", from: ["clean"], when: [.sun])
        try await bench.run()
        let plan = try await bench.plan()
        #expect(plan.last?.verdict == .skip)
        #expect(plan.last?.message == "not its day")
        bench.options.selection = ["clean"]
        #expect(try await bench.plan().map(\.stage) == ["clean"])
        bench.options.forced = ["clean"]
        #expect(try await bench.plan().first?.reasons == [.forced])
    }
}
