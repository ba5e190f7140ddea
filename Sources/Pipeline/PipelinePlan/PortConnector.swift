internal import Diagnostics
internal import PipelineFile
internal import StageKit
internal import TextBasics

/// Connects outputs to inputs: by type where the file only names stages, by name where it names ports.
struct PortConnector {
    private(set) var drafts: [StageDraft]
    private(set) var findings: [Finding] = []
    private let names: [String]
    private let known: Set<String>
    private let kinds: [String: StageKind]
    /// Stages that take from a stage, by its name.
    private let takers: [String: [String]]

    init(drafts: [StageDraft]) {
        self.drafts = drafts
        names = drafts.map(\.section.name.text)
        known = Set(names)
        var takers: [String: [String]] = [:]
        for section in drafts.map(\.section) {
            for source in section.from.stages { takers[source.text, default: []].append(section.name.text) }
        }
        self.takers = takers
        kinds = Dictionary(
            drafts.compactMap { draft in draft.kind.map { (draft.section.name.text, $0) } },
            uniquingKeysWith: { first, _ in first })
    }

    func connect() -> PortConnector {
        var result = self
        for index in drafts.indices { result.connect(index) }
        return result
    }

    private mutating func connect(_ index: Int) {
        let section = drafts[index].section
        let before = findings.count
        for name in section.from.stages where !known.contains(name.text) {
            findings.append(.unknownStage(name, names))
        }
        guard let kind = drafts[index].kind else { return }
        var inputs: [String: [PlannedSource]] = [:]
        var isComplete = findings.count == before
        switch section.from {
        case .stages(let stages):
            for stage in stages {
                guard let producer = kinds[stage.text] else {
                    isComplete = false
                    continue
                }
                connect(stage, producer, to: kind, section, &inputs)
            }
        case .ports(let ports):
            for port in ports { connect(port, to: kind, section, &inputs, &isComplete) }
        }
        if isComplete && findings.count == before { requireInputs(kind, section, inputs) }
        drafts[index].planned?.inputs = kind.inputs.compactMap { port in
            inputs[port.name].map { PlannedInput(port: port.name, sources: $0) }
        }
        let needed = Set(inputs.values.joined().map(\.stage)).union(section.needs.map(\.text))
        drafts[index].planned?.dependencies = names.filter(needed.contains)
    }

    /// To the first port that takes what the stage gives and has room.
    private mutating func connect(
        _ name: LocatedName, _ producer: StageKind, to kind: StageKind, _ section: StageSection,
        _ inputs: inout [String: [PlannedSource]]
    ) {
        if kind.inputs.isEmpty {
            findings.append(
                .error("stage kind '\(kind.name)' takes no input", at: name.span, hint: "remove 'from'"))
            return
        }
        var full: (port: String, by: String)?
        for port in kind.inputs {
            guard let source = source(name.text, producer, for: port) else { continue }
            if let taken = inputs[port.name]?.first, !port.many {
                full = full ?? (port.name, taken.stage)
                continue
            }
            inputs[port.name, default: []].append(source)
            return
        }
        if let full {
            findings.append(
                .error(
                    "'\(full.by)' and '\(name.text)' both go to input '\(full.port)' of stage kind '\(kind.name)', "
                        + "which takes one stage", at: name.span, hint: "remove one of the two"))
        } else {
            findings.append(misfit(name, producer, kind.inputs, "stage kind '\(kind.name)'", section))
        }
    }

    private mutating func connect(
        _ entry: FromSection.PortSection, to kind: StageKind, _ section: StageSection,
        _ inputs: inout [String: [PlannedSource]], _ isComplete: inout Bool
    ) {
        guard let port = kind.inputs.first(where: { $0.name == entry.port.text }) else {
            let ports = kind.inputs.map(\.name)
            let list = ports.isEmpty ? "it takes no input" : "it takes: \(ports.joined(separator: ", "))"
            findings.append(
                .error(
                    "stage kind '\(kind.name)' has no input '\(entry.port.text)'", at: entry.port.span,
                    hint: NearestName.hint(for: entry.port.text, among: ports, then: list)))
            return
        }
        if entry.stages.count > 1, !port.many {
            findings.append(
                .error(
                    "input '\(port.name)' of stage kind '\(kind.name)' takes one stage, not \(entry.stages.count)",
                    at: entry.stages[1].span))
            return
        }
        for name in entry.stages {
            guard let producer = kinds[name.text] else {
                isComplete = false
                continue
            }
            if let source = source(name.text, producer, for: port) {
                inputs[port.name, default: []].append(source)
            } else {
                let taker = "input '\(port.name)' of stage kind '\(kind.name)'"
                findings.append(misfit(name, producer, [port], taker, section))
            }
        }
    }

    private func source(_ stage: String, _ producer: StageKind, for port: Port) -> PlannedSource? {
        for output in producer.outputs {
            if let type = output.types.first(where: port.takes) {
                return PlannedSource(stage: stage, output: output.name, type: type)
            }
        }
        return nil
    }

    private func misfit(
        _ name: LocatedName, _ producer: StageKind, _ ports: [Port], _ taker: String, _ section: StageSection
    ) -> Finding {
        let given = producer.outputs.flatMap(\.types)
        let gives = given.isEmpty ? "nothing" : given.joined(separator: ", ")
        var taken: [String] = []
        for type in ports.flatMap(\.types) where !taken.contains(type) { taken.append(type) }
        return .error(
            "stage '\(name.text)' gives \(gives); \(taker) takes \(taken.joined(separator: ", "))",
            at: name.span,
            hint: candidates(for: ports, section))
    }

    private mutating func requireInputs(
        _ kind: StageKind, _ section: StageSection, _ inputs: [String: [PlannedSource]]
    ) {
        for port in kind.inputs where !port.optional && inputs[port.name] == nil {
            findings.append(
                .error(
                    "stage '\(section.name.text)' needs an input '\(port.name)': \(port.types.joined(separator: " or "))",
                    at: section.name.span, hint: candidates(for: [port], section)))
        }
    }

    /// Every stage that depends on this one in the current file: to take from one of them would be a cycle.
    private func followers(of stage: String) -> Set<String> {
        var found: Set<String> = []
        var open = [stage]
        while let source = open.popLast() {
            for taker in takers[source] ?? [] where found.insert(taker).inserted { open.append(taker) }
        }
        return found
    }

    private func candidates(for ports: [Port], _ section: StageSection) -> String {
        let followers = followers(of: section.name.text)
        let fitting = names.filter { name in
            guard name != section.name.text, !followers.contains(name), let kind = kinds[name] else {
                return false
            }
            return ports.contains { source(name, kind, for: $0) != nil }
        }
        return fitting.isEmpty
            ? "no stage of this pipeline gives that"
            : "stages that give it: \(fitting.joined(separator: ", "))"
    }
}
