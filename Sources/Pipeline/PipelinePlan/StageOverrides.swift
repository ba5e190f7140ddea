internal import Diagnostics
internal import PipelineFile
internal import StageKit
internal import TextBasics

/// The stages of a file after `-S stage.key=value`, which reaches values that are not parameters of the pipeline.
///
/// The key continues through nested maps and lists, as in `labels.prior.per` or `web.find.0.newer_than`; limits of checks
/// are reached as `labels.checks.abstain_share.at_most`.
struct StageOverrides {
    private(set) var sections: [StageSection]
    /// Those that have another value than the file gives them, by the whole key.
    private(set) var changed: [String: JSONValue] = [:]
    private(set) var findings: [Finding] = []
    private let registry: StageRegistry

    init(_ sections: [StageSection], registry: StageRegistry, overrides: [(key: String, value: String)]) {
        self.sections = sections
        self.registry = registry
        var last: [String: String] = [:]
        for override in overrides { last[override.key] = override.value }
        for (key, text) in last.sorted(by: { $0.key < $1.key }) { apply(key, text) }
    }

    private mutating func apply(_ key: String, _ text: String) {
        let parts = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let setting = OverrideSetting(key: key, text: text, path: Array(parts.dropFirst())[...])
        guard let index = sections.firstIndex(where: { $0.name.text.utf8.elementsEqual(parts[0].utf8) })
        else {
            let names = sections.map(\.name.text) + ["params"]
            return findings.append(
                setting.refusal(
                    "there is no stage '\(parts[0])'", nil,
                    NearestName.hint(
                        for: parts[0], among: names, then: "stages: \(names.joined(separator: ", "))")))
        }
        guard setting.path.allSatisfy({ !$0.isEmpty }) else {
            return findings.append(
                setting.refusal(
                    "'\(key)' names no parameter", sections[index].name.span,
                    "write stage.parameter=value, as in labels.min_votes=30"))
        }
        do {
            if setting.path.first == "checks", setting.path.count > 1 {
                try changeCheck(of: index, setting)
            } else {
                try changeParameter(of: index, setting)
            }
        } catch let refusal as OverrideRefusal {
            findings.append(refusal.finding)
        } catch {
            findings.append(setting.refusal("\(error)", sections[index].name.span, nil))
        }
    }

    private mutating func changeParameter(of index: Int, _ setting: OverrideSetting) throws {
        let section = sections[index]
        // A kind that does not exist has its own finding; there is nothing to type a value by.
        guard let uses = section.uses, let type = registry[uses.text] else { return }
        var writer = OverrideWriter(setting, place: section.name.span)
        let owner = "stage kind '\(type.kind.name)'"
        try writer.write(into: &sections[index].with, registry.parameters(of: type), owner: owner)
        note(writer, setting)
    }

    private mutating func changeCheck(of index: Int, _ setting: OverrideSetting) throws {
        let section = sections[index]
        // Figures of families have a full stop in their names, as in `rows.train`.
        let figure = setting.path.dropFirst().dropLast().joined(separator: ".")
        let limit = setting.path.last ?? ""
        let known = section.checks.map(\.that.text)
        guard let check = section.checks.firstIndex(where: { $0.that.text == figure }) else {
            throw OverrideRefusal(
                setting.refusal(
                    "stage '\(section.name.text)' has no check of '\(figure)'", section.name.span,
                    known.isEmpty
                        ? "it has no checks; add them in the file"
                        : NearestName.hint(
                            for: figure, among: known,
                            then: "its checks look at: \(known.joined(separator: ", "))")))
        }
        let span = section.checks[check].span
        guard ["at_most", "at_least"].contains(limit) else {
            throw OverrideRefusal(
                setting.refusal(
                    "'\(limit)' is not a limit of a check", span,
                    "write \(section.name.text).checks.\(figure).at_most=0.9, or at_least"))
        }
        var writer = OverrideWriter(setting, place: span)
        let place = limit == "at_most" ? \CheckSection.atMost : \CheckSection.atLeast
        sections[index].checks[check][keyPath: place] = try writer.value(
            in: section.checks[check][keyPath: place], form: .number(-Double.infinity...Double.infinity))
        note(writer, setting)
    }

    private mutating func note(_ writer: OverrideWriter, _ setting: OverrideSetting) {
        guard let new = writer.new, new.canonicalText != writer.old?.canonicalText else { return }
        changed[setting.key] = new
    }
}

/// One `-S` on its way to its place.
struct OverrideSetting {
    /// `labels.prior.per`
    var key: String
    var text: String
    /// What comes after the stage's name.
    var path: ArraySlice<String>

    var originNote: String { "the value comes from -S \(key)=\(text)" }

    func refusal(_ message: String, _ span: SourceSpan?, _ hint: String?) -> Finding {
        .error("-S \(key)=\(text): \(message)", at: span, hint: hint)
    }
}

struct OverrideRefusal: Error {
    let finding: Finding

    init(_ finding: Finding) { self.finding = finding }
}

extension StageRegistry {
    /// What the stages of a kind take.
    func parameters(of type: any Stage.Type) -> [ParameterSpecification] {
        var reader = ParameterReader(describing: type.kind.name)
        // Without values nothing can be wrong; what was asked for has been noted in either case.
        _ = try? type.init(parameters: &reader)
        return reader.specifications
    }
}
