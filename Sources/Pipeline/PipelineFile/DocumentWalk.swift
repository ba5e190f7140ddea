internal import Diagnostics
internal import TextBasics

/// Goes through the values of a pipeline file and collects what is wrong with them.
struct DocumentWalk {
    var findings: [Finding]
    /// Where the file begins: the place of what is missing.
    let start: SourceSpan

    static let keys = ["splitvote", "pipeline", "store", "params", "secrets", "stages", "hooks"]

    mutating func document(_ entries: [LocatedValue.Entry], file: String) -> PipelineDocument {
        refuseUnknown(entries, Self.keys, "a pipeline file")
        let name = pipelineName(entries)
        var document = PipelineDocument(
            file: file, name: name, store: store(find("store", in: entries), name.text))
        document.params = params(find("params", in: entries))
        document.secrets = secrets(find("secrets", in: entries))
        document.stages = stages(find("stages", in: entries))
        document.hooks = hooks(find("hooks", in: entries))
        return document
    }

    private mutating func pipelineName(_ entries: [LocatedValue.Entry]) -> LocatedName {
        guard let entry = find("pipeline", in: entries) else {
            error(
                "the key 'pipeline' is missing: the pipeline's name", start,
                hint: "add 'pipeline: my-pipeline'")
            return LocatedName("pipeline", at: start)
        }
        guard let name = text(entry.value, "'pipeline'", "a name") else {
            return LocatedName("pipeline", at: entry.value.span)
        }
        checkName(name, "pipeline")
        return name
    }

    private mutating func store(_ entry: LocatedValue.Entry?, _ name: String) -> StoreSection {
        var store = StoreSection(state: "state/\(name).sqlite", artifacts: "state/\(name)-artifacts")
        guard let entry, let members = map(entry, "'store'", takes: ["state", "artifacts", "keep"]) else {
            return store
        }
        if let state = find("state", in: members), let path = path(state, "'store.state'") {
            store.state = path
        }
        if let artifacts = find("artifacts", in: members), let path = path(artifacts, "'store.artifacts'") {
            store.artifacts = path
        }
        guard let keep = find("keep", in: members),
            let limits = map(keep, "'store.keep'", takes: ["runs", "max_size", "answers"])
        else { return store }
        if let runs = find("runs", in: limits) {
            if case .integer(let count) = runs.value.content, (1...1_000_000).contains(count) {
                store.keepRuns = count
            } else {
                wrong(runs, "'store.keep.runs'", "a whole number, 1 ... 1000000 runs")
            }
        }
        if let answers = find("answers", in: limits) {
            if case .string(let text) = answers.value.content, let seconds = Quantity.seconds(text) {
                store.keepAnswers = seconds
            } else {
                wrong(
                    answers, "'store.keep.answers'",
                    "a whole number with a unit, s m h d or w, such as 90d")
            }
        }
        if let size = find("max_size", in: limits) {
            if case .string(let text) = size.value.content, let bytes = Quantity.bytes(text), bytes > 0 {
                store.keepMaxSize = Int64(bytes)
            } else {
                wrong(
                    size, "'store.keep.max_size'",
                    "a whole number with a unit, kB MB GB TB or KiB MiB GiB TiB, such as 20GB")
            }
        }
        return store
    }

    private mutating func params(_ entry: LocatedValue.Entry?) -> [LocatedValue.Entry] {
        guard let entry, let members = map(entry, "'params'", takes: nil) else { return [] }
        for member in members {
            checkReferable(member, "parameter")
            refuseReferences(member.value, "a default")
        }
        return members
    }

    private mutating func secrets(_ entry: LocatedValue.Entry?) -> [SecretSection] {
        guard let entry, let members = map(entry, "'secrets'", takes: nil) else { return [] }
        return members.compactMap { member in
            checkReferable(member, "secret")
            let owner = "'secrets.\(member.key)'"
            guard case .map(let facts) = member.value.content else {
                // The value is not shown: it may be the secret itself.
                error(
                    "\(owner) takes {env: NAME}, the environment variable that holds the secret",
                    member.value.span, hint: "never write a secret itself into a pipeline file")
                return nil
            }
            refuseUnknown(facts, ["env"], owner)
            guard let variable = find("env", in: facts) else {
                error("\(owner) needs 'env', the environment variable that holds the secret", member.keySpan)
                return nil
            }
            guard let name = text(variable.value, "\(owner).env", "the name of an environment variable")
            else {
                return nil
            }
            guard !name.text.isEmpty, !name.text.utf8.contains(UInt8(ascii: "=")), !name.text.utf8.contains(0)
            else {
                error("\(owner).env is not a valid name for an environment variable", name.span)
                return nil
            }
            return SecretSection(name: LocatedName(member.key, at: member.keySpan), variable: name.text)
        }
    }
}

extension DocumentWalk {
    func find(_ key: String, in entries: [LocatedValue.Entry]) -> LocatedValue.Entry? {
        entries.first { $0.key.utf8.elementsEqual(key.utf8) }
    }

    mutating func error(_ message: String, _ span: SourceSpan, hint: String? = nil) {
        findings.append(.error(message, at: span, hint: hint))
    }

    /// The value at its place; at the key if there is none.
    mutating func wrong(_ entry: LocatedValue.Entry, _ owner: String, _ expected: String, hint: String? = nil)
    {
        if entry.value.content == .null {
            error("\(owner) has no value; it takes \(expected)", entry.keySpan, hint: hint)
        } else {
            error("\(owner) is \(entry.value.summary); it takes \(expected)", entry.value.span, hint: hint)
        }
    }

    mutating func refuseUnknown(
        _ entries: [LocatedValue.Entry], _ known: [String], _ owner: String, note: String = ""
    ) {
        for entry in entries where !known.contains(where: { $0.utf8.elementsEqual(entry.key.utf8) }) {
            error(
                "\(owner) has no key '\(entry.key)'", entry.keySpan,
                hint: NearestName.hint(
                    for: entry.key, among: known, then: "it takes: \(known.joined(separator: ", "))\(note)"))
        }
    }

    /// The entries of a value that must be a map; `nil`, with a finding, if it is not one.
    mutating func map(_ entry: LocatedValue.Entry, _ owner: String, takes known: [String]?) -> [LocatedValue
        .Entry]?
    {
        guard case .map(let members) = entry.value.content else {
            wrong(entry, owner, known.map { "a map of \($0.joined(separator: ", "))" } ?? "a map")
            return nil
        }
        if let known { refuseUnknown(members, known, owner) }
        return members
    }

    mutating func text(_ value: LocatedValue, _ owner: String, _ expected: String) -> LocatedName? {
        if case .string(let text) = value.content { return LocatedName(text, at: value.span) }
        let hint: String?
        switch value.content {
        case .integer, .number, .bool: hint = "put it in quotes: '\(value.summary)'"
        case .reference:
            hint = "references are allowed only under 'with', in the limits of checks and as a webhook"
        default: hint = nil
        }
        let found = value.content == .null ? "has no value" : "is \(value.summary)"
        error("\(owner) \(found); it takes \(expected)", value.span, hint: hint)
        return nil
    }

    private mutating func path(_ entry: LocatedValue.Entry, _ owner: String) -> String? {
        guard let name = text(entry.value, owner, "a path") else { return nil }
        guard !name.text.isEmpty, !name.text.utf8.contains(0) else {
            error("\(owner) is empty or holds a NUL character; it takes a path", name.span)
            return nil
        }
        if name.text.hasPrefix("~") {
            error(
                "\(owner) starts with ~, which is not expanded here", name.span,
                hint: "write the whole path")
        }
        return name.text
    }

    /// Names of pipelines and stages become names of files.
    mutating func checkName(_ name: LocatedName, _ what: String) {
        func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
            scalar == "_" || scalar == "-" || scalar.properties.isAlphabetic
                || scalar.properties.generalCategory == .decimalNumber
                || scalar.properties.generalCategory == .nonspacingMark
        }
        let scalars = name.text.unicodeScalars
        if scalars.isEmpty || scalars.first == "-" || !scalars.allSatisfy(isAllowed)
            || name.text.utf8.count > 100
        {
            error(
                "'\(name.text.prefix(60))' is not a valid name for a \(what)", name.span,
                hint: "a name has letters, digits, _ and -, no - at its start, and at most 100 bytes")
        }
    }

    private mutating func checkReferable(_ entry: LocatedValue.Entry, _ what: String) {
        if !ReferenceName.isValid("x." + entry.key) {
            error(
                "'\(entry.key.prefix(60))' is not a valid name for a \(what)", entry.keySpan,
                hint: "a name has letters a-z and A-Z, digits, _ and -, and starts with a letter or _")
        }
    }

    private mutating func refuseReferences(_ value: LocatedValue, _ what: String) {
        switch value.content {
        case .reference:
            error(
                "\(what) is a literal, not \(value.summary)", value.span,
                hint: "references are allowed under 'with'; write $$ for a text that starts with $")
        case .list(let items): for item in items { refuseReferences(item, what) }
        case .map(let entries): for entry in entries { refuseReferences(entry.value, what) }
        default: break
        }
    }
}
