package import Diagnostics
internal import TextBasics

/// Reads a stage's parameters, typed and within their limits.
///
/// Each method reads one key. A bad value is recorded as a finding at its place in the file and the default is
/// returned instead, so that ``finish()`` can report everything that is wrong at once. What was read is kept as
/// ``resolved``, the part of the fingerprint that the parameters make up, and described in ``specifications``.
package struct ParameterReader {
    /// What was read, typed and with defaults filled in: an object. Left out: optional parameters that are absent,
    /// files (their content counts, not their name), output paths and thread counts.
    package var resolved: JSONValue { .object(resolvedMembers) }
    /// Which reference each parameter came through, such as `params.min_votes`, by parameter.
    package internal(set) var origins: [String: String] = [:]
    package internal(set) var fileRequests: [FileRequest] = []
    /// The location of each parameter in the file; with a dot before each level of nested maps.
    package internal(set) var spans: [String: SourceSpan] = [:]
    /// Paths that the stage puts files at, which may hold placeholders in braces.
    package internal(set) var outputPaths: [String] = []
    /// What is worth knowing and stops nothing.
    package internal(set) var warnings: [Finding] = []
    /// Every parameter that was asked for, in that order.
    package internal(set) var specifications: [ParameterSpecification] = []

    var resolvedMembers: [String: JSONValue] = [:]
    var errors: [Finding] = []
    let entries: [LocatedValue.Entry]
    /// `stage kind 'label'`, or `'fit' of stage kind 'label'`.
    let owner: String
    /// `'label'`, or `'fit'`.
    let shortOwner: String
    /// `fit.` inside a nested map; empty at the top.
    let prefix: String
    let stageSpan: SourceSpan?
    let isDescribing: Bool

    /// - Parameters:
    ///   - values: what is under `with:`, its references replaced by their values; one
    ///     that cannot be resolved stays, and counts as reported.
    ///   - kind: the stage kind's name, for messages.
    ///   - span: location of the stage, for a finding about something that is missing.
    package init(_ values: [LocatedValue.Entry], kind: String, at span: SourceSpan?) {
        self.init(
            entries: values, owner: "stage kind '\(kind)'", shortOwner: "'\(kind)'", prefix: "",
            stageSpan: span,
            isDescribing: false)
    }

    /// A reader without values that only collects specifications. Nothing is ever wrong with it.
    package init(describing kind: String) {
        self.init(
            entries: [], owner: "stage kind '\(kind)'", shortOwner: "'\(kind)'", prefix: "", stageSpan: nil,
            isDescribing: true)
    }

    init(
        entries: [LocatedValue.Entry], owner: String, shortOwner: String, prefix: String,
        stageSpan: SourceSpan?,
        isDescribing: Bool
    ) {
        self.entries = entries
        self.owner = owner
        self.shortOwner = shortOwner
        self.prefix = prefix
        self.stageSpan = stageSpan
        self.isDescribing = isDescribing
    }

    /// Whether the file gives this key a value.
    package func isSet(_ key: String) -> Bool {
        given(key) != nil
    }

    /// Adds to the fingerprint a value that changes the result but follows from parameters outside the fingerprint.
    package mutating func addToFingerprint(_ key: String, _ value: JSONValue) {
        resolvedMembers[key] = value
    }

    /// Records an error at a key's value, or at the stage where the key is absent.
    package mutating func reject(_ key: String, _ message: String, hint: String? = nil) {
        guard !isDescribing else { return }
        if let value = entry(key)?.value {
            fail(value, message, hint: hint)
        } else {
            errors.append(.error(message, at: stageSpan, hint: hint))
        }
    }

    /// Records an error at a key's value where the key is there, though another setting leaves it without a meaning.
    package mutating func rejectIfGiven(_ key: String, _ message: String, hint: String? = nil) {
        if given(key) != nil { reject(key, message, hint: hint) }
    }

    /// Records a warning at a key's value, or at the stage where the key is absent.
    package mutating func warn(_ key: String, _ message: String, hint: String? = nil) {
        guard !isDescribing else { return }
        let value = entry(key)?.value
        warnings.append(.warning(message, at: value?.span ?? stageSpan, hint: hint ?? value?.originNote))
    }

    /// Reads a nested map with its own reader; `nil` if the key is absent. Keys that the body did not read
    /// are errors.
    package mutating func map<T>(_ key: String, help: String = "", _ body: (inout ParameterReader) -> T) -> T?
    {
        guard case .map(let result)? = map(key, orWords: [], help: help, body) else { return nil }
        return result
    }

    /// The same, or one of a few words in its place.
    package mutating func map<T>(
        _ key: String, orWords words: [String], help: String = "", _ body: (inout ParameterReader) -> T
    ) -> MapOrWord<T>? {
        let value = given(key)
        var word: String?
        let nested: [LocatedValue.Entry]
        switch value?.content {
        case .map(let entries): nested = entries
        case nil: nested = []
        case .string(let text) where words.contains(where: { $0.utf8.elementsEqual(text.utf8) }):
            word = text
            nested = []
        default:
            wrongType(value, key, (["a map"] + words.map { "'\($0)'" }).joined(separator: " or "))
            nested = []
        }
        let isAMap = if case .map = value?.content { true } else { false }
        var child = ParameterReader(
            entries: nested, owner: "'\(prefix)\(key)' of \(owner)", shortOwner: "'\(prefix)\(key)'",
            prefix: "\(prefix)\(key).", stageSpan: entry(key)?.keySpan ?? stageSpan,
            isDescribing: isDescribing || !isAMap)
        let result = body(&child)
        child.refuseUnknownKeys()
        specify(
            key,
            words.isEmpty ? .map(child.specifications) : .mapOrWord(child.specifications, words: words),
            help: help)
        errors += child.errors
        warnings += child.warnings
        fileRequests += child.fileRequests
        origins.merge(child.origins) { first, _ in first }
        spans.merge(child.spans) { first, _ in first }
        outputPaths += child.outputPaths
        if let word {
            resolvedMembers[key] = .string(word)
            return .word(word)
        }
        guard isAMap else { return nil }
        resolvedMembers[key] = child.resolved
        return .map(result)
    }

    /// Reports keys that no method asked for, together with everything else that was found.
    /// - Throws: all errors and warnings, in the order of the file, when there is at least one error.
    package func finish() throws(DiagnosticsError) {
        var complete = self
        complete.refuseUnknownKeys()
        if complete.errors.isEmpty { return }
        let findings = (complete.errors + complete.warnings).inFileOrder()
        throw DiagnosticsError(file: stageSpan?.file, findings: findings)
    }
}

extension ParameterReader {
    func entry(_ key: String) -> LocatedValue.Entry? {
        entries.first { $0.key.utf8.elementsEqual(key.utf8) }
    }

    /// The key's value, unless it is absent, written as nothing, or a reference that leads nowhere.
    func given(_ key: String) -> LocatedValue? {
        guard let value = entry(key)?.value, value.content != .null, !isDangling(value) else { return nil }
        return value
    }

    /// An unresolved reference was already reported by the resolver.
    func isDangling(_ value: LocatedValue) -> Bool {
        if case .reference = value.content { true } else { false }
    }

    /// Describes a parameter and remembers where its value came from.
    mutating func specify(
        _ key: String, _ form: ParameterSpecification.Form, default defaultValue: JSONValue? = nil,
        required: Bool = false, unit: String = "", help: String, isFingerprinted: Bool = true
    ) {
        let specification = ParameterSpecification(
            key, form, default: defaultValue, required: required, unit: unit, help: help,
            isFingerprinted: isFingerprinted)
        if let index = specifications.firstIndex(where: { $0.key == key }) {
            specifications[index] = specification
        } else {
            specifications.append(specification)
        }
        guard let value = entry(key)?.value else { return }
        spans[prefix + key] = value.span
        if let origin = value.origin { origins[prefix + key] = origin }
    }

    mutating func fail(_ value: LocatedValue, _ message: String, hint: String? = nil) {
        if isDangling(value) { return }
        let notes = [hint, value.originNote].compactMap { $0 }
        errors.append(
            .error(message, at: value.span, hint: notes.isEmpty ? nil : notes.joined(separator: "; ")))
    }

    /// A finding at the value, or at the key where it was written without one.
    mutating func wrongType(_ value: LocatedValue?, _ key: String, _ expected: String, hint: String? = nil) {
        guard let value else { return }
        fail(value, "'\(prefix)\(key)' is \(value.summary); it takes \(expected)", hint: hint)
    }

    /// Rejects a key that is present without a value, which is not the same as leaving it out.
    mutating func rejectEmpty(_ key: String, _ expected: String) {
        guard let entry = entry(key), entry.value.content == .null else { return }
        errors.append(
            .error(
                "'\(prefix)\(key)' has no value; it takes \(expected)", at: entry.keySpan,
                hint: "give it a value, or remove the line"))
    }

    mutating func requireValue(_ key: String, _ expected: String) {
        guard !isDescribing, given(key) == nil else { return }
        if entry(key) != nil { return rejectEmpty(key, expected) }
        let hint = "add '\(key)' under \(prefix.isEmpty ? "'with'" : "'\(prefix.dropLast())'")"
        errors.append(.error("\(owner) needs '\(prefix)\(key)': \(expected)", at: stageSpan, hint: hint))
    }

    mutating func refuseUnknownKeys() {
        let known = specifications.map(\.key)
        for entry in entries where !known.contains(where: { $0.utf8.elementsEqual(entry.key.utf8) }) {
            let takes =
                known.isEmpty
                ? "\(shortOwner) takes no parameters"
                : "\(shortOwner) takes: \(known.sorted().joined(separator: ", "))"
            errors.append(
                .error(
                    "\(owner) has no parameter '\(entry.key)'", at: entry.keySpan,
                    hint: NearestName.hint(for: entry.key, among: known, then: takes)))
        }
    }
}
