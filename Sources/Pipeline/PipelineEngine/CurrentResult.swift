internal import PipelinePlan
internal import RunStore
internal import StageKit

/// A stage's result that others may use in this run.
struct CurrentResult: Sendable {
    /// Number of the stage run that made it.
    var stageRun: Int64
    var kind: String
    var artifacts: [ArtifactRecord]
    var figures: JSONValue
    var publications: [Publication]
    /// What the stage and its checks warn of.
    var warnings: [StageWarning]
    /// The label set that it is, or was made from; `nil` where it has to do with none.
    var labelSet: String?

    init(
        stageRun: Int64, kind: String, artifacts: [ArtifactRecord], figures: JSONValue,
        publications: [Publication], warnings: [StageWarning], labelSet: String? = nil
    ) {
        self.stageRun = stageRun
        self.kind = kind
        self.artifacts = artifacts
        self.figures = figures
        self.publications = publications
        self.warnings = warnings
        // What was made from one set is taken up again for another that says the same: then it is the other's.
        self.labelSet =
            artifacts.first { $0.type == "labels-v1" }?.labelSet ?? labelSet
            ?? artifacts.lazy.compactMap(\.labelSet).first
    }

    /// - Parameters:
    ///   - stage: the checks that it has today count.
    ///   - labelSet: the one that its inputs were made from.
    init(_ result: StoredResult, of stage: PlannedStage, labelSet: String? = nil) {
        self.init(
            stageRun: result.stageRun, kind: result.kind, artifacts: result.artifacts,
            figures: result.figures, publications: result.publications,
            warnings: result.warnings.filter { $0.origin == .stage }
                + stage.failedChecks(on: result.figures).compactMap(\.warning), labelSet: labelSet)
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
    /// The label set that its inputs are, or were made from.
    var labelSet: String?
}

extension ArtifactRecord {
    /// The label set that it is, or was made from.
    var labelSet: String? { locator["label_set"]?.stringValue }
}

/// What is to be done with a prepared stage.
enum StageDecision: Sendable {
    /// - Parameter isRestored: whether the store has to be told again what this result says.
    case stands(CurrentResult, isRestored: Bool)
    case run([RunReason])
}
