internal import Diagnostics
internal import TextBasics

extension ParameterReader {
    /// A list of texts, or one text, which is a list of one. With `of`, each must be one of these and none may come
    /// twice.
    package mutating func strings(
        _ key: String, default defaultValue: [String], of choices: [String]? = nil, help: String = ""
    ) -> [String] {
        specify(
            key, .strings(of: choices), default: .array(defaultValue.map(JSONValue.string)), help: help)
        rejectEmpty(key, "a list of texts")
        let value = given(key).flatMap { readStrings($0, key, of: choices) } ?? defaultValue
        resolvedMembers[key] = .array(value.map(JSONValue.string))
        return value
    }

    /// Some of these words, or one, that change no result: not part of the fingerprint. Empty if the key is absent.
    package mutating func unfingerprintedWords(
        _ key: String, of choices: [String], help: String = ""
    ) -> [String] {
        specify(key, .strings(of: choices), default: .array([]), help: help, isFingerprinted: false)
        rejectEmpty(key, "a list of texts")
        return given(key).flatMap { readStrings($0, key, of: choices) } ?? []
    }

    /// A list of some of the words, or one; `true` for the default, `false` for none.
    package mutating func stringsOrBool(
        _ key: String, default defaultValue: [String], of choices: [String], help: String = ""
    ) -> [String] {
        specify(
            key, .stringsOrBool(of: choices), default: .array(defaultValue.map(JSONValue.string)), help: help)
        rejectEmpty(key, "true, false or a list of texts")
        var result = defaultValue
        if let value = given(key) {
            if case .bool(let isWanted) = value.content {
                result = isWanted ? defaultValue : []
            } else if let words = readStrings(value, key, of: choices) {
                result = words
            }
        }
        resolvedMembers[key] = .array(result.map(JSONValue.string))
        return result
    }

    /// `[lower, upper]`, both ends included and both within the limits.
    package mutating func range(
        _ key: String, default defaultValue: ClosedRange<Double>, in bounds: ClosedRange<Double>,
        help: String = ""
    ) -> ClosedRange<Double> {
        let defaultJSON: JSONValue = [.number(defaultValue.lowerBound), .number(defaultValue.upperBound)]
        specify(key, .range(within: bounds), default: defaultJSON, help: help)
        rejectEmpty(key, "a list of two numbers, [lower, upper]")
        let value = given(key).flatMap { readRange($0, key, bounds) } ?? defaultValue
        resolvedMembers[key] = [.number(value.lowerBound), .number(value.upperBound)]
        return value
    }

    /// `{at_most:, at_least:}`: everything outside the gap between the two. A bound that is left out has its default.
    package mutating func outerRange(
        _ key: String, default defaultValue: (atMost: Double, atLeast: Double),
        in bounds: ClosedRange<Double>,
        help: String = ""
    ) -> (atMost: Double, atLeast: Double) {
        let defaultJSON: JSONValue = [
            "at_most": .number(defaultValue.atMost), "at_least": .number(defaultValue.atLeast),
        ]
        specify(key, .outerRange(within: bounds), default: defaultJSON, help: help)
        rejectEmpty(key, "a map, {at_most: …, at_least: …}")
        let value = given(key).flatMap { readOuterRange($0, key, defaultValue, bounds) } ?? defaultValue
        resolvedMembers[key] = ["at_most": .number(value.atMost), "at_least": .number(value.atLeast)]
        return value
    }

    /// A map from name to share, in the order written, which matters. Each share is above 0 and at most at 1; they
    /// add to 1 within 1e-9.
    package mutating func shares(
        _ key: String, default defaultValue: [(name: String, share: Double)], help: String = ""
    ) -> [(name: String, share: Double)] {
        specify(
            key, .shares,
            default: .object(
                Dictionary(defaultValue.map { ($0.name, .number($0.share)) }, uniquingKeysWith: { $1 })),
            help: help)
        rejectEmpty(key, "a map from name to share")
        let value = given(key).flatMap { readShares($0, key) } ?? defaultValue
        resolvedMembers[key] = .array(value.map { [.string($0.name), .number($0.share)] })
        return value
    }

    /// A map from name to a column or, for the names in `joined`, a list of columns.
    package mutating func columns(
        _ key: String, allowed: [String], required: [String], joined: [String]? = nil,
        meanings: [String: String] = [:], help: String = ""
    ) -> [String: [String]] {
        specify(
            key, .columns(allowed: allowed, required: required, meanings: meanings),
            required: !required.isEmpty, help: help)
        let expected = "a map from \(allowed.joined(separator: ", ")) to column names"
        if !required.isEmpty { requireValue(key, expected) } else { rejectEmpty(key, expected) }
        let value =
            given(key).flatMap { readColumns($0, key, allowed, required, joined ?? allowed, expected) } ?? [:]
        resolvedMembers[key] = .object(value.mapValues { .array($0.map(JSONValue.string)) })
        return value
    }
}

extension ParameterReader {
    mutating func readStrings(_ value: LocatedValue, _ key: String, of choices: [String]?) -> [String]? {
        let items: [LocatedValue]
        switch value.content {
        case .list(let list): items = list
        default: items = [value]
        }
        let countBefore = errors.count
        var texts: [String] = []
        for item in items {
            let text =
                choices.map { readChoice(item, key, $0) }
                ?? readText(item, key, "a list of texts, or one text")
            guard let text else { continue }
            if choices != nil, texts.contains(where: { $0.utf8.elementsEqual(text.utf8) }) {
                fail(item, "'\(prefix)\(key)' lists '\(text)' twice")
            }
            texts.append(text)
        }
        return errors.count == countBefore ? texts : nil
    }

    private mutating func readRange(
        _ value: LocatedValue, _ key: String, _ bounds: ClosedRange<Double>
    ) -> ClosedRange<Double>? {
        guard case .list(let items) = value.content, items.count == 2 else {
            wrongType(value, key, "a list of two numbers, [lower, upper]")
            return nil
        }
        let lower = readBound(items[0], key, "starts at", bounds)
        let upper = readBound(items[1], key, "ends at", bounds)
        guard let lower, let upper else { return nil }
        guard lower <= upper else {
            fail(
                value,
                "'\(prefix)\(key)' starts at \(NumberText.of(lower)) and ends at \(NumberText.of(upper)); "
                    + "the lower bound comes first")
            return nil
        }
        return lower...upper
    }

    private mutating func readBound(
        _ value: LocatedValue, _ key: String, _ verb: String, _ bounds: ClosedRange<Double>
    ) -> Double? {
        let number = Self.number(value, percent: bounds.upperBound <= 1)
        if let number, bounds.contains(number) { return number }
        let subject = number == nil ? "a number" : bounds == 0...1 ? "a ratio" : "it"
        let verdict =
            number == nil ? "is needed, \(Bounds.text(bounds, ""))" : "lies in \(Bounds.text(bounds, ""))"
        fail(value, "'\(prefix)\(key)' \(verb) \(value.summary); \(subject) \(verdict)")
        return nil
    }

    private mutating func readOuterRange(
        _ value: LocatedValue, _ key: String, _ defaultValue: (atMost: Double, atLeast: Double),
        _ bounds: ClosedRange<Double>
    ) -> (atMost: Double, atLeast: Double)? {
        guard case .map(let members) = value.content else {
            wrongType(value, key, "a map, {at_most: …, at_least: …}")
            return nil
        }
        let countBefore = errors.count
        var child = ParameterReader(
            entries: members, owner: "'\(prefix)\(key)'", shortOwner: "'\(prefix)\(key)'",
            prefix: "\(prefix)\(key).", stageSpan: entry(key)?.keySpan ?? stageSpan, isDescribing: false)
        let atMost = child.number("at_most", default: defaultValue.atMost, in: bounds)
        let atLeast = child.number("at_least", default: defaultValue.atLeast, in: bounds)
        child.refuseUnknownKeys()
        errors += child.errors
        origins.merge(child.origins) { first, _ in first }
        guard errors.count == countBefore else { return nil }
        guard atMost < atLeast else {
            fail(
                value,
                "'\(prefix)\(key)' has at_most \(NumberText.of(atMost)) and at_least \(NumberText.of(atLeast)); "
                    + "at_most must be the smaller one")
            return nil
        }
        return (atMost, atLeast)
    }

    private mutating func readShares(_ value: LocatedValue, _ key: String) -> [(name: String, share: Double)]?
    {
        guard case .map(let members) = value.content, !members.isEmpty else {
            wrongType(value, key, "a map from name to share, such as {train: 0.8, dev: 0.1, test: 0.1}")
            return nil
        }
        let countBefore = errors.count
        var shares: [(name: String, share: Double)] = []
        for member in members {
            guard let share = Self.number(member.value, percent: true), share > 0, share <= 1 else {
                fail(
                    member.value,
                    "'\(prefix)\(key).\(member.key)' is \(member.value.summary); a share is above 0 and at most 1"
                )
                continue
            }
            shares.append((member.key, share))
        }
        guard errors.count == countBefore else { return nil }
        let sum = shares.reduce(0) { $0 + $1.share }
        guard abs(sum - 1) <= 1e-9 else {
            fail(value, "the shares of '\(prefix)\(key)' add to \(NumberText.of(sum)); they must add to 1")
            return nil
        }
        return shares
    }

    private mutating func readColumns(
        _ value: LocatedValue, _ key: String, _ allowed: [String], _ required: [String], _ joined: [String],
        _ expected: String
    ) -> [String: [String]]? {
        guard case .map(let members) = value.content else {
            wrongType(value, key, expected)
            return nil
        }
        var columns: [String: [String]] = [:]
        for member in members {
            guard allowed.contains(where: { $0.utf8.elementsEqual(member.key.utf8) }) else {
                errors.append(
                    .error(
                        "'\(prefix)\(key)' has no entry '\(member.key)'", at: member.keySpan,
                        hint: NearestName.hint(
                            for: member.key, among: allowed,
                            then: "'\(prefix)\(key)' takes: \(allowed.sorted().joined(separator: ", "))")))
                continue
            }
            guard let names = readStrings(member.value, "\(key).\(member.key)", of: nil) else { continue }
            if names.isEmpty || names.contains("") {
                fail(member.value, "'\(prefix)\(key).\(member.key)' names no column")
            } else if names.count > 1, !joined.contains(where: { $0.utf8.elementsEqual(member.key.utf8) }) {
                fail(
                    member.value,
                    "'\(prefix)\(key).\(member.key)' lists \(names.count) columns; it takes one",
                    hint: "several columns are joined for \(joined.joined(separator: ", ")) only")
            }
            columns[member.key] = names
        }
        for name in required where value[name] == nil {
            fail(value, "'\(prefix)\(key)' needs an entry '\(name)'")
        }
        return columns
    }
}
