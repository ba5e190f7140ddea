internal import Diagnostics
internal import PipelineFile
internal import StageKit
internal import TextBasics

/// Puts the value of one `-S` into a stage's parameters, typed by what the kind says that it takes.
struct OverrideWriter {
    private let setting: OverrideSetting
    /// The location reported for a value that the file does not give.
    private let place: SourceSpan
    /// The value before, `nil` if there was none, and after.
    private(set) var old: JSONValue?
    private(set) var new: JSONValue?

    init(_ setting: OverrideSetting, place: SourceSpan) {
        self.setting = setting
        self.place = place
    }

    /// - Parameters:
    ///   - entries: what is under `with:`.
    ///   - known: the parameters that there are; every other name is refused.
    ///   - owner: who takes them, for messages.
    mutating func write(
        into entries: inout [LocatedValue.Entry], _ known: [ParameterSpecification], owner: String
    ) throws {
        try write(into: &entries, setting.path, .named(known, owner: owner))
    }

    /// What a map's keys may be.
    private enum Keys {
        case named([ParameterSpecification], owner: String)
        /// Any, each with a value of this form.
        case any(Form)
    }

    private typealias Form = ParameterSpecification.Form

    private mutating func write(
        into entries: inout [LocatedValue.Entry], _ path: ArraySlice<String>, _ keys: Keys
    ) throws {
        guard let key = path.first else { return }
        let form = try form(of: key, keys, path)
        let index = entries.firstIndex { $0.key.utf8.elementsEqual(key.utf8) }
        let before = index.map { entries[$0].value }
        let after = try written(before, path.dropFirst(), form, span: index.map { entries[$0].keySpan })
        if let index {
            entries[index].value = after
        } else {
            entries.append(LocatedValue.Entry(key: key, keySpan: place, value: after))
        }
    }

    private func form(of key: String, _ keys: Keys, _ path: ArraySlice<String>) throws -> Form {
        switch keys {
        case .any(let form): return form
        case .named(let known, let owner):
            if let found = known.first(where: { $0.key == key }) { return found.form }
            let names = known.map(\.key).sorted()
            throw refusal(
                "\(owner) has no parameter '\(key)'",
                names.isEmpty
                    ? "it takes none"
                    : NearestName.hint(
                        for: key, among: names, then: "it takes: \(names.joined(separator: ", "))"))
        }
    }

    /// A value with the change in it.
    private mutating func written(
        _ before: LocatedValue?, _ rest: ArraySlice<String>, _ form: Form, span: SourceSpan?
    ) throws -> LocatedValue {
        guard let next = rest.first else { return try value(in: before, form: form) }
        var result = before ?? LocatedValue(.map([]), at: place)
        switch result.content {
        case .map(var entries):
            try write(into: &entries, rest, keys(below: form, setting.path.dropLast(rest.count)))
            result.content = .map(entries)
        case .list(var items):
            guard let index = Int(next), items.indices.contains(index) else {
                throw refusal(
                    "'\(next)' is not an index of a list of \(items.count)",
                    items.isEmpty ? "the list is empty" : "places are 0 ... \(items.count - 1)", span)
            }
            items[index] = try written(items[index], rest.dropFirst(), item(of: form), span: span)
            result.content = .list(items)
        case .reference(let name):
            throw refusal(
                "its value is $\(name), which is changed as a whole",
                "give -S \(name.hasPrefix("params.") ? String(name.dropFirst(7)) : name)=VALUE", span)
        default:
            throw refusal("there is \(result.summary) and no map that could hold '\(next)'", nil, span)
        }
        return result
    }

    /// What the keys of a map of this form may be.
    private func keys(below form: Form, _ path: ArraySlice<String>) -> Keys {
        switch form {
        case .map(let known), .maps(let known), .mapOrWord(let known, _):
            .named(known, owner: "'\(path.joined(separator: "."))'")
        case .outerRange(let within):
            .named(
                ["at_most", "at_least"].map { ParameterSpecification($0, .number(within)) },
                owner: "'\(path.joined(separator: "."))'")
        case .shares: .any(.number(0...1))
        case .columns: .any(.strings(of: nil))
        case .environment, .dates, .outputPaths: .any(.string)
        default: .any(.values)
        }
    }

    /// The form of a list's items.
    private func item(of form: Form) -> Form {
        switch form {
        case .maps(let known): .map(known)
        case .range(let within): .number(within)
        case .strings, .filePatterns: .string
        case .durations: .duration
        default: .values
        }
    }

    /// The new value instead of an old one.
    mutating func value(in before: LocatedValue?, form: ParameterSpecification.Form) throws -> LocatedValue {
        old = before.map { JSONValue($0) }
        let value = LocatedValue(
            try content(form), at: before?.span ?? place, origin: setting.key,
            originNote: setting.originNote)
        new = JSONValue(value)
        return value
    }

    private func content(_ form: Form) throws -> LocatedValue.Content {
        switch form {
        case .secret:
            // The value is not shown.
            throw OverrideRefusal(
                .error(
                    "-S \(setting.key): never put a secret on a command line", at: place,
                    hint: "name an environment variable under 'secrets'"))
        case .string, .choice, .duration, .size, .file, .folder, .outputPath: return .string(setting.text)
        case .strings, .filePatterns:
            if !setting.text.hasPrefix("[") { return .string(setting.text) }
        default: break
        }
        guard let yaml = try? LocatedYAML(Array(setting.text.utf8), file: "-S"), yaml.findings.isEmpty else {
            throw refusal(
                "'\(setting.text)' is not a value", "write it as in the file, in quotes for the shell")
        }
        switch yaml.root.content {
        case .reference, .secret:
            throw refusal("\(yaml.root.summary) is a reference; -S gives a value itself", nil)
        default: return yaml.root.content.moved(to: place)
        }
    }

    private func refusal(_ message: String, _ hint: String?, _ span: SourceSpan? = nil) -> OverrideRefusal {
        OverrideRefusal(setting.refusal(message, span ?? place, hint))
    }
}

extension LocatedValue.Content {
    /// With everything in it at one place of the file: the command line has no lines.
    fileprivate func moved(to span: SourceSpan) -> LocatedValue.Content {
        switch self {
        case .list(let items): .list(items.map { LocatedValue($0.content.moved(to: span), at: span) })
        case .map(let entries):
            .map(
                entries.map {
                    LocatedValue.Entry(
                        key: $0.key, keySpan: span,
                        value: LocatedValue($0.value.content.moved(to: span), at: span))
                })
        default: self
        }
    }
}
