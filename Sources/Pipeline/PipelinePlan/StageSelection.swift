package import Diagnostics
internal import TextBasics

/// Which stages a command is about, as `-s`, `--exclude`, `--from` and `--until` say it.
///
/// A selector is a stage's name, with `+` after it for everything that depends on it and `+` before it for everything
/// that it depends on. Several are separated by commas or spaces and joined.
package struct StageSelection: Hashable, Sendable {
    /// Empty: all stages.
    package var select: [String]
    package var exclude: [String]
    /// These stages and everything that depends on them.
    package var from: [String]
    /// These stages and everything that they depend on.
    package var until: [String]

    package init(select: [String] = [], exclude: [String] = [], from: [String] = [], until: [String] = []) {
        self.select = select
        self.exclude = exclude
        self.from = from
        self.until = until
    }

    /// The names of the selected stages.
    /// - Throws: names that no stage has, and a selection that leaves nothing.
    package func stages(of plan: PlannedPipeline) throws(DiagnosticsError) -> Set<String> {
        let graph = StageGraph(plan)
        var findings: [Finding] = []
        func union(_ option: String, _ texts: [String], up: Bool = false, down: Bool = false) -> Set<String> {
            var names: Set<String> = []
            for text in texts {
                for part in text.split(whereSeparator: { $0 == "," || $0 == " " }) {
                    var name = part
                    let isUp = name.hasPrefix("+")
                    let isDown = name.hasSuffix("+") && name.count > 1
                    if isUp { name = name.dropFirst() }
                    if isDown { name = name.dropLast() }
                    guard graph.names.contains(String(name)) else {
                        findings.append(unknown(option, String(name), graph.names))
                        continue
                    }
                    names.insert(String(name))
                    if up || isUp { names.formUnion(graph.upstream(of: String(name))) }
                    if down || isDown { names.formUnion(graph.downstream(of: String(name))) }
                }
            }
            return names
        }
        var result = Set(graph.names)
        if !select.isEmpty { result.formIntersection(union("-s", select)) }
        if !from.isEmpty { result.formIntersection(union("--from", from, down: true)) }
        if !until.isEmpty { result.formIntersection(union("--until", until, up: true)) }
        result.subtract(union("--exclude", exclude))
        if findings.isEmpty, result.isEmpty {
            findings.append(.error("the selection leaves no stage", hint: "stages: \(list(graph.names))"))
        }
        if !findings.isEmpty { throw DiagnosticsError(file: nil, findings: findings) }
        return result
    }

    private func unknown(_ option: String, _ name: String, _ names: [String]) -> Finding {
        .error(
            "\(option): there is no stage '\(name)'",
            hint: NearestName.hint(for: name, among: names, then: "stages: \(list(names))"))
    }

    private func list(_ names: [String]) -> String { names.joined(separator: ", ") }
}

/// The dependencies between stages.
package struct StageGraph: Sendable {
    /// In the order of the plan.
    package let names: [String]
    private let sources: [String: [String]]
    private let takers: [String: [String]]

    package init(_ plan: PlannedPipeline) {
        names = plan.stages.map(\.name)
        sources = Dictionary(
            plan.stages.map { ($0.name, $0.dependencies) }, uniquingKeysWith: { first, _ in first })
        var takers: [String: [String]] = [:]
        for stage in plan.stages {
            for source in stage.dependencies { takers[source, default: []].append(stage.name) }
        }
        self.takers = takers
    }

    /// Every stage that this one depends on, directly or through others.
    package func upstream(of stage: String) -> Set<String> { reach(stage, sources) }

    /// Every stage that depends on this one, directly or through others.
    package func downstream(of stage: String) -> Set<String> { reach(stage, takers) }

    private func reach(_ start: String, _ edges: [String: [String]]) -> Set<String> {
        var found: Set<String> = []
        var open = edges[start] ?? []
        while let stage = open.popLast() {
            if found.insert(stage).inserted { open += edges[stage] ?? [] }
        }
        return found
    }
}
