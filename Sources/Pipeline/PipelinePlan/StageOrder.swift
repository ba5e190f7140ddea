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
        var waiting = stages
        var done: Set<String> = []
        var ordered: [PlannedStage] = []
        while let index = waiting.firstIndex(where: { $0.dependencies.allSatisfy(done.contains) }) {
            let stage = waiting.remove(at: index)
            done.insert(stage.name)
            ordered.append(stage)
        }
        self.ordered = ordered
        findings = Self.cycles(sections)
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
        var findings: [Finding] = []
        for section in sections {
            let name = section.name.text
            guard let cycle = shortestCycle(through: name, graph) else { continue }
            let arrows = (cycle + [cycle[0]]).map { "'\($0)'" }.joined(separator: " → ")
            // The arrow into the first stage: the name of the last one, where the first one asks for it.
            let span = graph[name]?.first { $0.text == cycle[cycle.count - 1] }?.span ?? section.name.span
            let message =
                cycle.count == 1
                ? "stage '\(name)' waits for itself" : "stages wait for one another: \(arrows)"
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
