internal import DatasetStages
internal import PipelineAccess
internal import PipelinePlan
internal import RunStore
internal import StageKit
internal import VoteModel

/// The sides that comments are on, and the labels that rows came with, from the splits of a pipeline.
struct ModelSplits {
    /// Names of the sides.
    private(set) var names: [String] = []
    /// Places among the names, by comment; the first split that has a comment says it.
    private(set) var sides: [Int64: UInt8] = [:]
    /// Of rows that came with one class each, its place among ``classes``.
    private(set) var labels: [Int64: Int32] = [:]
    /// `nil` if no rows come with labels; empty where they are not one class each.
    private(set) var classes: [String]?
    private(set) var sources: Set<String> = []

    /// Why the sides of a stage are not known, a sentence each.
    private(set) var gaps: [String] = []

    /// - Parameter stages: split stages; one without a result says nothing.
    init(_ stages: [String], of plan: PlannedPipeline, in store: RunStore) throws {
        for stage in stages {
            let artifact: InputArtifact
            do {
                artifact = try store.latestResult(of: stage, type: Self.type, in: plan)
            } catch let error as StageError {
                gaps.append("without sides: \(error.message)")
                continue
            }
            let facts = try DatasetFacts(artifact)
            let table = try DatasetColumns(path: artifact.path, stage: stage)
            sources.formUnion(facts.cut.sources)
            let places = table.sideNames.map { place(of: $0) }
            for (row, comment) in table.ids.enumerated() where sides[comment] == nil {
                sides[comment] = places[Int(table.sides[row])]
            }
            guard let targets = facts.targets else { continue }
            let isOneClass = targets.task.form == .oneClass && table.targetWidth == 1
            if classes == nil { classes = isOneClass ? targets.names : [] }
            guard isOneClass, classes == targets.names else { continue }
            for (row, comment) in table.ids.enumerated() { labels[comment] = Int32(table.targets[row]) }
        }
    }

    private static let type = "split-v1"

    private mutating func place(of name: String) -> UInt8 {
        if let place = names.firstIndex(of: name) { return UInt8(place) }
        names.append(name)
        return UInt8(names.count - 1)
    }

    /// Whether a model learns from comments on this side.
    func isTrained(_ side: UInt8) -> Bool {
        names[Int(side)] == Side.train.name || !names.contains(Side.train.name) && side == 0
    }

    /// The splits that a stage's result is made from, directly or through others, in the order of the file.
    static func before(_ stage: String, in plan: PlannedPipeline) -> [String] {
        var open = [stage]
        var met: Set<String> = []
        var found: Set<String> = []
        while let next = open.popLast() {
            for source in plan[next]?.inputs.flatMap(\.sources) ?? [] where met.insert(source.stage).inserted
            {
                if source.type == type { found.insert(source.stage) } else { open.append(source.stage) }
            }
        }
        return plan.stages.map(\.name).filter(found.contains)
    }

    /// All splits of a pipeline.
    static func all(of plan: PlannedPipeline) -> [String] {
        plan.stages.filter { $0.stage is SplitStage }.map(\.name)
    }
}
