internal import DatasetStages
internal import Diagnostics
internal import PipelineEngine
internal import PipelinePlan
internal import RunStore
internal import StageKit
internal import StoreFile

/// Keeps a split from becoming another one unnoticed: comments would move from test to train.
struct SplitGuard {
    private let plan: PlannedPipeline
    private let stages: [PlannedStage]

    /// - Parameter selection: the stages that may run; `nil`: all.
    init(_ plan: PlannedPipeline, selection: Set<String>?) {
        self.plan = plan
        stages = plan.stages.filter { selection?.contains($0.name) ?? true }
    }

    /// - Throws: `DiagnosticsError` for each split stage whose salt stands for another split in the store, or is neither
    ///   that of its last result nor one that the store has a split for.
    func check() throws {
        guard let store = try StorePlace(plan).open() else { return }
        defer { try? store.close() }
        var findings: [Finding] = []
        for stage in stages where stage.kind.name == "split" {
            if let conflict = try conflict(of: stage, store) {
                findings.append(
                    .error("stage '\(stage.name)': \(conflict.message)", hint: conflict.hint))
                continue
            }
            guard let salt = stage.parameters["salt"]?.stringValue,
                let last = try store.lastState(pipeline: plan.name, stage: stage.name, withResult: true),
                let before = last.fields["parameters"]?["salt"]?.stringValue,
                !before.utf8.elementsEqual(salt.utf8), try store.splitRule(salt: salt) == nil
            else { continue }
            findings.append(
                .error(
                    "stage '\(stage.name)': the salt changes from '\(before)' to '\(salt)', which makes another split: "
                        + "comments would move between its sides",
                    hint: "add --new-split if that is meant; the sides under '\(before)' are kept"))
        }
        if !findings.isEmpty { throw DiagnosticsError(file: plan.file, findings: findings) }
    }

    private func conflict(of stage: PlannedStage, _ store: RunStore) throws -> StageError? {
        guard let split = stage.stage as? SplitStage, let rule = try store.splitRule(salt: split.salt) else {
            return nil
        }
        return split.conflict(withRule: rule)
    }

    /// Gives up the splits that these stages' salts stand for in the store, where the file now means others.
    /// - Throws: `StoreError` when a run holds the store.
    func giveUp(_ options: EngineOptions) throws {
        guard let reader = try StorePlace(plan).open() else { return }
        let salts = try stages.filter { try conflict(of: $0, reader) != nil }
            .compactMap { ($0.stage as? SplitStage)?.salt }
        try reader.close()
        if salts.isEmpty { return }
        let clock = options.clock
        let holder = LockHolder(
            run: "new-split", pid: RunID.process, host: options.host, since: clock.timestamp())
        let lock = try RunLock.take(
            state: plan.store.state, holder: holder, waitSeconds: options.lockWaitSeconds)
        defer { lock.release() }
        let store = try RunStore.open(at: plan.store.state, artifacts: plan.store.artifacts)
        for salt in salts { try store.removeSplitFamily(salt: salt) }
        try store.close()
    }
}
