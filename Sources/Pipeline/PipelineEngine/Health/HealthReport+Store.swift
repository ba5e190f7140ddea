internal import CommentStore
internal import PipelinePlan
internal import RunStore
internal import StageKit
internal import StoreFile
internal import TextBasics

/// The store, what its runs came to, and whether the clock agrees with it.
extension HealthReport {
    /// How far ahead of the clock a time may be that another machine wrote.
    private static let toleratedSeconds: Int64 = 300
    /// 2025-01-01: this program is younger.
    private static let earliestSeconds: Int64 = 1_735_689_600

    /// - Returns: bytes that the store and the artifacts take.
    mutating func checkStore(_ plan: PlannedPipeline, _ clock: StoreClock) -> Int64 {
        let now = clock.milliseconds() / 1000
        if now < Self.earliestSeconds {
            add(
                "clock", .doubtful, "it says \(CivilTime.text(seconds: now))",
                hint: "set this machine's clock: the dates of runs and votes go by it")
        }
        let artifacts =
            (try? ArtifactSizes.stages(of: plan.store.artifacts))?.reduce(0) { $0 + $1.bytes } ?? 0
        do {
            let found = try RunStore.openForReading(at: plan.store.state, artifacts: plan.store.artifacts)
            guard let store = found else {
                add("store", .good, "\(plan.store.state): none yet, the first run makes it")
                return artifacts
            }
            defer { try? store.close() }
            guard try store.isIntact() else {
                throw StoreError(
                    .damaged, "\(plan.store.state) is damaged: SQLite's integrity check fails",
                    hint: "restore it from a copy, or move it away and run again to rebuild it")
            }
            let size = try store.storeSize()
            add("store", .good, "\(plan.store.state): intact, \(Bytes.text(size))")
            try checkRuns(of: plan, store, now)
            try checkObservations(store, now)
            return artifacts + size
        } catch let error as StoreError where error.kind == .older {
            add("store", .doubtful, error.message, hint: error.hint)
        } catch {
            check("store") { throw error }
        }
        return artifacts
    }

    private mutating func checkRuns(of plan: PlannedPipeline, _ store: RunStore, _ now: Int64) throws {
        guard let last = try store.runs(pipeline: plan.name, limit: 1).first else {
            return add("last run", .good, "none so far")
        }
        let name = "\(last.run.id) of \(last.run.date)"
        let again = "run it again: what is done is kept"
        switch last.outcome {
        case .running where RunLock.holder(state: plan.store.state)?.run == last.run.id:
            add("last run", .good, "\(name) is under way")
        case .running, .killed:
            add("last run", .doubtful, "\(name) was killed, or its machine went down", hint: again)
        case .interrupted: add("last run", .doubtful, "\(name) was stopped", hint: again)
        case .failed, .rejected:
            let culprit = try store.stages(ofRun: last.run.id).first {
                [.failed, .rejected].contains($0.verdict)
            }
            let why = culprit.map { stage in
                let message = stage.message?.split(separator: "\n").first.map { ": \($0)" } ?? ""
                return " in stage '\(stage.stage)'\(message)"
            }
            add(
                "last run", .doubtful, "\(name) failed\(why ?? "")",
                hint: "fix the cause and \(again); splitvote status \(plan.file) shows more")
        case .done: add("last run", .good, "\(name) is done")
        }
        if last.startedAt > CivilTime.text(seconds: now + Self.toleratedSeconds) {
            add(
                "clock", .doubtful,
                "the last run began at \(last.startedAt), and it is \(CivilTime.text(seconds: now)) now",
                hint: "set this machine's clock, or find out which machine wrote that")
        }
    }

    private mutating func checkObservations(_ store: RunStore, _ now: Int64) throws {
        for source in try store.ledger.sources() where source.lastObserved > now + Self.toleratedSeconds {
            add(
                "clock", .doubtful,
                "source '\(source.source)' has votes of \(CivilTime.text(seconds: source.lastObserved)), which is to "
                    + "come",
                hint:
                    "check the clock, and 'time_zone' and 'observed_at' of its stage: votes of the future count as "
                    + "the latest")
        }
    }
}
