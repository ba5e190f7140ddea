internal import DatasetStages
internal import LabelStudies
package import PipelinePlan
internal import Reports
package import RunStore
package import StageKit
internal import StoreFile

/// The report of the current results in a store.
package enum StoredReport {
    /// - Parameters:
    ///   - plan: gives the order of the stages, and which there are; `nil` for all that the store has.
    ///   - kinds: those of the program, whose parts the page has in this order.
    /// - Returns: a page of HTML.
    /// - Throws: `StoreError` where no stage has a result yet.
    package static func html(
        of pipeline: String, in store: RunStore, plan: PlannedPipeline?, kinds: [StageKind]
    ) throws -> String {
        let states = try stages(of: pipeline, plan, store)
        guard !states.isEmpty else {
            throw StoreError(
                .other, "no stage of '\(pipeline)' has a result yet", hint: "run the pipeline first")
        }
        return ReportPage.html(
            of: ReportContents(
                pipeline: pipeline, date: try store.runs(pipeline: pipeline, limit: 1).first?.run.date,
                stages: states.map {
                    StageSummary(
                        stage: $0.stage, kind: $0.kind, figures: $0.figures,
                        warnings: $0.warnings.map(\.text))
                },
                artifacts: try states.flatMap { try artifacts(of: $0, store) },
                surface: surface(pipeline, store).map { ($0, LabelStage.kind) }), kinds: kinds)
    }

    /// In the order of the file, or if there is none in the order in which they ended.
    private static func stages(
        of pipeline: String, _ plan: PlannedPipeline?, _ store: RunStore
    ) throws -> [StageState] {
        let names: [String]
        if let plan {
            names = plan.stages.map(\.name)
        } else {
            names = try store.stageNames(pipeline: pipeline)
        }
        return try names.compactMap { name in
            try store.lastState(pipeline: pipeline, stage: name, withResult: true)
        }.filter { $0.kind != ReportStage.kind.name }
    }

    /// The thresholds around the promoted set; `nil` if it cannot be looked at any more.
    private static func surface(_ pipeline: String, _ store: RunStore) -> SurfaceFigures? {
        guard let set = try? LabelSets(store, pipeline: pipeline).load("promoted"),
            let axes = try? SweepAxes(minVotes: "5:50:5", bands: "0.3-0.7,0.35-0.65,0.4-0.6,0.45-0.55"),
            let surface = try? set.surface(axes)
        else { return nil }
        return SurfaceFigures(surface)
    }

    private static func artifacts(of state: StageState, _ store: RunStore) throws -> [ReportedArtifact] {
        guard let number = state.madeBy, let result = try store.result(stageRun: number) else { return [] }
        return result.artifacts.map {
            ReportedArtifact(stage: state.stage, type: $0.type, digest: $0.digest)
        }
    }
}
