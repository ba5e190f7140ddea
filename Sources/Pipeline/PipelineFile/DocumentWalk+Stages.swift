internal import Diagnostics

extension DocumentWalk {
    static let stageKeys = ["uses", "from", "with", "checks", "when", "needs"]
    static let mostStages = 500

    mutating func stages(_ entry: LocatedValue.Entry?) -> [StageSection] {
        guard let entry else {
            error("the key 'stages' is missing: what the pipeline does", start, hint: "add a map of stages")
            return []
        }
        guard case .map(let members) = entry.value.content, !members.isEmpty else {
            wrong(entry, "'stages'", "a map from a stage's name to what it does")
            return []
        }
        if members.count > Self.mostStages {
            error(
                "the pipeline has \(members.count) stages; it may have at most \(Self.mostStages)",
                entry.keySpan,
                hint: "cut it into several pipelines")
        }
        var byLowercase: [String: String] = [:]
        return members.prefix(Self.mostStages).map { member in
            let name = LocatedName(member.key, at: member.keySpan)
            checkName(name, "stage")
            if let twin = byLowercase.updateValue(member.key, forKey: member.key.lowercased()) {
                error(
                    "stages '\(twin)' and '\(member.key)' differ only in upper and lower case",
                    member.keySpan,
                    hint: "their files would collide on case-insensitive file systems; rename one")
            }
            return stage(name, member)
        }
    }

    private mutating func stage(_ name: LocatedName, _ entry: LocatedValue.Entry) -> StageSection {
        var stage = StageSection(
            name: name, uses: nil, from: .stages([]), with: [], checks: [], when: nil, needs: [])
        let owner = "stage '\(name.text)'"
        guard case .map(let members) = entry.value.content else {
            wrong(entry, owner, "a map of \(Self.stageKeys.joined(separator: ", "))")
            return stage
        }
        refuseUnknown(members, Self.stageKeys, owner, note: "; parameters go under 'with'")
        if let uses = find("uses", in: members) {
            stage.uses = text(uses.value, "'uses' of \(owner)", "the name of a stage kind")
        } else {
            error("\(owner) does not say its kind", name.span, hint: "add 'uses: KIND'")
        }
        if let from = find("from", in: members) { stage.from = self.from(from, owner) }
        if let with = find("with", in: members) {
            if case .map(let parameters) = with.value.content {
                stage.with = parameters
            } else {
                wrong(with, "'with' of \(owner)", "a map of parameters")
            }
        }
        if let checks = find("checks", in: members) { stage.checks = self.checks(checks, owner) }
        if let when = find("when", in: members) { stage.when = self.when(when, owner) }
        if let needs = find("needs", in: members) {
            stage.needs = names(needs.value, "'needs' of \(owner)", "the name of a stage, or a list of them")
        }
        return stage
    }

    private mutating func from(_ entry: LocatedValue.Entry, _ owner: String) -> FromSection {
        let expected = "the name of a stage, or a list of them"
        guard case .map(let members) = entry.value.content else {
            return .stages(
                names(entry.value, "'from' of \(owner)", "\(expected), or a map from input port to stage"))
        }
        return .ports(
            members.map { member in
                FromSection.PortSection(
                    port: LocatedName(member.key, at: member.keySpan),
                    stages: names(member.value, "'from.\(member.key)' of \(owner)", expected))
            })
    }

    /// One name or a list of names, none of them twice.
    private mutating func names(_ value: LocatedValue, _ owner: String, _ expected: String) -> [LocatedName] {
        let items = if case .list(let list) = value.content { list } else { [value] }
        var names: [LocatedName] = []
        for item in items {
            guard let name = text(item, owner, expected) else { continue }
            if names.contains(where: { $0.text == name.text }) {
                error("\(owner) names '\(name.text)' twice", name.span)
            } else {
                names.append(name)
            }
        }
        return names
    }

    private mutating func checks(_ entry: LocatedValue.Entry, _ owner: String) -> [CheckSection] {
        guard case .list(let items) = entry.value.content else {
            wrong(
                entry, "'checks' of \(owner)",
                "a list, such as [{that: abstain_share, at_most: 0.95, else: warn}]")
            return []
        }
        return items.compactMap { check($0, owner) }
    }

    private mutating func check(_ value: LocatedValue, _ owner: String) -> CheckSection? {
        guard case .map(let members) = value.content else {
            error(
                "a check of \(owner) is \(value.summary); it takes a map of that, at_most, at_least, else",
                value.span)
            return nil
        }
        refuseUnknown(members, ["that", "at_most", "at_least", "else"], "a check of \(owner)")
        let isError = checkOutcome(find("else", in: members), owner)
        guard let that = find("that", in: members) else {
            error("a check of \(owner) does not say 'that', the figure it looks at", value.span)
            return nil
        }
        guard let name = text(that.value, "'that' in a check of \(owner)", "the name of a figure") else {
            return nil
        }
        let atMost = find("at_most", in: members)?.value
        let atLeast = find("at_least", in: members)?.value
        if atMost == nil && atLeast == nil {
            error(
                "the check of '\(name.text)' has no limit", value.span, hint: "add at_most, at_least or both")
        }
        return CheckSection(that: name, atMost: atMost, atLeast: atLeast, isError: isError, span: value.span)
    }

    private mutating func checkOutcome(_ entry: LocatedValue.Entry?, _ owner: String) -> Bool {
        guard let entry else { return true }
        switch entry.value.content {
        case .string("warn"): return false
        case .string("error"): return true
        default:
            wrong(entry, "'else' in a check of \(owner)", "warn or error")
            return true
        }
    }

    private mutating func when(_ entry: LocatedValue.Entry, _ owner: String) -> [LocatedName]? {
        guard case .map(let members) = entry.value.content else {
            wrong(entry, "'when' of \(owner)", "a map, such as {weekday: sun}")
            return nil
        }
        refuseUnknown(members, ["weekday"], "'when' of \(owner)")
        guard let weekday = find("weekday", in: members) else {
            error("'when' of \(owner) needs 'weekday'", entry.keySpan, hint: "such as {weekday: sun}")
            return nil
        }
        let days = names(
            weekday.value, "'when.weekday' of \(owner)", "a weekday, mon ... sun, or a list of them")
        if days.isEmpty, case .list = weekday.value.content {
            error("'when.weekday' of \(owner) is empty: the stage would never run", weekday.value.span)
        }
        return days
    }
}
