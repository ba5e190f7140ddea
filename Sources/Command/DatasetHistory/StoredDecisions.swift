internal import Diagnostics
package import PipelineEngine
package import PipelinePlan
internal import RunStore
internal import StageKit
internal import StoreFile

/// The standing decisions that a store has under the names that a pipeline's stages give, such as the salts of splits.
package enum StoredDecisions {
    /// - Parameter selection: the stages that may run; `nil`: all.
    /// - Throws: `DiagnosticsError` with what is wrong with the names, `StoreError`.
    package static func check(_ plan: PlannedPipeline, _ selection: Set<String>?) throws {
        guard let store = try open(plan) else { return }
        defer { try? store.close() }
        let findings = try decisions(plan, selection).compactMap { stage, decision -> Finding? in
            let last = try store.lastState(pipeline: plan.name, stage: stage, withResult: true)
            let problem = decision.problem(
                standing: try store.standingRule(of: decision), parameters: last?.fields["parameters"])
            return problem.map { .error("stage '\(stage)': \($0.message)", hint: $0.hint) }
        }
        if !findings.isEmpty { throw DiagnosticsError(file: plan.file, findings: findings) }
    }

    /// Discards what stands in the store under the names of the selected stages, if the file now has another rule.
    /// - Throws: `StoreError` when a run holds the store.
    package static func giveUp(_ plan: PlannedPipeline, _ options: EngineOptions) throws {
        guard let reader = try open(plan) else { return }
        let outdated = try decisions(plan, options.selection).map(\.decision).filter { decision in
            try reader.standingRule(of: decision).map(decision.contradicts) ?? false
        }
        try reader.close()
        if outdated.isEmpty { return }
        let clock = options.clock
        let holder = LockHolder(
            run: "new-split", pid: RunID.process, host: options.host, since: clock.timestamp())
        let lock = try RunLock.take(
            state: plan.store.state, holder: holder, waitSeconds: options.lockWaitSeconds)
        defer { lock.release() }
        let store = try RunStore.open(at: plan.store.state, artifacts: plan.store.artifacts)
        for decision in outdated { try store.remove(decision) }
        try store.close()
    }

    private static func open(_ plan: PlannedPipeline) throws -> RunStore? {
        try RunStore.openForReading(at: plan.store.state, artifacts: plan.store.artifacts)
    }

    private static func decisions(
        _ plan: PlannedPipeline, _ selection: Set<String>?
    ) -> [(stage: String, decision: any StandingDecision)] {
        plan.stages.filter { selection?.contains($0.name) ?? true }.compactMap { stage in
            stage.stage.standingDecision.map { (stage.name, $0) }
        }
    }
}
