package import Diagnostics
internal import Files
private import Foundation
package import PipelinePlan
package import StageKit

/// What a worker does for a pipeline: one ingest stage, with a store of the worker's own, into a spool.
package struct GatherPlan {
    /// The pipeline as the worker runs it.
    package let plan: PlannedPipeline
    package let stage: String
    package let gathering: Gathering

    /// - Parameters:
    ///   - stage: the stage's name; `nil` if only one has a spool.
    ///   - share: as in `2/5`; `nil` for all.
    ///   - spool: a folder in place of the stage's, as the user named it.
    ///   - memory: a folder for the worker's own store, as the user named it.
    /// - Throws: `DiagnosticsError` for what cannot be meant.
    package init(
        _ plan: PlannedPipeline, stage: String?, share: String?, spool: String?, memory: String?
    ) throws(DiagnosticsError) {
        let (stage, folder) = try Self.stage(stage, of: plan)
        guard let part = WorkShare(share ?? "1/1") else {
            throw DiagnosticsError(
                "--share is '\(share ?? "")'; expected one worker's share of all, as in 2/5",
                hint: "the first of three workers takes --share 1/3, the others 2/3 and 3/3")
        }
        let here = FileManager.default.currentDirectoryPath
        let name = part == .whole ? stage : "\(stage)-\(part.number)-of-\(part.count)"
        let own =
            memory.map { AbsolutePath.of($0, in: here) }
            ?? AbsolutePath.folder(of: plan.store.state) + "/gather/" + name
        self.stage = stage
        gathering = Gathering(
            spool: spool.map { AbsolutePath.of($0, in: here) }
                ?? AbsolutePath.of(folder, in: plan.baseFolder),
            share: part, memory: own)
        var worker = plan
        worker.store.state = own + "/state.sqlite"
        worker.store.artifacts = own + "/artifacts"
        self.plan = worker
    }

    /// The stage that is meant, and its spool as written.
    private static func stage(
        _ name: String?, of plan: PlannedPipeline
    ) throws(DiagnosticsError) -> (stage: String, spool: String) {
        let spools = plan.stages.compactMap { stage in
            stage.fileRequests.first { $0.occasion == .takingIn }.flatMap { request in
                request.values.first.map { (stage: stage.name, spool: AbsolutePath.folder(of: $0)) }
            }
        }
        if let name { _ = try StageNames.known([name], in: plan, flag: "--stage") }
        let meant = spools.filter { name == nil || $0.stage == name }
        if let only = meant.first, meant.count == 1 { return only }
        if meant.count > 1 {
            throw DiagnosticsError(
                "\(plan.file) has \(meant.count) stages with a spool",
                hint: "choose one with --stage: \(meant.map(\.stage).joined(separator: ", "))")
        }
        throw DiagnosticsError(
            name.map { "stage '\($0)' of \(plan.file) has no spool to gather into" }
                ?? "no stage of \(plan.file) has a spool to gather into",
            hint:
                "write 'spool: spool' under 'with' of the stage that reads comments (ingest.files or ingest.web)"
        )
    }
}
