import Foundation
import PipelineEngine
import PipelinePlan
import RunStore
import StageKit
import StoreFile
import Synchronization
import Testing

struct EngineRunTests {
    /// read (files) → clean (min) → tsv (published)
    private func bench(min: Int = 1) throws -> TestBench {
        let bench = try TestBench()
        try bench.write("one", to: "data/a.tsv")
        try bench.write("two", to: "data/b.tsv")
        add(to: bench, min: min)
        return bench
    }

    private func add(to bench: TestBench, min: Int) {
        bench.add("read", files: ["data/*.tsv"])
        bench.add("clean", from: ["read"], parameters: ["min": .integer(min)])
        bench.add("tsv", from: ["clean"], publishes: "out/{date}/table.tsv")
    }

    @Test func everyStageRunsOnceAndTheFileIsPublished() async throws {
        let bench = try bench()
        let log = EventLog()
        let report = try await bench.run(log)
        #expect(report.outcome == .done)
        #expect(report.exitStatus == 0)
        #expect(report.executed == ["read", "clean", "tsv"])
        #expect(report.stages.map(\.reasons) == [[.neverRan], [.neverRan], [.neverRan]])
        #expect(bench.read("out/2025-11-21/table.tsv") == "tsv\n{}\nclean\n{\"min\":1}\nread\n{}\none\ntwo")
        #expect(bench.fileMarks(below: "artifacts/.staging").isEmpty)
        #expect(bench.fileMarks(below: "artifacts/.work").isEmpty)
        let published = log.events.compactMap { if case .published(_, let path) = $0 { path } else { nil } }
        #expect(published == [bench.folder + "/out/2025-11-21/table.tsv"])
        #expect(RunLock.holder(state: bench.pipeline.store.state) == nil)
    }

    @Test func aSecondRunExecutesNothingAndTouchesNoFile() async throws {
        let bench = try bench()
        try await bench.run()
        let before = [bench.fileMarks(below: "artifacts"), bench.fileMarks(below: "out")]
        let log = EventLog()
        let report = try await bench.run(log)
        #expect(bench.worked == [])
        #expect(report.stages.map(\.verdict) == [.cached, .cached, .cached])
        #expect([bench.fileMarks(below: "artifacts"), bench.fileMarks(below: "out")] == before)
        let published = log.events.contains { if case .published = $0 { true } else { false } }
        #expect(!published)
    }

    @Test func aParameterRerunsItsStageAndThoseAfterIt() async throws {
        let bench = try bench(min: 20)
        try await bench.run()
        add(to: bench, min: 30)
        let report = try await bench.run()
        #expect(bench.worked == ["clean", "tsv"])
        #expect(report["clean"]?.reasons == [.parameterChanged(name: "min", old: 20, new: 30)])
        #expect(report["tsv"]?.reasons == [.inputChanged(port: "in", stage: "clean")])
        #expect(report["clean"]?.reasons.map(\.text) == ["parameter `min` 20 → 30"])
        #expect(bench.read("out/2025-11-21/table.tsv")?.contains("{\"min\":30}") == true)
    }

    @Test func goingBackRestoresWithoutRunning() async throws {
        let bench = try bench(min: 20)
        try await bench.run()
        let first = bench.read("out/2025-11-21/table.tsv")
        add(to: bench, min: 30)
        try await bench.run()
        add(to: bench, min: 20)
        let report = try await bench.run()
        #expect(bench.worked == ["restore clean", "restore tsv"])
        #expect(report.stages.map(\.verdict) == [.cached, .restored, .restored])
        #expect(bench.read("out/2025-11-21/table.tsv") == first)
        // Now it is current again, and nothing has to be recorded twice.
        #expect(try await bench.run().stages.map(\.verdict) == [.cached, .cached, .cached])
        #expect(bench.worked == [])
    }

    @Test func aRunTellsTheStoreAgainWhatOneThatOnlyTriedLabelsFound() async throws {
        let bench = try bench(min: 30)
        bench.overrides = ["min": 30]
        bench.trialStages = ["clean", "tsv"]
        try await bench.run()
        try await bench.run()
        #expect(bench.worked == [])
        bench.trialStages = []
        try await bench.run()
        #expect(bench.worked == ["restore clean", "restore tsv"])
        // Parameters of the command line that rule no labels make no difference.
        bench.overrides = [:]
        try await bench.run()
        #expect(bench.worked == [])
    }

    @Test func whatStaysTheSameIsNotPassedOn() async throws {
        let bench = try bench()
        bench.add("clean", from: ["read"], text: "always the same")
        bench.add("tsv", from: ["clean"], publishes: "out/table.tsv")
        try await bench.run()
        try bench.write("three", to: "data/c.tsv")
        let report = try await bench.run()
        #expect(bench.worked == ["read", "clean"])
        #expect(report["read"]?.reasons == [.fileChanged(key: "paths")])
        #expect(report["tsv"]?.verdict == .cached)
    }

    @Test func aNewRevisionRerunsTheStage() async throws {
        let bench = try bench()
        try await bench.run()
        bench.add("clean", from: ["read"], parameters: ["min": 1], revision: 2)
        bench.add("tsv", from: ["clean"], publishes: "out/{date}/table.tsv")
        let report = try await bench.run()
        #expect(report["clean"]?.reasons == [.revisionChanged(old: 1, new: 2)])
        // Its result says the same as before.
        #expect(bench.worked == ["clean"])
    }

    @Test func forcedStagesRunThoughNothingChanged() async throws {
        let bench = try bench()
        try await bench.run()
        bench.options.forced = ["clean"]
        let report = try await bench.run()
        #expect(bench.worked == ["clean"])
        #expect(report["clean"]?.reasons == [.forced])
        bench.options.forcesAll = true
        try await bench.run()
        #expect(bench.worked == ["read", "clean", "tsv"])
    }

    @Test func onlySelectedStagesRun() async throws {
        let bench = try bench()
        bench.options.selection = ["read"]
        #expect(try await bench.run().stages.map(\.stage) == ["read"])
        bench.options.selection = ["tsv"]
        let log = EventLog()
        let report = try await bench.run(log)
        #expect(report.outcome == .failed)
        #expect(bench.worked == [])
        #expect(report["tsv"]?.message == "'clean' is not selected and has no result that fits")
        bench.options.selection = ["clean"]
        try await bench.run()
        #expect(bench.worked == ["clean"])
        bench.options.selection = ["tsv"]
        #expect(try await bench.run().outcome == .done)
        #expect(bench.worked == ["tsv"])
    }

    @Test func aMissingOrDamagedArtifactIsMadeAgain() async throws {
        let bench = try bench()
        let report = try await bench.run()
        let path = try #require(report["clean"]?.artifacts.first?.path)
        let good = bench.read("artifacts/" + path)
        try FileManager.default.removeItem(atPath: bench.folder + "/artifacts/" + path)
        let second = try await bench.run()
        #expect(bench.worked == ["clean"])
        #expect(second["clean"]?.reasons == [.outputMissing(path: path)])
        #expect(bench.read("artifacts/" + path) == good)
        try bench.write("damaged", to: "artifacts/" + path)
        try await bench.run()
        #expect(bench.worked == ["clean"])
        #expect(bench.read("artifacts/" + path) == good)
    }

    @Test func publishedFilesAreRepaired() async throws {
        let bench = try bench()
        try await bench.run()
        let good = bench.read("out/2025-11-21/table.tsv")
        for change in ["remove", "alter"] {
            if change == "remove" {
                try FileManager.default.removeItem(atPath: bench.folder + "/out")
            } else {
                try bench.write("altered", to: "out/2025-11-21/table.tsv")
            }
            let report = try await bench.run()
            #expect(bench.worked == [])
            #expect(report.outcome == .done)
            #expect(bench.read("out/2025-11-21/table.tsv") == good)
        }
        bench.date = "2025-11-22"
        try await bench.run()
        #expect(bench.worked == [])
        #expect(bench.read("out/2025-11-22/table.tsv") == good)
    }

    @Test func twoStagesMayNotPublishOneFile() async throws {
        let bench = try bench()
        bench.add("tsv2", from: ["clean"], publishes: "out/{date}/table.tsv")
        let report = try await bench.run()
        #expect(report.outcome == .failed)
        #expect(report["tsv2"]?.message == "stages 'tsv' and 'tsv2' both publish out/2025-11-21/table.tsv")
    }

    @Test func aPathWithAnUnknownPlaceholderIsAnError() async throws {
        let bench = try bench()
        bench.add("tsv", from: ["clean"], publishes: "out/{month}/table.tsv")
        let report = try await bench.run()
        #expect(
            report["tsv"]?.message
                == "the path 'out/{month}/table.tsv' holds {month}, which has no value here")
    }

    @Test func aFailedStageKeepsWhatWasDoneAndStopsWhatNeedsIt() async throws {
        let bench = try bench()
        bench.add("clean", from: ["read"]) { _ in
            throw StageError("found 'x', expected a number", hint: "fix the file")
        }
        bench.add("tsv", from: ["clean"], publishes: "out/table.tsv")
        bench.add("other", from: ["read"])
        let log = EventLog()
        let report = try await bench.run(log)
        #expect(report.outcome == .failed)
        #expect(report.exitStatus == 1)
        #expect(report.stages.map(\.verdict) == [.ran, .failed, .skipped, .skipped])
        #expect(report["clean"]?.message == "found 'x', expected a number")
        #expect(bench.read("out/table.tsv") == nil)
        #expect(bench.fileMarks(below: "artifacts/.staging").isEmpty)
        bench.options.keepsGoing = true
        let second = try await bench.run()
        #expect(second.stages.map(\.verdict) == [.cached, .failed, .skipped, .ran])
        #expect(second["clean"]?.reasons == [.failedBefore])
    }

    @Test func anIncompleteSourceHasItsOwnStatus() async throws {
        let bench = try TestBench()
        bench.add("read") { _ in throw StageError("429 until the retry limit", sourceIncomplete: true) }
        let report = try await bench.run()
        #expect(report.outcome == .sourceIncomplete)
        #expect(report.exitStatus == 5)
    }

    @Test func checksThatWarnLetPassAndChecksThatErrKeepAside() async throws {
        for isError in [false, true] {
            let bench = try TestBench()
            let checks = [
                PlannedCheck(that: "share", atMost: 0.5, isError: isError),
                PlannedCheck(that: "rows", atLeast: 1, isError: true),
            ]
            bench.add(
                "label", publishes: "out.tsv", checks: checks, figures: ["share": 0.75, "rows": 1])
            bench.add("sample", from: ["label"])
            let log = EventLog()
            let report = try await bench.run(log)
            let failed = log.events.compactMap { event -> String? in
                if case .checkFailed(_, let message, _, _) = event { message } else { nil }
            }
            #expect(failed == ["share is 0.75, expected at most 0.5"])
            #expect(report.exitStatus == (isError ? 3 : 0))
            #expect((bench.read("out.tsv") == nil) == isError)
            #expect(report["sample"]?.verdict == (isError ? .skipped : .ran))
            let kept = bench.contents(below: "artifacts/.rejected")
            #expect(kept.values.filter { $0.hasPrefix("label") }.count == (isError ? 1 : 0))
            // The same limits on the same figures say the same again.
            #expect(try await bench.run().exitStatus == (isError ? 3 : 0))
        }
    }

    @Test func aStricterCheckIsAppliedToAResultThatIsCurrent() async throws {
        let bench = try TestBench()
        bench.add("label", figures: ["share": 0.75])
        try await bench.run()
        bench.add("label", checks: [PlannedCheck(that: "share", atMost: 0.5)], figures: ["share": 0.75])
        #expect(try await bench.run().exitStatus == 3)
        #expect(bench.worked == [])
        bench.add("label", checks: [PlannedCheck(that: "nothing", atMost: 0.5)], figures: ["share": 0.75])
        let report = try await bench.run()
        #expect(report["label"]?.message == "the stage reported no number 'nothing'")
    }

    @Test func missingFilesAreNamed() async throws {
        let bench = try TestBench()
        bench.add("read", files: ["data/*.tsv"])
        let report = try await bench.run()
        #expect(
            report["read"]?.message
                == "'paths': no file matches data/*.tsv (looked for \(bench.folder)/data/*.tsv)")
        bench.add("read", files: ["data/a.tsv"])
        #expect(try await bench.run()["read"]?.message == "'paths': there is no file data/a.tsv")
        try bench.write("x", to: "data/a.tsv/inner")
        #expect(try await bench.run()["read"]?.message == "'paths': data/a.tsv is a folder; a file is wanted")
        #expect(bench.worked == [])
    }

    @Test func anInputThatMovesWhileItIsReadFailsTheStage() async throws {
        let bench = try bench()
        bench.add("read", files: ["data/*.tsv"]) { [weak bench] _ in
            try bench?.write("changed", to: "data/b.tsv")
        }
        let report = try await bench.run()
        #expect(report.outcome == .failed)
        #expect(
            report["read"]?.message
                == "data/b.tsv ('paths') was changed while the stage ran; its result was thrown away")
        #expect(bench.fileMarks(below: "artifacts/read").isEmpty)
    }

    @Test func anOutputThatWasNotMadeFailsTheStage() async throws {
        let bench = try TestBench()
        bench.add("read")
        bench.stages[0].stage = ClosureStage { _ in StageResult(outputs: []) }
        #expect(try await bench.run()["read"]?.message == "the stage has given nothing to its output 'out'")
        bench.stages[0].stage = ClosureStage { _ in
            StageResult(outputs: [StageOutput(port: "out", path: "out.txt")])
        }
        #expect(try await bench.run()["read"]?.message == "the stage has not made its output 'out', out.txt")
    }

    @Test func stagesWithoutArrowsBetweenThemRunAtTheSameTime() async throws {
        let bench = try TestBench()
        let arrived = Mutex(0)
        for name in ["one", "two"] {
            bench.add(name) { _ in
                arrived.withLock { $0 += 1 }
                // Each waits for the other: alone, neither would end.
                while arrived.withLock({ $0 }) < 2 { try await Task.sleep(for: .milliseconds(1)) }
            }
        }
        bench.options.jobs = 2
        #expect(try await bench.run().executed == ["one", "two"])
    }

    @Test func aStageRestsOnOtherDays() async throws {
        let bench = try bench()
        bench.add("model", from: ["clean"], when: [.sun])
        bench.add("scores", from: ["model"])
        bench.date = "2025-11-21"  // a Friday
        let friday = try await bench.run()
        #expect(friday.outcome == .done)
        #expect(friday["model"]?.message == "runs on sun only")
        #expect(friday["scores"]?.verdict == .skipped)
        bench.date = "2025-11-23"
        #expect(try await bench.run()["scores"]?.verdict == .ran)
        // On the next day other data came in; what was made of the old is kept.
        bench.date = "2025-11-24"
        try bench.write("three", to: "data/c.tsv")
        let monday = try await bench.run()
        #expect(bench.worked == ["read", "clean", "tsv"])
        #expect(monday["model"]?.verdict == .skipped)
        #expect(monday["scores"]?.verdict == .cached)
    }

    @Test func aStageThatAccumulatesIsCurrentOnlyAfterItsLastRun() async throws {
        let bench = try TestBench()
        try bench.write("one", to: "a.tsv")
        try bench.write("two", to: "b.tsv")
        for file in ["a.tsv", "b.tsv", "a.tsv"] {
            bench.add("ingest", files: [file], accumulates: true)
            try await bench.run()
            #expect(bench.worked == ["ingest"])
            try await bench.run()
            #expect(bench.worked == [])
        }
    }

    @Test func theMomentOfTheLabelsCountsWhereTheLedgerIsRead() async throws {
        let bench = try TestBench()
        bench.add("ingest", accumulates: true)
        bench.add("clean", from: ["ingest"])
        bench.add("label", from: ["clean"])
        try await bench.run()
        bench.options.asOf = 1_764_000_000
        let report = try await bench.run()
        #expect(bench.worked == ["clean"])
        #expect(report["clean"]?.reasons == [.parameterChanged(name: "as_of", old: nil, new: 1_764_000_000)])
    }

    @Test func figuresOfEarlierStagesCountWhereTheyAreRead() async throws {
        let bench = try TestBench()
        bench.add("label", figures: ["rows": 1], text: "same")
        bench.add("report", from: ["label"], readsUpstreamFigures: true)
        try await bench.run()
        bench.add("label", revision: 2, figures: ["rows": 2], text: "same")
        bench.add("report", from: ["label"], readsUpstreamFigures: true)
        let report = try await bench.run()
        #expect(report["report"]?.reasons == [.figuresChanged])
    }

    @Test func whatAStageLearnsInTheRunReachesItsContext() async throws {
        let bench = try bench()
        bench.overrides = ["x": 1]
        bench.options.threads = 4
        bench.options.jobs = 2
        let seen = Mutex<[String]>([])
        bench.add("tsv", from: ["clean"]) { context in
            let upstream = context.upstream.map { "\($0.stage):\($0.kind)" }.joined(separator: " ")
            seen.withLock {
                $0 = [
                    context.run.date, "\(context.run.hasOverrides)", "\(context.threads)", upstream,
                    context.stageName, context.inputs.all("in").map(\.stage).joined(),
                ]
            }
        }
        try await bench.run()
        #expect(
            seen.withLock { $0 } == [
                "2025-11-21", "true", "2", "read:kind-read clean:kind-clean", "tsv", "clean",
            ])
    }
}
