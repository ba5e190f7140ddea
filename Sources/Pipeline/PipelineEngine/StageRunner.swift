internal import PipelinePlan
internal import RunStore
internal import StageKit
internal import StoreFile

/// Points at which a test may kill a run.
package enum EnginePoint: String, Sendable, CaseIterable {
    case stageReturned, synced, placed, recorded, published
}

/// Thrown by a test's probe: the run ends on the spot, as if the process had been killed.
package struct SimulatedDeath: Error {
    package init() {}
}

/// How a stage's run ended.
struct StageEnding: Sendable {
    var stage: String
    var ending: RunMachine.Ending
    var verdict: StageVerdict
    var result: CurrentResult?
    var figures: JSONValue = .object([:])
    var message: String?
    var hint: String?
    var seconds: Double
    var keptIn: String?
    var failedChecks: [FailedCheck] = []
}

/// Performs stages: lets them write aside, checks what they made, moves it to its place and records it.
struct StageRunner: Sendable {
    let run: RunDescription
    let pipeline: PlannedPipeline
    let options: EngineOptions
    let store: RunStore
    let digests: FileDigests
    let artifacts: ArtifactFolder
    let publisher: Publisher
    /// Whether a stage goes by labels that are only tried.
    let isTrial: @Sendable (String) -> Bool
    let sink: any EngineEventSink
    let probe: @Sendable (EnginePoint, String) throws -> Void
    let screen: SecretScreen

    /// Records of shorter stages that publish nothing are synced together with the next commit:
    /// syncing would take longer than running the stage again, should the machine die in between.
    private static let worthForcing = Duration.seconds(1)

    /// Threads that one stage may keep busy, at least 1: all of them, shared out among the stages that may run at once.
    var threadsOfEach: Int { max(1, options.threads / max(1, options.jobs)) }

    /// Runs a stage to its end, good or bad.
    /// - Throws: only ``SimulatedDeath``.
    func perform(_ prepared: PreparedStage, because reasons: [RunReason]) async throws -> StageEnding {
        let stage = prepared.planned
        let started = ContinuousClock.now
        let startedAt = options.clock.timestamp()
        sink.receive(.stageStarted(stage: stage.name, kind: stage.kind.name, reasons: reasons))
        var record = StageRunRecord(
            run: run.id, pipeline: pipeline.name, stage: stage.name, kind: stage.kind.name,
            fingerprint: prepared.fingerprint.digest, fields: prepared.fingerprint.fields, verdict: .ran,
            reason: reasons.map(\.text).joined(separator: ", "), isTrial: isTrial(stage.name),
            startedAt: startedAt)
        let warnings = WarningList()
        var staging: String?
        do {
            let folder = try artifacts.stage(stage.name, run: run.id)
            staging = folder
            return try await produce(
                prepared, in: folder, isForced: reasons.contains(.forced), warnings, record: &record,
                since: started)
        } catch let death as SimulatedDeath {
            throw death
        } catch {
            if let staging { try? Disk.remove(staging) }
            record.warnings = warnings.all
            return fail(stage, error, &record, since: started)
        }
    }

    private func produce(
        _ prepared: PreparedStage, in folder: String, isForced: Bool, _ warnings: WarningList,
        record: inout StageRunRecord, since started: ContinuousClock.Instant
    ) async throws -> StageEnding {
        let stage = prepared.planned
        let workPath = artifacts.workPath(stage: stage.name, fingerprint: record.fingerprint)
        // Forced means from the start, not from where a killed run was.
        if isForced { try Disk.remove(artifacts.absolute(workPath)) }
        try Disk.makeFolder(artifacts.absolute(workPath))
        try store.beginWork(
            stage: stage.name, fingerprint: record.fingerprint, run: run.id, path: workPath)
        var result = try await stage.stage.run(in: context(prepared, outputFolder: folder, warnings))
        result.figures = screen.of(result.figures)
        try probe(.stageReturned, stage.name)
        try checkInputs(prepared)
        record.figures = result.figures
        record.publications = result.publications
        record.artifacts = try describe(result, of: stage, in: folder, fingerprint: record.fingerprint)
        let failed = stage.failedChecks(on: result.figures)
        record.warnings = warnings.all + failed.compactMap(\.warning)
        if failed.contains(where: \.isError) {
            return try reject(stage, folder, failed, &record, since: started)
        }
        let place = artifacts.place(stage: stage.name, fingerprint: record.fingerprint)
        // The store's rows are written while the disk is busy with the files, and committed once these are safe.
        let syncing = Background { try Disk.sync(folder) }
        // Also if the rows fail: the folder must not be visible while it is still being read.
        defer { try? syncing.wait() }
        let number = try store.record(
            record, changes: result.changes, isUrgent: Self.isUrgent(result, since: started)
        ) {
            try syncing.wait()
            try probe(.synced, stage.name)
            try artifacts.put(folder, at: place, run: run.id)
            try probe(.placed, stage.name)
        }
        digests.follow(folder, to: artifacts.absolute(place))
        try probe(.recorded, stage.name)
        try Disk.remove(artifacts.absolute(workPath))
        let standing = CurrentResult(
            stageRun: number, kind: stage.kind.name, artifacts: record.artifacts, figures: record.figures,
            publications: record.publications, warnings: record.warnings, labelSet: prepared.labelSet)
        var ending = StageEnding(
            stage: stage.name, ending: .done, verdict: .ran, result: standing, figures: record.figures,
            seconds: (ContinuousClock.now - started) / .seconds(1), failedChecks: failed)
        try publish(standing, of: prepared, recordedAs: number, ending: &ending)
        try probe(.published, stage.name)
        return ending
    }

    private static func isUrgent(_ result: StageResult, since started: ContinuousClock.Instant) -> Bool {
        !result.publications.isEmpty || ContinuousClock.now - started >= worthForcing
    }

    /// Puts a current result's files where the user wants them. A failure to do so makes the stage fail, even though its
    /// result is current in the store.
    /// - Parameter number: the stage run of this run.
    func publish(
        _ result: CurrentResult, of prepared: PreparedStage, recordedAs number: Int64,
        ending: inout StageEnding
    ) throws {
        if result.publications.isEmpty { return }
        let stage = prepared.planned.name
        do {
            let outcome = try publisher.publish(result, of: prepared)
            try store.recordPublications(outcome.records, run: run.id)
            if let remark = outcome.remark {
                sink.receive(.log(stage: stage, message: remark, metadata: [:]))
            }
            for path in outcome.written { sink.receive(.published(stage: stage, path: path)) }
            for warning in outcome.warnings { sink.receive(.warning(stage: stage, message: warning)) }
            try store.add(outcome.warnings.map { StageWarning(.files, $0) }, toStageRun: number)
        } catch {
            let words = ErrorDescription(error)
            ending.ending = .failed(sourceIncomplete: false)
            ending.verdict = .failed
            (ending.message, ending.hint) = (words.message, words.hint)
        }
    }

    /// Tells the store again what an earlier result says, and records that it is current.
    /// - Returns: number of the stage run of this run.
    func restore(
        _ prepared: PreparedStage, _ result: CurrentResult, isRestored: Bool
    ) async throws -> Int64 {
        let stage = prepared.planned
        let warnings = WarningList()
        for warning in result.warnings { warnings.add(warning) }
        var changes: [any StoreChange] = []
        if isRestored {
            let place = artifacts.place(stage: stage.name, fingerprint: prepared.fingerprint.digest)
            changes = try await stage.stage.restore(
                in: context(prepared, outputFolder: artifacts.absolute(place), warnings))
        }
        return try store.record(
            StageRunRecord(
                run: run.id, pipeline: pipeline.name, stage: stage.name, kind: stage.kind.name,
                fingerprint: prepared.fingerprint.digest, fields: prepared.fingerprint.fields,
                verdict: isRestored ? .restored : .cached, figures: result.figures,
                publications: result.publications, warnings: warnings.all, madeBy: result.stageRun,
                isTrial: isTrial(stage.name),
                startedAt: options.clock.timestamp()),
            changes: changes)
    }

    private func context(
        _ prepared: PreparedStage, outputFolder: String, _ warnings: WarningList
    ) -> StageContext {
        let stage = prepared.planned.name
        return StageContext(
            run: run, stageName: stage, fingerprint: prepared.fingerprint.digest, inputs: prepared.inputs,
            files: prepared.files, baseFolder: pipeline.baseFolder, outputFolder: outputFolder,
            workFolder: artifacts.absolute(
                artifacts.workPath(stage: stage, fingerprint: prepared.fingerprint.digest)),
            threads: threadsOfEach, ledger: store.ledger,
            store: StoreParts(
                store.ledger, store.crawl, store.rows, PromotedLabels(runner: self),
                RecordedTimes(runner: self)),
            upstream: prepared.upstream, kinds: pipeline.kinds,
            progress: ScreenedProgress(
                StageProgress(events: StageEvents(stage: stage, sink), warnings: warnings), screen),
            isForced: isForced(prepared), isStopRequested: options.isStopRequested,
            findEarlierResult: { try earlierResult(of: prepared, sameParameters: $0) },
            findLatestLocators: { try latestLocators(of: stage) })
    }

    /// Whatever the stage read must still be what its fingerprint says.
    private func checkInputs(_ prepared: PreparedStage) throws {
        for (key, files) in prepared.files.sorted(by: { $0.key < $1.key }) {
            for file in files
            where try digests.digest(of: file.path, part: file.part)?.value != file.digest {
                throw StageError(
                    "\(file.shownPath) ('\(key)') was changed while the stage ran; its result was thrown away",
                    hint: "run again when nothing writes to that file any more")
            }
        }
        for input in prepared.inputArtifacts {
            let path = artifacts.absolute(input.path)
            if try digests.digest(of: path, isOurs: true)?.value != input.fileDigest {
                throw StageError(
                    "the artifact \(path) was changed while the stage ran; its result was thrown away",
                    hint: "do not change files in the artifacts folder; run again to rebuild the artifact")
            }
        }
    }

    private func describe(
        _ result: StageResult, of stage: PlannedStage, in folder: String, fingerprint: String
    ) throws -> [ArtifactRecord] {
        let place = artifacts.place(stage: stage.name, fingerprint: fingerprint)
        for (path, digest) in result.fileDigests { try digests.learn(digest, of: folder + "/" + path) }
        var records: [ArtifactRecord] = []
        for output in result.outputs {
            guard let port = stage.kind.outputs.first(where: { $0.name == output.port }) else {
                throw StageError("stage kind '\(stage.kind.name)' has no output '\(output.port)'")
            }
            let inner = output.path == "." ? "" : "/" + output.path
            if let written = output.fileDigest { try digests.learn(written, of: folder + inner) }
            guard let digest = try digests.digest(of: folder + inner, isOurs: true) else {
                throw StageError("the stage has not made its output '\(output.port)', \(output.path)")
            }
            records.append(
                ArtifactRecord(
                    port: port.name, type: port.types.first ?? "", path: place + inner,
                    digest: output.contentDigest ?? digest.value, fileDigest: digest.value, size: digest.size,
                    locator: output.locator))
        }
        for port in stage.kind.outputs
        where !port.optional && !records.contains(where: { $0.port == port.name }) {
            throw StageError("the stage has given nothing to its output '\(port.name)'")
        }
        return records
    }

    private func reject(
        _ stage: PlannedStage, _ folder: String, _ failed: [FailedCheck], _ record: inout StageRunRecord,
        since started: ContinuousClock.Instant
    ) throws -> StageEnding {
        let place = ArtifactFolder.rejectedPlace(stage.name, record.fingerprint)
        try artifacts.put(folder, at: place, run: run.id)
        record.verdict = .rejected
        record.artifacts = []
        record.publications = []
        record.message = failed.filter(\.isError).map(\.message).joined(separator: "; ")
        try store.record(record)
        return StageEnding(
            stage: stage.name, ending: .rejected, verdict: .rejected, figures: record.figures,
            message: record.message, seconds: (ContinuousClock.now - started) / .seconds(1),
            keptIn: artifacts.absolute(place), failedChecks: failed)
    }

    private func fail(
        _ stage: PlannedStage, _ error: any Error, _ record: inout StageRunRecord,
        since started: ContinuousClock.Instant
    ) -> StageEnding {
        var ending = StageEnding(
            stage: stage.name, ending: .interrupted, verdict: .interrupted,
            seconds: (ContinuousClock.now - started) / .seconds(1))
        if !(error is StageInterrupted) && !(error is CancellationError) {
            let words = ErrorDescription(error, screen)
            ending.ending = .failed(sourceIncomplete: words.sourceIncomplete)
            ending.verdict = .failed
            (ending.message, ending.hint) = (words.message, words.hint)
        }
        record.verdict = ending.verdict
        record.message = ending.message
        do {
            try store.record(record)
        } catch {
            // A full disk keeps even this from being written; the stage's own error says more.
            ending.message = (ending.message ?? "interrupted") + "; this could not be recorded: \(error)"
        }
        return ending
    }
}

/// An error in words.
struct ErrorDescription {
    var message: String
    var hint: String?
    var sourceIncomplete = false

    init(_ error: any Error) {
        switch error {
        case let error as StageError:
            (message, hint, sourceIncomplete) = (error.message, error.hint, error.sourceIncomplete)
        case let error as StoreError: (message, hint) = (error.message, error.hint)
        default:
            let words = StageError(file: error)
            (message, hint) = (words?.message ?? "\(error)", words?.hint)
        }
    }

    /// Without secrets, as far as a stage may have put some into it.
    init(_ error: any Error, _ screen: SecretScreen) {
        self.init(error)
        message = screen.of(message)
        hint = hint.map { screen.of($0) }
    }
}

/// Passes a stage's progress on as events, and keeps its warnings.
private struct StageProgress: ProgressSink {
    let events: StageEvents
    let warnings: WarningList

    func report(_ done: Int, of total: Int?, unit: String, note: String) {
        events.report(done, of: total, unit: unit, note: note)
    }

    func log(_ message: String, _ metadata: [String: String]) { events.log(message, metadata) }

    func warn(_ message: String) {
        warnings.add(StageWarning(.stage, message))
        events.warn(message)
    }
}
