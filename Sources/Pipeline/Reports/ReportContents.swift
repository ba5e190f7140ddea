public import StageKit

/// Everything that a report is made of. The page says nothing else, so equal facts are equal bytes.
public struct ReportContents: Sendable {
    /// `nil`: the pipeline's name.
    public var title: String?
    public var pipeline: String
    /// Shown under the title where given. A stage leaves it out: its page would be kept for another day's run.
    public var date: String?
    /// In the order of the plan.
    public var stages: [StageSummary]
    public var artifacts: [ReportedArtifact]
    /// What other thresholds would give, where somebody has looked, and the part of the page after which it stands.
    public var surface: (facts: SurfaceFigures, after: StageKind)?

    public init(
        title: String? = nil, pipeline: String, date: String? = nil, stages: [StageSummary],
        artifacts: [ReportedArtifact] = [], surface: (facts: SurfaceFigures, after: StageKind)? = nil
    ) {
        self.title = title
        self.pipeline = pipeline
        self.date = date
        self.stages = stages
        self.artifacts = artifacts
        self.surface = surface
    }

    var shownTitle: String { title ?? pipeline }
}

/// A result that the report was made from.
public struct ReportedArtifact: Hashable, Sendable {
    public var stage: String
    /// Artifact type, such as `labels-v1`.
    public var type: String
    /// Digest of its content, 64 hex digits.
    public var digest: String

    public init(stage: String, type: String, digest: String) {
        self.stage = stage
        self.type = type
        self.digest = digest
    }
}
