internal import RunStore
internal import StageKit

/// The rows of the live label set of a runner's pipeline.
struct PromotedLabels: LiveLabels {
    let runner: StageRunner

    func promoted() throws -> InputArtifact? {
        let (store, artifacts, pipeline) = (runner.store, runner.artifacts, runner.pipeline.name)
        guard let id = try store.promotedLabelSet(pipeline: pipeline),
            let file = try store.labelSetFile(id, pipeline: pipeline),
            try artifacts.unpack([String(file.path.dropFirst(artifacts.root.count + 1))], run: runner.run.id)
                == nil
        else { return nil }
        return InputArtifact(
            stage: file.stage, kind: file.kind, type: "labels-v1", path: file.path, digest: file.digest,
            locator: file.locator, figures: file.figures)
    }
}
