internal import Diagnostics
internal import PipelineFile

/// The order in which stages run; or the cycles that leave none.
struct StageOrder {
    /// Every stage after those it depends on, otherwise in the order of the file. Not all of them if there is a cycle.
    let ordered: [PlannedStage]
    let findings: [Finding]

    /// - Parameters:
    ///   - sections: every stage of the file; cycles are looked for in what these say.
    ///   - stages: those that could be made, in the order of the file.
    init(sections: [StageSection], stages: [PlannedStage]) {
        let order = Self.order(stages.map { ($0.name, $0.dependencies) })
        ordered = order.map { stages[$0] }
        findings = Self.cycles(sections)
    }

    /// Places of those whose sources all come before them: of those that could be next always the first of the file.
    private static func order(_ nodes: [(name: String, sources: [String])]) -> [Int] {
        var takers: [String: [Int]] = [:]
        var missing = nodes.map(\.sources.count)
        for (index, node) in nodes.enumerated() {
            for source in node.sources { takers[source, default: []].append(index) }
        }
        // Falling, so that the next one is the last.
        var ready = Array(nodes.indices.filter { missing[$0] == 0 }.reversed())
        var order: [Int] = []
        while let index = ready.popLast() {
            order.append(index)
            for taker in takers[nodes[index].name] ?? [] {
                missing[taker] -= 1
                guard missing[taker] == 0 else { continue }
                ready.insert(taker, at: ready.firstIndex { $0 < taker } ?? ready.endIndex)
            }
        }
        return order
    }

    /// One finding for each cycle, with its stages in the direction in which the data would move.
    private static func cycles(_ sections: [StageSection]) -> [Finding] {
        let names = Set(sections.map(\.name.text))
        var graph: [String: [LocatedName]] = [:]
        for section in sections {
            graph[section.name.text] = (section.from.stages + section.needs).filter {
                names.contains($0.text)
            }
        }
        // What can be put in order is on no cycle, and a file without one is not searched.
        let orderly = order(sections.map { ($0.name.text, (graph[$0.name.text] ?? []).map(\.text)) })
        let clear = Set(orderly.map { sections[$0].name.text })
        var findings: [Finding] = []
        for section in sections where !clear.contains(section.name.text) {
            let name = section.name.text
            guard let cycle = shortestCycle(through: name, graph) else { continue }
            let arrows = (cycle + [cycle[0]]).map { "'\($0)'" }.joined(separator: " → ")
            // The arrow into the first stage: the name of the last one, where the first one asks for it.
            let span = graph[name]?.first { $0.text == cycle[cycle.count - 1] }?.span ?? section.name.span
            let message =
                cycle.count == 1
                ? "stage '\(name)' waits for itself" : "stages wait for each other: \(arrows)"
            findings.append(.error(message, at: span, hint: "take one of these out of a 'from' or 'needs'"))
            for stage in cycle { graph[stage] = [] }
        }
        return findings
    }

    /// The stages of the shortest cycle through one of them, which comes first, in the direction of the data.
    private static func shortestCycle(through start: String, _ graph: [String: [LocatedName]]) -> [String]? {
        var next: [String: String] = [:]
        var queue = [start]
        var head = 0
        while head < queue.count {
            let stage = queue[head]
            head += 1
            for source in graph[stage] ?? [] {
                if source.text == start {
                    // `next` leads from a source to the stage that takes from it.
                    var cycle = [start]
                    var current = stage
                    while current != start {
                        cycle.append(current)
                        current = next[current] ?? start
                    }
                    return cycle
                }
                if next[source.text] == nil {
                    next[source.text] = stage
                    queue.append(source.text)
                }
            }
        }
        return nil
    }
}
