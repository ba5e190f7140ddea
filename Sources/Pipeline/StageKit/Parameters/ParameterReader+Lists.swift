internal import Diagnostics

extension ParameterReader {
    /// A list of maps, each read with its own reader; one map counts as a list of one. Empty if the key is absent.
    /// Keys that the body did not read are errors.
    /// - Parameter body: also gets the item's place, counted from 0; the files that item I asks for are found under
    ///   `key[I].`.
    package mutating func maps<T>(
        _ key: String, required: Bool = false, help: String = "", _ body: (inout ParameterReader, Int) -> T
    ) -> [T] {
        var description = reader(of: key, entries: [], at: nil, isDescribing: true)
        _ = body(&description, 0)
        specify(key, .maps(description.specifications), required: required, help: help)
        let expected = "a list of maps"
        if required { requireValue(key, expected) } else { rejectEmpty(key, expected) }
        guard let value = given(key) else { return [] }
        let items = if case .list(let items) = value.content { items } else { [value] }
        if items.isEmpty { wrongType(value, key, "\(expected) with at least one") }
        var results: [T] = []
        var resolved: [JSONValue] = []
        for (index, item) in items.enumerated() where !isDangling(item) {
            guard case .map(let entries) = item.content else {
                fail(item, "an item of '\(prefix)\(key)' is \(item.summary); it takes a map")
                continue
            }
            var child = reader(of: "\(key)[\(index)]", entries: entries, at: item.span, isDescribing: false)
            results.append(body(&child, index))
            child.refuseUnknownKeys()
            errors += child.errors
            warnings += child.warnings
            fileRequests += child.fileRequests
            origins.merge(child.origins) { first, _ in first }
            resolved.append(child.resolved)
        }
        resolvedMembers[key] = .array(resolved)
        return results
    }

    private func reader(
        of key: String, entries: [LocatedValue.Entry], at span: SourceSpan?, isDescribing: Bool
    ) -> ParameterReader {
        ParameterReader(
            entries: entries, owner: "'\(prefix)\(key)' of \(owner)", shortOwner: "'\(prefix)\(key)'",
            prefix: "\(prefix)\(key).", stageSpan: span ?? stageSpan,
            isDescribing: self.isDescribing || isDescribing)
    }

    /// A list of spans of time in whole seconds, each longer than the one before it: `[1h, 6h, 3d]`. One span is a list of
    /// one.
    package mutating func durations(_ key: String, default defaultValue: [Int], help: String = "") -> [Int] {
        specify(
            key, .durations, default: .array(defaultValue.map { .string(Quantity.durationText($0)) }),
            help: help)
        let expected = "a list of whole numbers with units, s m h d or w, such as [1h, 24h]"
        rejectEmpty(key, expected)
        let value = given(key).flatMap { readDurations($0, key, expected) } ?? defaultValue
        resolvedMembers[key] = .array(value.map(JSONValue.integer))
        return value
    }

    private mutating func readDurations(
        _ value: LocatedValue, _ key: String, _ expected: String
    ) -> [Int]? {
        let items = if case .list(let items) = value.content { items } else { [value] }
        var durations: [Int] = []
        for item in items {
            guard case .string(let text) = item.content, let seconds = Quantity.seconds(text) else {
                fail(item, "'\(prefix)\(key)' holds \(item.summary); it takes \(expected)")
                return nil
            }
            if let last = durations.last, seconds <= last {
                fail(
                    item,
                    "'\(prefix)\(key)' has \(text) after \(Quantity.durationText(last)); each span is longer than "
                        + "the one before it")
                return nil
            }
            durations.append(seconds)
        }
        return durations
    }

    /// Addresses, names or other texts by text, as the user chooses both.
    /// - Parameter countsNone: whether having none is part of the fingerprint.
    package mutating func texts(
        _ key: String, countsNone: Bool = true, help: String = ""
    ) -> [(key: String, value: String)] {
        let values = values(key, help: help)
        if values.isEmpty, !countsNone { resolvedMembers[key] = nil }
        return values.keys.sorted().compactMap { name in
            guard let text = values[name]?.stringValue else {
                reject(key, "'\(prefix)\(key)' has for '\(name)' something else than a text")
                return nil
            }
            return (name, text)
        }
    }
}
