package import Charts
package import StageKit

/// Everything that a report is made of. The page shows nothing more, so equal contents give equal bytes.
package struct ReportContents: Sendable {
    /// `nil`: the pipeline's name.
    package var title: String?
    package var pipeline: String
    /// Shown under the title where given. A stage leaves it out: its page would be kept for another day's run.
    package var date: String?
    /// In the order of the plan.
    package var stages: [StageSummary]
    package var artifacts: [ReportedArtifact]
    /// What other thresholds would give, if a sweep was made, and the part of the page that it follows.
    package var surface: (facts: SurfaceFigures, after: StageKind)?
    /// What is known of a run: how it ended, when, where; above the summary. A stage leaves it and the sections out, for the
    /// same reason as the date.
    package var run: Markup?
    package var sections: [PlacedSection] = []
    /// At the end of the page; empty for nothing.
    package var footnote = ""

    package init(
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

/// A section that no stage kind adds, with its place on the page.
package struct PlacedSection: Sendable {
    package enum Place: Hashable, Sendable {
        case first
        /// After the part of a kind; last if the page has no such part.
        case after(String)
        case last
    }

    package var section: ReportSection
    package var place: Place

    package init(_ section: ReportSection, _ place: Place) {
        self.section = section
        self.place = place
    }
}

/// A result that the report was made from.
package struct ReportedArtifact: Hashable, Sendable {
    package var stage: String
    /// Artifact type, such as `labels-v1`.
    package var type: String
    /// Digest of its content, 64 hex digits.
    package var digest: String

    package init(stage: String, type: String, digest: String) {
        self.stage = stage
        self.type = type
        self.digest = digest
    }
}
