import PipelineEngine
import PipelinePlan
import StageKit
import Testing

struct HealthReportTests {
    private static func report(
        _ plan: PlannedPipeline, environment: [String: String] = [:]
    ) async -> HealthReport {
        var report = HealthReport()
        await report.check(plan, workingFolder: plan.baseFolder, environment: environment)
        return report
    }

    private static func finding(_ name: String, _ report: HealthReport) -> HealthReport.Finding? {
        report.findings.first { $0.name == name }
    }

    @Test func anErrorIsAFailureWithItsHint() {
        var report = HealthReport()
        report.check("store") { "intact" }
        report.check("disk") { throw StageError("it is full", hint: "free some space") }
        report.check("lock") { throw StageError("it is held") }
        #expect(report.findings.map(\.grade) == [.good, .failure, .failure])
        #expect(report.findings[1].words == "it is full" && report.findings[1].hint == "free some space")
        #expect(report.findings[2].words == "it is held" && report.findings[2].hint == nil)
        #expect(!report.isHealthy)
    }

    @Test func aPipelineThatCouldRunIsHealthy() async throws {
        let bench = try TestBench()
        bench.add("a")
        bench.add("b", from: ["a"])
        let report = await Self.report(bench.pipeline)
        #expect(report.isHealthy, "\(report.findings)")
        #expect(Self.finding("store", report)?.words.hasSuffix("none yet, the first run makes it") == true)
        #expect(Self.finding("stages", report)?.words == "2 of 2 can run or need not")
        #expect(Self.finding("artifacts folder", report)?.words == bench.folder + "/artifacts")
    }

    @Test func aStoreThatIsThereIsReadToItsEnd() async throws {
        let bench = try TestBench()
        bench.add("a")
        try await bench.run()
        let report = await Self.report(bench.pipeline)
        #expect(Self.finding("store", report)?.words.contains(": intact, ") == true, "\(report.findings)")
    }

    @Test func ofStagesThatCannotRunOnlyTheFirstIsNamed() async throws {
        let bench = try TestBench()
        bench.add("a", files: ["nothing.txt"])
        bench.add("b", from: ["a"])
        let report = await Self.report(bench.pipeline)
        #expect(report.findings.filter { $0.grade == .failure }.map(\.name) == ["stage a"])
        #expect(Self.finding("stages", report)?.words == "0 of 2 can run or need not")
    }

    @Test(arguments: [([:], false), (["NEWS_KEY": ""], false), (["NEWS_KEY": "k"], true)])
    func aSecretHasToBeSet(environment: [String: String], isSet: Bool) async throws {
        let bench = try TestBench()
        var plan = bench.pipeline
        plan.secrets = ["key": "NEWS_KEY"]
        let finding = Self.finding("secret key", await Self.report(plan, environment: environment))
        #expect(finding?.grade == (isSet ? .good : .failure))
        #expect(
            finding?.words
                == (isSet ? "NEWS_KEY is set" : "the environment variable NEWS_KEY is not set"))
    }

    @Test func aHooksProgramHasToBeThere() async throws {
        let bench = try TestBench()
        var plan = bench.pipeline
        plan.hooks = Hooks(
            success: Hook(command: ["sh"]), failure: Hook(command: ["no-such-program-here"]))
        let report = await Self.report(plan)
        #expect(Self.finding("success hook", report)?.grade == .good)
        #expect(
            Self.finding("failure hook", report)?.words == "there is no program 'no-such-program-here'")
    }
}
