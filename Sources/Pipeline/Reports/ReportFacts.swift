public import StageKit

/// Everything that a report is made of. The page says nothing else, so equal facts are equal bytes.
public struct ReportFacts: Hashable, Sendable {
    /// `nil`: the pipeline's name.
    public var title: String?
    public var pipeline: String
    /// Shown under the title where given. A stage leaves it out: its page would be kept for another day's run.
    public var date: String?
    /// In the order of the plan.
    public var stages: [StageSummary]
    public var artifacts: [ReportedArtifact]
    /// What other thresholds would give, where somebody has looked.
    public var surface: SurfaceFacts?

    public init(
        title: String? = nil, pipeline: String, date: String? = nil, stages: [StageSummary],
        artifacts: [ReportedArtifact] = [], surface: SurfaceFacts? = nil
    ) {
        self.title = title
        self.pipeline = pipeline
        self.date = date
        self.stages = stages
        self.artifacts = artifacts
        self.surface = surface
    }

    var shownTitle: String { title ?? pipeline }

    func all(_ kinds: String...) -> [StageSummary] { stages.filter { kinds.contains($0.kind) } }
    func figures(_ kind: String) -> JSONValue? { stages.last { $0.kind == kind }?.figures }
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

extension JSONValue {
    func int(_ key: String) -> Int? { self[key]?.intValue }
    func number(_ key: String) -> Double? { self[key]?.doubleValue }
    func text(_ key: String) -> String? { self[key]?.stringValue }
    func list(_ key: String) -> [JSONValue] { self[key]?.arrayValue ?? [] }

    /// A list of two rising numbers.
    func range(_ key: String) -> ClosedRange<Double>? {
        let ends = list(key).compactMap(\.doubleValue)
        return ends.count == 2 && ends[0] <= ends[1] ? ends[0]...ends[1] : nil
    }

    /// A value in words, for a table of whatever there is.
    var shownText: String {
        switch self {
        case .null: "–"
        case .bool(let value): value ? "yes" : "no"
        case .number: intValue.map(Numbers.grouped) ?? shownNumber(doubleValue ?? .nan)
        case .string(let value): value
        case .array(let items): items.map(\.shownText).joined(separator: ", ")
        case .object: canonicalText
        }
    }

    private func shownNumber(_ value: Double) -> String {
        abs(value) < 0.001 ? Numbers.small(value) : Numbers.trimmed(value, 4)
    }
}
