private import Foundation
package import PipelinePlan
package import RunStore
package import StageKit

extension RunStore {
    /// What a stage gave last, of one type.
    /// - Throws: `StageError` where it has no such result, or its files are gone.
    package func latestResult(of stage: String, type: String, in plan: PlannedPipeline) throws
        -> InputArtifact
    {
        guard let number = try lastState(pipeline: plan.name, stage: stage, withResult: true)?.madeBy,
            let result = try result(stageRun: number),
            let artifact = result.artifacts.first(where: { $0.type == type })
        else {
            throw StageError(
                "stage '\(stage)' has no result so far",
                hint: "run the pipeline first: splitvote run \(plan.file)")
        }
        let path = artifacts + "/" + artifact.path
        guard FileManager.default.fileExists(atPath: path) else {
            throw StageError(
                "the result of stage '\(stage)' is gone, as it is after comments were forgotten",
                hint: "run the pipeline, which makes it again: splitvote run \(plan.file)")
        }
        return InputArtifact(
            stage: stage, kind: result.kind, type: type, path: path, digest: artifact.digest,
            locator: artifact.locator, figures: result.figures)
    }
}
