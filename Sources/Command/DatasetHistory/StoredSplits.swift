internal import DatasetStages
internal import Diagnostics
package import PipelineEngine
package import PipelinePlan
internal import RunStore
internal import StageKit
internal import StoreFile

/// The splits that a store has for the salts of a pipeline.
package enum StoredSplits {
    /// - Parameter selection: the stages that may run; `nil`: all.
    /// - Throws: `DiagnosticsError` with what is wrong with the salts, `StoreError`.
    package static func check(_ plan: PlannedPipeline, _ selection: Set<String>?) throws {
        guard let store = try open(plan) else { return }
        defer { try? store.close() }
        let findings = try splits(plan, selection).compactMap { name, split in
            let last = try store.lastState(pipeline: plan.name, stage: name, withResult: true)
            let before = last?.fields["parameters"]?["salt"]?.stringValue
            return try SaltCheck(name, split, saltBefore: before)
                .finding(rule: store.splitRule(salt: split.salt))
        }
        if !findings.isEmpty { throw DiagnosticsError(file: plan.file, findings: findings) }
    }

    /// Discards the splits that the salts of the selected stages name in the store, if the file now defines different ones.
    /// - Throws: `StoreError` when a run holds the store.
    package static func giveUp(_ plan: PlannedPipeline, _ options: EngineOptions) throws {
        guard let reader = try open(plan) else { return }
        let salts = try splits(plan, options.selection).filter { name, split in
            try SaltCheck(name, split, saltBefore: nil).isTaken(by: reader.splitRule(salt: split.salt))
        }.map(\.split.salt)
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

    private static func open(_ plan: PlannedPipeline) throws -> RunStore? {
        try RunStore.openForReading(at: plan.store.state, artifacts: plan.store.artifacts)
    }

    private static func splits(
        _ plan: PlannedPipeline, _ selection: Set<String>?
    ) -> [(name: String, split: SplitStage)] {
        plan.stages.filter { selection?.contains($0.name) ?? true }.compactMap { stage in
            (stage.stage as? SplitStage).map { (stage.name, $0) }
        }
    }
}
