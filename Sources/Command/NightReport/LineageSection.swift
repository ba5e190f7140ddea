internal import Charts
internal import PipelinePlan
internal import Presentation
internal import RunStore
internal import StageKit
internal import TextBasics

/// The pipeline as a graph: what each stage takes from which, and what the last run made of it.
struct LineageSection {
    private let run: LastRun
    private let states: [StageState]
    private let plan: PlannedPipeline?

    /// - Parameter states: those with a result, in the order of the plan.
    init(_ run: LastRun, _ states: [StageState], plan: PlannedPipeline?) {
        self.run = run
        self.states = states
        self.plan = plan
    }

    func section() -> ReportSection? {
        let stages = stages
        guard !stages.isEmpty else { return nil }
        let table = Table(
            caption: "Stages", head: ["Stage", "Kind", "Last run", "Took", "Takes from"],
            rows: stages.map { stage in
                [
                    .text(stage.name), .text(stage.kind), .text(stage.state), .number(stage.time),
                    .text(stage.sources.map { stages[$0].name }.joined(separator: ", ")),
                ]
            }
        ).markup()
        // The picture says all that the table does; the table is there for who cannot see it, and as a file.
        let details =
            Markup(trusted: "<details><summary>The same as a table</summary>\n") + table
            + Markup(trusted: "</details>\n")
        return ReportSection(
            id: "lineage", title: "Lineage",
            parts: [
                LineageChart(stages: stages).markup(id: "lineage", title: "Stages and what they take"),
                details,
            ])
    }

    private var stages: [LineageChart.Stage] {
        let names = plan?.stages.map(\.name) ?? run.stages.map(\.stage)
        let last = Dictionary(run.stages.map { ($0.stage, $0) }, uniquingKeysWith: { $1 })
        let known = Dictionary(states.map { ($0.stage, $0) }, uniquingKeysWith: { $1 })
        return names.enumerated().map { place, name in
            let state = last[name] ?? known[name]
            let words = Self.words(last[name]?.verdict)
            return LineageChart.Stage(
                name: name, kind: plan?[name]?.kind.name ?? state?.kind ?? "", state: words.text,
                style: words.style, time: time(last[name]),
                sources: sources(of: name, names).filter { $0 < place })
        }
    }

    private func time(_ state: StageState?) -> String {
        guard let state, ![.cached, .skipped].contains(state.verdict) else { return "" }
        return Timestamp.seconds(from: state.startedAt, to: state.finishedAt).map(Durations.text) ?? ""
    }

    /// By the file, or if there is none by the digests that each stage took.
    private func sources(of name: String, _ names: [String]) -> [Int] {
        if let stage = plan?[name] {
            return stage.dependencies.compactMap { names.firstIndex(of: $0) }.sorted()
        }
        let taken = Self.digests(
            of: run.stages.first { $0.stage == name } ?? states.first { $0.stage == name })
        return names.indices.filter { place in
            !taken.isDisjoint(with: outputs[names[place]] ?? [])
        }
    }

    /// Digests of what each stage gives, as the others name them among their inputs.
    private var outputs: [String: Set<String>] { run.outputs }

    private static func digests(of state: StageState?) -> Set<String> {
        let ports = state?.fields["inputs"]?.objectValue ?? [:]
        return Set(ports.values.flatMap { $0.arrayValue ?? [] }.compactMap(\.stringValue))
    }

    private static func words(_ verdict: StageVerdict?) -> (text: String, style: String) {
        switch verdict {
        case .ran: ("ran", "fill-right")
        case .cached: ("up to date", "fill-plain")
        case .restored: ("an earlier result again", "fill-plain")
        case .rejected: ("stopped by a check", "fill-wrong")
        case .failed: ("failed", "fill-wrong")
        case .interrupted: ("interrupted", "fill-wrong")
        case .skipped: ("skipped", "ghost")
        case nil: ("not in this run", "ghost")
        }
    }
}
