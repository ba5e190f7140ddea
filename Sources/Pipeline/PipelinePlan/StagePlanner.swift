internal import Diagnostics
internal import PipelineFile
internal import StageKit
internal import TextBasics

/// A stage on its way from the file into the plan.
struct StageDraft {
    let section: StageSection
    /// `nil` if the file names no kind that exists.
    var kind: StageKind?
    /// `nil` if the parameters are wrong.
    var planned: PlannedStage?
}

/// Makes each stage from its parameters, and checks what it says about itself.
struct StagePlanner {
    private let registry: StageRegistry
    private let names: [String]
    private(set) var findings: [Finding] = []

    init(registry: StageRegistry, sections: [StageSection]) {
        self.registry = registry
        names = sections.map(\.name.text)
    }

    mutating func draft(_ section: StageSection, _ references: inout ReferenceResolver) -> StageDraft {
        var draft = StageDraft(section: section)
        checkNeeds(section)
        let days = weekdays(section)
        guard let uses = section.uses else { return draft }
        guard let type = registry[uses.text] else {
            refuseKind(uses)
            // Their references are checked all the same.
            _ = references.resolve(section.with)
            return draft
        }
        draft.kind = type.kind
        var reader = ParameterReader(
            references.resolve(section.with), kind: type.kind.name, at: section.name.span)
        do {
            let stage = try type.init(parameters: &reader)
            let checks = checks(section, type.kind, stage.reportedFigures, &references)
            let kind = type.kind.giving(stage.gives)
            draft.kind = kind
            draft.planned = PlannedStage(
                name: section.name.text, kind: kind, stage: stage, parameters: reader.resolved,
                parameterOrigins: reader.origins, fileRequests: reader.fileRequests,
                needs: section.needs.map(\.text),
                checks: checks, when: days)
            draft.planned?.span = section.name.span
            draft.planned?.spans = reader.spans
            draft.planned?.outputPaths = reader.outputPaths
            findings += reader.warnings
        } catch {
            findings += error.findings
            // What the parameters would have named is unknown; all else about the checks is not.
            _ = checks(section, type.kind, nil, &references)
        }
        return draft
    }

    private mutating func refuseKind(_ uses: LocatedName) {
        findings.append(
            .error(
                "there is no stage kind '\(uses.text)'", at: uses.span,
                hint: NearestName.hint(
                    for: uses.text, among: registry.names,
                    then: "kinds: \(registry.names.joined(separator: ", "))")))
    }

    private mutating func checkNeeds(_ section: StageSection) {
        for need in section.needs where !names.contains(need.text) {
            findings.append(.unknownStage(need, names))
        }
    }

    private mutating func checks(
        _ section: StageSection, _ kind: StageKind, _ reported: [Figure]?,
        _ references: inout ReferenceResolver
    ) -> [PlannedCheck] {
        let figures = (reported ?? kind.figures).map(\.name)
        let families = reported == nil ? kind.figureFamilies.map { $0.name + "." } : []
        return section.checks.map { check in
            let isKnown =
                figures.contains(check.that.text) || families.contains { check.that.text.hasPrefix($0) }
            if !isKnown, !kind.reportsAnyFigure {
                let list =
                    figures.isEmpty
                    ? "'\(kind.name)' reports no figures"
                    : "'\(kind.name)' reports: \(figures.sorted().joined(separator: ", "))"
                findings.append(
                    .error(
                        "stage kind '\(kind.name)' has no figure '\(check.that.text)'", at: check.that.span,
                        hint: NearestName.hint(for: check.that.text, among: figures, then: list)))
            }
            let low = limit(check.atLeast, "at_least", &references)
            let high = limit(check.atMost, "at_most", &references)
            if let low, let high, low > high {
                findings.append(
                    .error(
                        "the check of '\(check.that.text)' wants at least \(NumberText.of(low)) and at most "
                            + "\(NumberText.of(high)); nothing is both", at: check.span))
            }
            return PlannedCheck(that: check.that.text, atMost: high, atLeast: low, isError: check.isError)
        }
    }

    private mutating func limit(
        _ value: LocatedValue?, _ key: String, _ references: inout ReferenceResolver
    ) -> Double? {
        guard let value else { return nil }
        let resolved = references.resolve(value)
        switch resolved.content {
        case .integer(let number): return Double(number)
        case .number(let number): return number
        case .string(let text):
            if let share = Quantity.percentage(text) { return share }
        case .reference: return nil  // It leads nowhere and has its finding.
        default: break
        }
        findings.append(
            .error(
                "'\(key)' is \(resolved.summary); it takes a number or a percentage", at: resolved.span,
                hint: resolved.originNote))
        return nil
    }

    private mutating func weekdays(_ section: StageSection) -> Set<Weekday>? {
        guard let days = section.when else { return nil }
        return Set(
            days.compactMap { day in
                if let weekday = Weekday(rawValue: day.text) { return weekday }
                let guess = Weekday(rawValue: String(day.text.lowercased().prefix(3)))
                findings.append(
                    .error(
                        "there is no weekday '\(day.text)'", at: day.span,
                        hint: (guess.map { "did you mean '\($0.rawValue)'? " } ?? "")
                            + "weekdays: \(Weekday.allCases.map(\.rawValue).joined(separator: ", "))"))
                return nil
            })
    }
}

extension Finding {
    static func unknownStage(_ name: LocatedName, _ names: [String]) -> Finding {
        .error(
            "there is no stage '\(name.text)'", at: name.span,
            hint: NearestName.hint(
                for: name.text, among: names, then: "stages: \(names.joined(separator: ", "))"))
    }
}
