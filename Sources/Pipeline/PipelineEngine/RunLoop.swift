internal import PipelinePlan
internal import RunStore
internal import StageKit

/// Performs what the ``RunMachine`` says, one run long.
final class RunLoop {
    private let engine: Engine
    private let id: String
    private let store: RunStore
    private let examiner: StageExaminer
    private let runner: StageRunner
    private var machine: RunMachine
    private var prepared: [String: PreparedStage] = [:]
    private var results: [String: CurrentResult] = [:]
    private var reports: [String: RunReport.Stage] = [:]
    /// Stages that are not selected and could not be looked at, and why.
    private var unknown: [String: ErrorDescription] = [:]
    private let started = ContinuousClock.now

    private var pipeline: PlannedPipeline { engine.pipeline }
    private var options: EngineOptions { engine.options }

    init(_ engine: Engine, id: String, store: RunStore) throws {
        self.engine = engine
        self.id = id
        self.store = store
        let pipeline = engine.pipeline
        let examiner = StageExaminer(pipeline: pipeline, options: engine.options, store: store)
        self.examiner = examiner
        var facts = RunDescription(
            id: id, pipeline: pipeline.name, date: pipeline.runDate,
            hasOverrides: !pipeline.overrides.isEmpty,
            asOf: engine.options.asOf, offline: engine.options.offline,
            refreshed: engine.options.refreshed)
        facts.gathering = engine.options.gathering
        runner = StageRunner(
            run: facts, pipeline: pipeline, options: engine.options, store: store, digests: examiner.digests,
            artifacts: examiner.artifacts, publisher: Publisher(examiner, run: facts),
            isTrial: examiner.isTrial, sink: engine.sink, probe: engine.probe,
            screen: SecretScreen(pipeline.secrets))
        machine = RunMachine(
            order: pipeline.stages.filter { examiner.isNeeded($0.name) }.map {
                RunMachine.Node(
                    $0.name, dependencies: $0.dependencies.filter(examiner.isNeeded),
                    isSelected: examiner.isSelected($0.name))
            }, jobs: engine.options.jobs, keepsGoing: engine.options.keepsGoing)
    }

    func run() async throws -> RunReport {
        try begin()
        let foreseen = tellObstacles()
        var outcome = EngineOutcome.done
        try await withThrowingTaskGroup(of: StageEnding.self) { group in
            var actions = machine.receive(foreseen.isEmpty ? .start : .foreseen(foreseen))[...]
            while true {
                while let action = actions.popFirst() {
                    switch action {
                    case .examine(let stage):
                        if options.isStopRequested() { actions += machine.receive(.stopRequested) }
                        actions += machine.receive(.examined(stage, await examine(stage)))
                    case .run(let stage, let reasons):
                        guard let work = prepared[stage] else { continue }
                        let threads = BlockingThreads(limit: runner.threadsOfEach, name: stage)
                        group.addTask(executorPreference: threads) { [runner] in
                            defer { threads.close() }
                            return try await runner.perform(work, because: reasons)
                        }
                    case .skip(let stage, let cause): try skip(stage, cause)
                    case .end(let final): outcome = final
                    }
                }
                guard let ending = try await group.next() else { return }
                note(ending)
                if options.isStopRequested() { actions += machine.receive(.stopRequested) }
                actions += machine.receive(.finished(ending.stage, ending.ending))
            }
        }
        return try finish(outcome)
    }

    private func begin() throws {
        try store.begin(
            RunRecord(
                id: id, pipeline: pipeline.name, file: pipeline.file, date: pipeline.runDate,
                asOf: options.asOf,
                overrides: .object(pipeline.overrides), host: options.host, pid: RunID.process),
            stages: pipeline.kindNames)
        try Disk.makeFolder(pipeline.store.artifacts)
        try examiner.artifacts.sweep(keeping: store.workFolders())
        engine.sink.receive(
            .runStarted(
                run: id, pipeline: pipeline.name, date: pipeline.runDate,
                stages: pipeline.stages.map(\.name).filter(examiner.isSelected)))
    }

    /// Fails the stages that are known to fail, so that nothing is done in vain before them. With `keepsGoing` they fail
    /// when it is their turn.
    /// - Returns: their names.
    private func tellObstacles() -> [String] {
        if options.keepsGoing { return [] }
        return Preflight(examiner).obstacles().map { stage, finding in
            _ = fail(stage, StageError(finding.message, hint: finding.hint))
            return stage.name
        }
    }

    private func finish(_ outcome: EngineOutcome) throws -> RunReport {
        try examiner.artifacts.tidy()
        try examiner.digests.save()
        let status = outcome == .interrupted ? options.interruptedStatus() : outcome.exitStatus
        try store.finish(run: id, outcome: outcome.stored, exitStatus: status)
        if outcome == .done { shrinkEarlierResults() }
        let report = RunReport(
            run: id, outcome: outcome, exitStatus: status,
            stages: pipeline.stages.compactMap { reports[$0.name] },
            seconds: (ContinuousClock.now - started) / .seconds(1))
        engine.sink.receive(.runFinished(report))
        return report
    }

    /// Applies the retention rule of the file. Everything is done and recorded by now: a failure is reported, and
    /// tried again by the next run.
    private func shrinkEarlierResults() {
        if pipeline.store.keepRuns == nil, pipeline.store.keepMaxSize == nil { return }
        let packer = ResultPacker(
            artifacts: examiner.artifacts, store: store, digests: examiner.digests, run: id)
        do {
            try packer.shrinkEarlierResults()
            try examiner.artifacts.tidy()
        } catch {
            let words = ErrorDescription(error)
            engine.sink.receive(
                .pipelineWarning(
                    "warning: earlier results could not be packed: \(words.message)"
                        + (words.hint.map { "\nhint: \($0)" } ?? "")))
        }
    }

    // MARK: Examining

    private func examine(_ name: String) async -> RunMachine.Examination {
        guard let stage = pipeline[name] else { return .notSelected }
        do {
            if options.pinned[name] != nil {
                results[name] = try examiner.pinnedResult(stage).flatMap { try unpack($0) == nil ? $0 : nil }
                return results[name] == nil ? .notSelected : .stands
            }
            let work = try examiner.prepare(stage, results: results)
            prepared[name] = work
            var decision = try examiner.decide(work)
            if case .stands(let result, _) = decision, let missing = try unpack(result) {
                decision = .run([.outputMissing(path: missing)])
            }
            switch decision {
            case .stands(let result, let isRestored):
                return try await keep(work, result, isRestored: isRestored)
            case .run(let reasons):
                if !examiner.isSelected(name) { return .notSelected }
                if !examiner.isScheduled(stage) { return try useLast(stage) }
                reports[name] = RunReport.Stage(
                    stage: name, kind: stage.kind.name, verdict: .failed, reasons: reasons, figures: .null,
                    message: nil, seconds: 0, artifacts: [])
                return .mustRun(reasons)
            }
        } catch {
            // What is not selected cannot fail the run, only leave those that need it without a result.
            guard examiner.isSelected(name) else {
                unknown[name] = ErrorDescription(error)
                return .notSelected
            }
            return fail(stage, error)
        }
    }

    /// Puts a packed result back to where others read it.
    /// - Returns: an artifact of it that cannot be had any more; `nil` if all are there.
    private func unpack(_ result: CurrentResult) throws -> String? {
        try examiner.artifacts.unpack(result.artifacts.map(\.path), run: id)
    }

    /// An earlier result is current: checks, the store's rows and the published files are brought up to date with it.
    private func keep(
        _ work: PreparedStage, _ result: CurrentResult, isRestored: Bool
    ) async throws -> RunMachine.Examination {
        let stage = work.planned
        var result = result
        result.publications = stage.stage.publications(
            ofEarlier: result.publications, stage: stage.name)
        results[stage.name] = result
        if !examiner.isSelected(stage.name) { return .stands }
        let failed = stage.failedChecks(on: result.figures)
        report(failed, stage.name, keptIn: nil)
        if failed.contains(where: \.isError) {
            let message = failed.filter(\.isError).map(\.message).joined(separator: "; ")
            add(stage, .rejected, result, message: message)
            return .rejected
        }
        let number = try await runner.restore(work, result, isRestored: isRestored)
        engine.sink.receive(
            .stageCached(
                stage: stage.name, kind: stage.kind.name, isRestored: isRestored, figures: result.figures))
        add(stage, isRestored ? .restored : .cached, result)
        var ending = StageEnding(stage: stage.name, ending: .done, verdict: .cached, seconds: 0)
        try runner.publish(result, of: work, recordedAs: number, ending: &ending)
        if let message = ending.message { throw StageError(message, hint: ending.hint) }
        return .stands
    }

    /// Skips a stage that is not scheduled today: others use its latest result.
    private func useLast(_ stage: PlannedStage) throws -> RunMachine.Examination {
        let days = stage.when.map { when in Weekday.allCases.filter(when.contains).map(\.rawValue) } ?? []
        let why = "runs on \(days.joined(separator: ", ")) only"
        engine.sink.receive(.stageSkipped(stage: stage.name, why: why))
        let latest = try examiner.latestResult(stage).flatMap { try unpack($0) == nil ? $0 : nil }
        results[stage.name] = latest
        add(stage, .skipped, latest, message: why)
        return latest == nil ? .notToday : .stands
    }

    private func fail(_ stage: PlannedStage, _ error: any Error) -> RunMachine.Examination {
        let words = ErrorDescription(error, runner.screen)
        results[stage.name] = nil
        add(stage, .failed, nil, message: words.message)
        engine.sink.receive(
            .stageFailed(
                stage: stage.name, kind: stage.kind.name, message: words.message, hint: words.hint, seconds: 0
            ))
        return .failed(sourceIncomplete: words.sourceIncomplete)
    }

    // MARK: What became of stages

    private func note(_ ending: StageEnding) {
        guard let stage = pipeline[ending.stage] else { return }
        results[stage.name] = ending.ending == .done ? ending.result : nil
        report(ending.failedChecks, stage.name, keptIn: ending.keptIn)
        let reasons = reports[stage.name]?.reasons ?? []
        reports[stage.name] = RunReport.Stage(
            stage: stage.name, kind: stage.kind.name, verdict: ending.verdict, reasons: reasons,
            figures: ending.figures, message: ending.message, seconds: ending.seconds,
            artifacts: ending.result?.artifacts ?? [])
        switch ending.verdict {
        case .ran:
            engine.sink.receive(
                .stageFinished(
                    stage: stage.name, kind: stage.kind.name, figures: ending.figures, seconds: ending.seconds
                ))
        case .interrupted:
            engine.sink.receive(.stageInterrupted(stage: stage.name, seconds: ending.seconds))
        case .failed:
            // Its result is recorded, and that it could not be published as well.
            if ending.result != nil { remember(stage, .failed, ending.message) }
            engine.sink.receive(
                .stageFailed(
                    stage: stage.name, kind: stage.kind.name, message: ending.message ?? "failed",
                    hint: ending.hint, seconds: ending.seconds))
        default: break
        }
    }

    private func report(_ checks: [FailedCheck], _ stage: String, keptIn: String?) {
        for check in checks {
            engine.sink.receive(
                .checkFailed(
                    stage: stage, message: check.message, isError: check.isError,
                    keptIn: check.isError ? keptIn : nil))
        }
    }

    private func skip(_ name: String, _ cause: RunMachine.SkipCause) throws {
        guard let stage = pipeline[name] else { return }
        guard examiner.isSelected(name) else {
            if case .dependency(let other) = cause { unknown[name] = unknown[other] }
            return
        }
        let why: String
        switch cause {
        case .notReached: why = "the run ended before its turn"
        case .dependency(let other):
            let isLeftOut = !examiner.isSelected(other)
            let left =
                unknown[other].map { "'\(other)' is not selected and cannot be looked at: \($0.message)" }
                ?? "'\(other)' is not selected and has no result that fits"
            why = isLeftOut ? left : "'\(other)' gave no result"
            if isLeftOut {
                engine.sink.receive(
                    .stageFailed(
                        stage: name, kind: stage.kind.name, message: why,
                        hint: unknown[other]?.hint ?? "select it too: -s +\(name)",
                        seconds: 0))
            }
        }
        engine.sink.receive(.stageSkipped(stage: name, why: why))
        add(stage, .skipped, nil, message: why)
    }

    private func add(
        _ stage: PlannedStage, _ verdict: StageVerdict, _ result: CurrentResult?, message: String? = nil
    ) {
        reports[stage.name] = RunReport.Stage(
            stage: stage.name, kind: stage.kind.name, verdict: verdict, reasons: [],
            figures: result?.figures ?? .object([:]), message: message, seconds: 0,
            artifacts: result?.artifacts ?? [])
        if !verdict.hasResult { remember(stage, verdict, message, result?.warnings ?? []) }
    }

    /// For the record only: nothing depends on these rows.
    private func remember(
        _ stage: PlannedStage, _ verdict: StageVerdict, _ message: String?, _ warnings: [StageWarning] = []
    ) {
        _ = try? store.record(
            StageRunRecord(
                run: id, pipeline: pipeline.name, stage: stage.name, kind: stage.kind.name,
                fingerprint: prepared[stage.name]?.fingerprint.digest ?? "",
                fields: prepared[stage.name]?.fingerprint.fields ?? .object([:]), verdict: verdict,
                message: message, warnings: warnings, isTrial: examiner.isTrial(stage.name),
                startedAt: options.clock.timestamp()))
    }
}
