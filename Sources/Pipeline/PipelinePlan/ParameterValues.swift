internal import Diagnostics
internal import PipelineFile
internal import StageKit
internal import TextBasics

/// The pipeline's parameters after `-S`.
struct ParameterValues {
    /// In the order of the file.
    private(set) var values: [LocatedValue.Entry]
    /// Those that `-S` gave another value than the file does.
    private(set) var changed: [String: JSONValue] = [:]
    private(set) var findings: [Finding] = []
    private let stages: [StageSection]
    private let registry: StageRegistry?

    var json: [String: JSONValue] {
        Dictionary(values.map { ($0.key, JSONValue($0.value)) }, uniquingKeysWith: { $1 })
    }

    /// Which of them change parameters of the pipeline, and which change what single stages say.
    static func sorted(
        _ overrides: [(key: String, value: String)]
    ) -> (general: [(key: String, value: String)], ofStages: [(key: String, value: String)]) {
        var (general, ofStages) = (overrides, overrides)
        general.removeAll { $0.key.contains(".") && !$0.key.hasPrefix("params.") }
        ofStages.removeAll { !$0.key.contains(".") || $0.key.hasPrefix("params.") }
        for index in general.indices where general[index].key.hasPrefix("params.") {
            general[index].key.removeFirst("params.".count)
        }
        return (general, ofStages)
    }

    /// - Parameters:
    ///   - stages: looked at for a hint only: a key may be the parameter of one of them.
    ///   - registry: the same.
    init(
        _ defaults: [LocatedValue.Entry], overrides: [(key: String, value: String)],
        stages: [StageSection] = [], registry: StageRegistry? = nil
    ) {
        self.stages = stages
        self.registry = registry
        values = defaults.map { entry in
            var entry = entry
            entry.value.originNote = "the value comes from params.\(entry.key), line \(entry.keySpan.line)"
            return entry
        }
        var last: [String: String] = [:]
        for override in overrides { last[override.key] = override.value }
        for (key, text) in last.sorted(by: { $0.key < $1.key }) { apply(key, text, defaults) }
    }

    private mutating func apply(_ key: String, _ text: String, _ defaults: [LocatedValue.Entry]) {
        guard let index = defaults.firstIndex(where: { $0.key.utf8.elementsEqual(key.utf8) }) else {
            let names = defaults.map(\.key)
            let list =
                names.isEmpty ? "the file has no 'params'" : "'params' has: \(names.joined(separator: ", "))"
            findings.append(
                .error(
                    "-S \(key)=\(text): there is no parameter '\(key)'",
                    hint: NearestName.hint(for: key, among: names, then: list + stageHint(key, text))))
            return
        }
        let standard = defaults[index].value
        guard let content = OverrideText.content(text, like: standard.content) else {
            findings.append(
                .error(
                    "-S \(key)=\(text): '\(key)' takes \(OverrideText.expectation(standard.content))",
                    hint:
                        "its default at line \(defaults[index].keySpan.line) is \(JSONValue(standard).canonicalText)"
                ))
            return
        }
        values[index].value = LocatedValue(
            content, at: standard.span, originNote: "the value comes from -S \(key)=\(text)")
        let value = JSONValue(values[index].value)
        if value.canonicalText != JSONValue(standard).canonicalText { changed[key] = value }
    }

    /// How the parameter of a stage is changed that has this name.
    private func stageHint(_ key: String, _ text: String) -> String {
        let owners = stages.filter { stage in
            guard let type = stage.uses.flatMap({ registry?[$0.text] }) else { return false }
            return registry?.parameters(of: type).contains { $0.key == key } == true
        }
        if owners.isEmpty { return "" }
        let settings = owners.prefix(3).map { "-S \($0.name.text).\(key)=\(text)" }
        return "; a stage's own is changed with \(settings.joined(separator: " or "))"
    }

    /// Warnings of parameters that no stage reads: changing them does nothing.
    func unused(_ used: Set<String>) -> [Finding] {
        values.filter { !used.contains("params." + $0.key) }.map {
            .warning("no stage uses the parameter '\($0.key)'", at: $0.keySpan, hint: "remove the line")
        }
    }
}

/// A value from the command line, typed by the default that it replaces.
enum OverrideText {
    /// `nil` if the text is not of the default's type.
    static func content(_ text: String, like standard: LocatedValue.Content) -> LocatedValue.Content? {
        // A text is taken verbatim, quotes and dollar signs included.
        if case .string = standard { return .string(text) }
        guard let value = try? LocatedYAML(Array(text.utf8), file: "-S"), value.findings.isEmpty else {
            return nil
        }
        let content = value.root.content
        switch (standard, content) {
        case (.null, .reference), (.null, .secret): return nil
        case (.null, _), (.bool, .bool), (.integer, .integer), (.number, .number): return content
        case (.number, .integer(let number)): return .number(Double(number))
        case (.list(let old), .list(let new)): return fits(old, new) ? content : nil
        case (.map, .map): return content
        default: return nil
        }
    }

    static func expectation(_ standard: LocatedValue.Content) -> String {
        switch standard {
        case .null: "a value"
        case .bool: "true or false"
        case .integer: "a whole number"
        case .number: "a number"
        case .string: "a text"
        case .list(let items):
            switch items.first?.content {
            case .integer?, .number?: "a list of numbers, such as '[0.35, 0.65]'"
            case .string?: "a list of texts, such as '[one, two]'"
            default: "a list, such as '[one, two]'"
            }
        case .map: "a map, such as '{train: 0.9, test: 0.1}'"
        case .reference, .secret: "a literal"
        }
    }

    /// Whether the new items are of the sort that all the old ones are.
    private static func fits(_ old: [LocatedValue], _ new: [LocatedValue]) -> Bool {
        func sort(_ value: LocatedValue) -> Int {
            switch value.content {
            case .integer, .number: 1
            case .string: 2
            case .bool: 3
            default: 4
            }
        }
        guard let first = old.first, old.allSatisfy({ sort($0) == sort(first) }), sort(first) < 4 else {
            return true
        }
        return new.allSatisfy { sort($0) == sort(first) }
    }
}

extension JSONValue {
    /// The value without its place.
    init(_ value: LocatedValue) {
        switch value.content {
        case .null: self = .null
        case .bool(let flag): self = .bool(flag)
        case .integer(let number): self = .integer(number)
        case .number(let number): self = .number(number)
        case .string(let text): self = .string(text)
        case .list(let items): self = .array(items.map { JSONValue($0) })
        case .map(let entries):
            self = .object(
                Dictionary(entries.map { ($0.key, JSONValue($0.value)) }, uniquingKeysWith: { $1 }))
        case .reference(let name): self = .string("$" + name)
        case .secret: self = .string("(secret)")
        }
    }
}
