internal import CommentStore
internal import PipelinePlan
internal import RunStore
internal import StoreFile

/// The last run of a pipeline, with what became of its stages and of the rows that it read.
struct LastRun {
    let summary: RunSummary
    /// In the order in which they ended.
    let stages: [StageState]
    let quarantined: [QuarantinedRows]
    /// Checks that the pipeline file asks for; `nil` without a file.
    let checks: Int?
    let promoted: String?
    /// Digests of what each stage gives to others, by the stage's name.
    let outputs: [String: Set<String>]

    /// `nil` if the pipeline has no run.
    init?(of pipeline: String, in store: RunStore, plan: PlannedPipeline?) throws {
        guard let summary = try store.runs(pipeline: pipeline, limit: 1).first else { return nil }
        self.summary = summary
        stages = try store.stages(ofRun: summary.run.id)
        quarantined = try store.ledger.quarantined(run: summary.run.id, examples: 3)
        checks = plan.map { $0.stages.reduce(0) { $0 + $1.checks.count } }
        var outputs: [String: Set<String>] = [:]
        for stage in stages {
            let result = try stage.madeBy.flatMap { try store.result(stageRun: $0) }
            outputs[stage.stage] = Set(result?.artifacts.map(\.digest) ?? [])
        }
        self.outputs = outputs
        promoted = try store.promotedLabelSet(pipeline: pipeline)
    }
}
