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

    /// The figures of the last of its stages; `nil` if there is none.
    package func figures<Figures: KindFigures>(as type: Figures.Type = Figures.self) -> Figures? {
        own.last.map { Figures($0.figures) }
    }

    /// The figures of the last stage of a kind; `nil` if there is none.
    package func figures<Figures: KindFigures>(
        of kind: StageKind, as type: Figures.Type = Figures.self
    ) -> Figures? {
        stages.last { $0.kind == kind.name }.map { Figures($0.figures) }
    }

    /// The sides of the last stage that made some.
    package var sides: [SideFigures] {
        stages.lazy.map { SidesFigures($0.figures) }.last(where: \.areGiven)?.all ?? []
    }
}
