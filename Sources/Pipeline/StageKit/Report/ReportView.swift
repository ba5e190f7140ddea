/// The stages of a report, as seen by one kind's part of it.
package struct ReportView: Sendable {
    /// All of them, in the order of the plan.
    package let stages: [StageSummary]
    /// Those whose kinds have this part.
    package let own: [StageSummary]

    package init(stages: [StageSummary], own: [StageSummary]) {
        self.stages = stages
        self.own = own
    }

    /// The figures of the last of its stages.
    package var figures: JSONValue? { own.last?.figures }

    /// The figures of the last stage of a kind.
    package func figures(of kind: StageKind) -> JSONValue? {
        stages.last { $0.kind == kind.name }?.figures
    }

    /// The sides of the last stage that made some.
    package var sides: [SideFigures] {
        stages.last { $0.figures["sides"] != nil }.map { SideFigures.all($0.figures) } ?? []
    }
}
