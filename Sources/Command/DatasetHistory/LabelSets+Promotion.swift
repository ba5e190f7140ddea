internal import DatasetStages
internal import Diagnostics
package import PipelineEngine
package import PipelinePlan
package import RunStore
internal import StageKit
internal import StoreFile
internal import VoteModel

extension LabelSets {
    /// Where the rows of a set are, in words.
    package func placeOfRows(_ set: LabelSetSummary) throws -> String {
        guard let file = try store.labelSetFile(set.id, pipeline: set.pipeline) else {
            return "removed by retention"
        }
        let isPacked = try PackedResults(root: store.artifacts).holds(file.path)
        return file.path + (isPacked ? ", packed" : "")
    }

    /// Makes a set the live one of its pipeline.
    /// - Parameters:
    ///   - state: path of the store.
    ///   - host: name of this machine, for the lock.
    /// - Throws: `DiagnosticsError` when there is no such set, `StoreError` when a run holds the store.
    package func promote(_ name: String, state: String, host: String) throws -> LabelSetSummary {
        let loaded = try load(name)
        let clock = StoreClock.system
        let run = "promote-\(RunID.make(clock))"
        let holder = LockHolder(run: run, pid: RunID.process, host: host, since: clock.timestamp())
        let lock = try RunLock.take(state: state, holder: holder)
        defer { lock.release() }
        let store = try RunStore.open(at: state, artifacts: self.store.artifacts)
        let set = loaded.summary
        let record = LabelSetRecord(
            id: set.id, rule: set.rule,
            cut: LedgerCut(
                sources: set.sources, position: set.ledgerPosition,
                digest: loaded.file.locator["ledger"]?.stringValue ?? "", asOf: set.asOf),
            clean: set.clean, counts: set.counts
        ) {
            LabelSetRows(
                comments: loaded.table.comments, labels: loaded.table.labels, ups: loaded.table.ups,
                downs: loaded.table.downs)
        }
        try store.apply(LabelSetPromotion(record), pipeline: set.pipeline, run: run)
        try store.close()
        return set
    }

    /// Pins the stage that made a set to it, and whatever is before that stage to what it gave last.
    /// - Throws: `DiagnosticsError` when there is no such set, or the pipeline no longer has its stage.
    package func pin(_ name: String, in plan: PlannedPipeline, _ options: inout EngineOptions) throws {
        let file = try file(name)
        guard plan[file.stage] != nil else {
            throw DiagnosticsError(
                "label set \(file.id) was made by a stage '\(file.stage)', which \(plan.file) does not have",
                hint: "the stages are \(plan.stages.map(\.name).joined(separator: ", "))")
        }
        for name in StageGraph(plan).upstream(of: file.stage) { options.pinned[name] = .latest }
        options.pinned[file.stage] = .stageRun(file.stageRun)
        options.selection?.subtract(options.pinned.keys)
    }
}
