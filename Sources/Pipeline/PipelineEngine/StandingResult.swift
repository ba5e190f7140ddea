internal import PipelinePlan
internal import RunStore
internal import StageKit

/// A stage's result that others may use in this run.
struct StandingResult: Sendable {
    /// Number of the stage run that made it.
    var stageRun: Int64
    var kind: String
    var artifacts: [ArtifactRecord]
    var figures: JSONValue
    var publications: [Publication]
    /// What the stage and its checks warn of.
    var warnings: [StageWarning]

    init(
        stageRun: Int64, kind: String, artifacts: [ArtifactRecord], figures: JSONValue,
        publications: [Publication], warnings: [StageWarning]
    ) {
        self.stageRun = stageRun
        self.kind = kind
        self.artifacts = artifacts
        self.figures = figures
        self.publications = publications
        self.warnings = warnings
    }

    /// - Parameter stage: the checks that it has today count.
    init(_ result: StoredResult, of stage: PlannedStage) {
        self.init(
            stageRun: result.stageRun, kind: result.kind, artifacts: result.artifacts,
            figures: result.figures, publications: result.publications,
            warnings: result.warnings.filter { $0.origin == .stage }
                + stage.failedChecks(on: result.figures).compactMap(\.warning))
    }

    /// The artifact of an output port.
    subscript(port: String) -> ArtifactRecord? { artifacts.first { $0.port == port } }
}

/// A stage with everything that is known about it before it runs.
struct PreparedStage: Sendable {
    var planned: PlannedStage
    var fingerprint: StageFingerprint
    var inputs: StageInputs
    var inputArtifacts: [ArtifactRecord]
    var files: [String: [ResolvedFile]]
    var upstream: [StageSummary]
}

/// What is to be done with a prepared stage.
enum StageDecision: Sendable {
    /// - Parameter isRestored: whether the store has to be told again what this result says.
    case stands(StandingResult, isRestored: Bool)
    case run([RunReason])
}
