import Foundation
import PipelineEngine
import PipelinePlan
import StageKit
import StoreFile
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
        plan.hooks = Hooks(success: Hook(command: ["sh"]), failure: Hook(command: ["no-such-program-here"]))
        let report = await Self.report(plan)
        #expect(Self.finding("success hook", report)?.grade == .good)
        #expect(
            Self.finding("failure hook", report)?.words == "there is no program 'no-such-program-here'")
    }

    // MARK: What a newcomer gets wrong

    private static func report(
        _ plan: PlannedPipeline, at seconds: Int64, zone: (name: String, seconds: Int) = ("UTC", 0)
    ) async -> HealthReport {
        var report = HealthReport()
        await report.check(
            plan, workingFolder: plan.baseFolder, environment: [:], clock: StoreClock { seconds * 1000 },
            zone: zone)
        return report
    }

    @Test func whereNoFileIsNamedThoseThatThereAreAreNamed() {
        var report = HealthReport()
        report.checkPlace("/news", pipelineFiles: ["a.yaml", "b.yaml"])
        report.checkPlace("/news", pipelineFiles: ["../a.yaml"])
        report.checkPlace("/news", pipelineFiles: [])
        #expect(report.findings.map(\.grade) == [.good, .doubtful, .doubtful])
        #expect(report.findings[0].words == "none was named; here is a.yaml, b.yaml")
        #expect(report.findings[1].hint == "to check it as well: splitvote doctor ../a.yaml")
        #expect(report.findings[2].hint?.contains("splitvote init") == true)
    }

    @Test func whatStagesReadIsCountedAndLookedAt() async throws {
        let bench = try TestBench()
        bench.add("a", files: ["*.txt"])
        for (name, text) in [("a.txt", "12345"), ("b.txt", "")] {
            try text.write(toFile: bench.folder + "/" + name, atomically: true, encoding: .utf8)
        }
        let report = await Self.report(bench.pipeline, at: 4_000_000_000)
        let found = report.findings.filter { $0.name == "stage a" }
        #expect(found.map(\.words) == ["paths: 2 files, 5 B", "'paths': 1 file without content, b.txt"])
        #expect(found.map(\.grade) == [.good, .doubtful] && report.isHealthy)
    }

    @Test func aClockThatIsBehindIsNoticed() async throws {
        let bench = try TestBench()
        bench.add("a", files: ["a.txt"])
        try "1".write(toFile: bench.folder + "/a.txt", atomically: true, encoding: .utf8)
        let late = await Self.report(bench.pipeline, at: 4_000_000_000)
        #expect(Self.finding("clock", late) == nil)
        let early = await Self.report(bench.pipeline, at: 1_700_000_000)
        let clock = early.findings.filter { $0.name == "clock" }
        #expect(clock.count == 2 && clock.allSatisfy { $0.grade == .doubtful })
        #expect(clock[0].words == "it says 2023-11-14T22:13:20Z")
        #expect(clock[1].words.hasPrefix("a.txt was changed at ") && clock[1].words.hasSuffix("to come"))
        // The bench's own runs are of 2025-11-21.
        try await bench.run()
        let before = await Self.report(bench.pipeline, at: 1_763_700_000)
        #expect(
            before.findings.contains { $0.words.hasPrefix("the last run began at 2025-11-21T07:16:44.123Z") })
    }

    @Test func whatBecameOfTheLastRunIsSaid() async throws {
        let bench = try TestBench()
        bench.add("a")
        #expect(Self.finding("last run", await Self.report(bench.pipeline)) == nil)
        try await bench.run()
        #expect(
            Self.finding("last run", await Self.report(bench.pipeline))?.words.hasSuffix("is done") == true)
        bench.add("a", revision: 2, before: { _ in throw StageError("no\nmore") })
        try await bench.run()
        let failed = Self.finding("last run", await Self.report(bench.pipeline))
        #expect(
            failed?.words.hasSuffix(" of 2025-11-21 failed in stage 'a': no") == true,
            "\(failed?.words ?? "")")
        #expect(failed?.grade == .doubtful && failed?.hint?.contains("run it again") == true)
        bench.add("a", revision: 3)
        let pipeline = bench.pipeline
        let engine = Engine(
            pipeline, options: bench.options, sink: NoEvents(), probe: { _, _ in throw SimulatedDeath() })
        await #expect(throws: (any Error).self) { try await engine.run() }
        #expect(
            Self.finding("last run", await Self.report(pipeline))?.words.contains("was killed") == true)
    }

    @Test func aZoneThatIsNotThatOfTheDataIsNoticed() async throws {
        let bench = try TestBench()
        bench.add("a", parameters: ["time_zone": "Z", "columns": ["created_at": "date"]])
        let other = await Self.report(bench.pipeline, at: 4_000_000_000, zone: ("Asia/Seoul", 32_400))
        #expect(
            Self.finding("time zone", other)?.words
                == "this machine is in Asia/Seoul (+09:00); stage 'a' reads times without an offset as +00:00"
        )
        #expect(Self.finding("time zone", other)?.hint?.contains("time_zone: \"+09:00\"") == true)
        bench.add("a", parameters: ["time_zone": "+09:00", "columns": ["created_at": "date"]])
        let same = await Self.report(bench.pipeline, at: 4_000_000_000, zone: ("Asia/Seoul", 32_400))
        #expect(Self.finding("time zone", same)?.words == "Asia/Seoul (+09:00)")
        bench.add("a", parameters: ["time_zone": "Z", "columns": [:]])
        let none = await Self.report(bench.pipeline, at: 4_000_000_000, zone: ("America/St_Johns", -12_600))
        #expect(Self.finding("time zone", none)?.grade == .good)
        #expect(Self.finding("time zone", none)?.words == "America/St_Johns (-03:30)")
    }

    @Test func slowProductsAreDoubted() {
        var report = HealthReport()
        report.checkMachine(
            version: "1", threads: 2, arithmetic: ("none", nil), productRate: 250e9,
            libraries: [("zlib", "1.3"), ("libxml2", "2.9.14")])
        report.checkMachine(version: "1", threads: 1, arithmetic: ("none", nil), productRate: 4.25e9)
        let products = report.findings.filter { $0.name == "matrix products" }
        #expect(products.map(\.words) == ["250 GFLOP/s with 2 threads", "4.3 GFLOP/s with 1 thread"])
        #expect(products.map(\.grade) == [.good, .doubtful])
        #expect(Self.finding("libraries", report)?.words == "zlib 1.3, libxml2 2.9.14")
    }
}
