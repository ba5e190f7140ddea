internal import Diagnostics
internal import PipelineFile
internal import TextBasics

/// Replaces references by values.
struct ReferenceResolver {
    private let params: [LocatedValue.Entry]
    private let secrets: [SecretSection]
    private let runDate: String
    private(set) var findings: [Finding] = []
    /// Every reference that was resolved, such as `params.band`.
    private(set) var used: Set<String> = []

    init(params: [LocatedValue.Entry], secrets: [SecretSection], runDate: String) {
        self.params = params
        self.secrets = secrets
        self.runDate = runDate
    }

    /// The value with every reference in it replaced; one that leads nowhere has its finding and stays. What came
    /// through a reference keeps the place of the reference, which is where the reader of a message has to look.
    mutating func resolve(_ value: LocatedValue) -> LocatedValue {
        switch value.content {
        case .reference(let name):
            guard let target = look(up: name, at: value.span) else { return value }
            used.insert(name)
            return moved(target, to: value.span, origin: name)
        case .list(let items):
            var result = value
            result.content = .list(items.map { resolve($0) })
            return result
        case .map(let entries):
            var result = value
            result.content = .map(resolve(entries))
            return result
        default:
            return value
        }
    }

    mutating func resolve(_ entries: [LocatedValue.Entry]) -> [LocatedValue.Entry] {
        entries.map { entry in
            var entry = entry
            entry.value = resolve(entry.value)
            return entry
        }
    }

    private mutating func look(up name: String, at span: SourceSpan) -> LocatedValue? {
        let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
        switch (parts.first, parts.last) {
        case ("params"?, let key?):
            if let entry = params.first(where: { $0.key == key }) { return entry.value }
            refuse(name, key, params.map(\.key), "parameter", "params", span)
        case ("secrets"?, let key?):
            if let secret = secrets.first(where: { $0.name.text == key }) {
                return LocatedValue(.secret(secret.variable), at: span)
            }
            refuse(name, key, secrets.map(\.name.text), "secret", "secrets", span)
        case ("run"?, "date"?):
            return LocatedValue(.string(runDate), at: span, originNote: "the value is the run's date")
        default:
            findings.append(
                .error(
                    "there is nothing that $\(name) refers to", at: span,
                    hint: NearestName.hint(
                        for: parts.first ?? "", among: ["params", "run", "secrets"],
                        shown: { "$\($0).\($0 == "run" ? "date" : parts.last ?? "")" },
                        then: "references are $params.NAME, $secrets.NAME and $run.date; "
                            + "write $$ for a text that starts with $")))
        }
        return nil
    }

    private mutating func refuse(
        _ name: String, _ key: String, _ known: [String], _ what: String, _ section: String,
        _ span: SourceSpan
    ) {
        let list =
            known.isEmpty
            ? "the file has no '\(section)'" : "'\(section)' has: \(known.joined(separator: ", "))"
        findings.append(
            .error(
                "there is no \(what) '\(key)'", at: span,
                hint: NearestName.hint(for: key, among: known, shown: { "$\(section).\($0)" }, then: list)))
    }

    private func moved(_ value: LocatedValue, to span: SourceSpan, origin: String) -> LocatedValue {
        var result = LocatedValue(value.content, at: span, origin: origin, originNote: value.originNote)
        func below(_ inner: LocatedValue) -> LocatedValue {
            var inner = moved(inner, to: span, origin: origin)
            inner.originNote = value.originNote
            return inner
        }
        switch value.content {
        case .list(let items): result.content = .list(items.map(below))
        case .map(let entries):
            result.content = .map(
                entries.map { LocatedValue.Entry(key: $0.key, keySpan: span, value: below($0.value)) })
        default: break
        }
        return result
    }
}
