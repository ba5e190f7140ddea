internal import CommentParsing
internal import Diagnostics
internal import TextBasics
internal import WebFormats

extension [LocatedValue.Entry] {
    func named(_ key: String) -> LocatedValue.Entry? { first { $0.key.utf8.elementsEqual(key.utf8) } }
}

extension SourceWalk {
    mutating func error(_ message: String, _ span: SourceSpan, hint: String? = nil) {
        findings.append(.error(message, at: span, hint: hint))
    }

    /// The value at its place; at the key where there is none.
    mutating func wrong(_ entry: Entry, _ owner: String, _ expected: String) {
        if entry.value.content == .null {
            error("\(owner) has no value; it takes \(expected)", entry.keySpan)
        } else {
            error("\(owner) is \(entry.value.summary); it takes \(expected)", entry.value.span)
        }
    }

    mutating func missing(_ key: String, _ owner: String, _ what: String, at entry: Entry?) {
        error("\(owner) needs '\(key)': \(what)", entry?.keySpan ?? start)
    }

    mutating func required(
        _ key: String, in entries: [Entry], _ owner: String, _ what: String, at place: Entry? = nil
    ) -> Entry? {
        if let entry = entries.named(key) { return entry }
        missing(key, owner, what, at: place)
        return nil
    }

    mutating func refuseUnknown(_ entries: [Entry], _ map: String, _ owner: String) {
        let known = SourceDocument.keys[map] ?? []
        for entry in entries where !known.contains(where: { $0.utf8.elementsEqual(entry.key.utf8) }) {
            error(
                "\(owner) has no key '\(entry.key)'", entry.keySpan,
                hint: NearestName.hint(
                    for: entry.key, among: known, then: "it takes: \(known.joined(separator: ", "))"))
        }
    }

    /// The entries of a value that must be a map; `nil`, with a finding, where it is none.
    mutating func map(_ entry: Entry, _ owner: String, _ map: String) -> [Entry]? {
        guard case .map(let members) = entry.value.content else {
            wrong(entry, owner, "a map of \((SourceDocument.keys[map] ?? []).joined(separator: ", "))")
            return nil
        }
        refuseUnknown(members, map, owner)
        return members
    }

    /// The items of a list that is not empty; one value may stand for a list of one.
    mutating func list(_ entry: Entry, _ owner: String, _ expected: String) -> [LocatedValue] {
        switch entry.value.content {
        case .list(let items) where !items.isEmpty: return items
        case .list, .null:
            wrong(entry, owner, "a list of \(expected)")
            return []
        default: return [entry.value]
        }
    }

    mutating func text(_ entry: Entry, _ owner: String, _ expected: String) -> String? {
        guard case .null = entry.value.content else { return text(entry.value, owner, expected) }
        wrong(entry, owner, expected)
        return nil
    }

    mutating func text(_ value: LocatedValue, _ owner: String, _ expected: String) -> String? {
        if case .string(let text) = value.content { return text }
        let hint: String? =
            switch value.content {
            case .integer, .number, .bool: "put it in quotes: '\(value.summary)'"
            case .reference:
                "references are not used in a source file; write $$ for a text that starts with $"
            default: nil
            }
        error("\(owner) is \(value.summary); it takes \(expected)", value.span, hint: hint)
        return nil
    }

    mutating func flag(_ entry: Entry, _ owner: String) -> Bool? {
        if case .bool(let value) = entry.value.content { return value }
        wrong(entry, owner, "true or false")
        return nil
    }

    mutating func count(_ entry: Entry, _ owner: String, _ range: ClosedRange<Int>) -> Int? {
        if case .integer(let value) = entry.value.content, range.contains(value) { return value }
        wrong(entry, owner, "a whole number, \(range.lowerBound) ... \(range.upperBound)")
        return nil
    }

    mutating func path(_ value: LocatedValue) -> JSONPath? {
        read(value) { text throws(PatternError) in try JSONPath(text) }
    }

    mutating func template(_ value: LocatedValue, _ owner: String) -> RequestText? {
        guard let text = text(value, owner, "a text, perhaps with {placeholders}") else { return nil }
        return read(LocatedValue(.string(text), at: value.span)) { text throws(PatternError) in
            try RequestText(text)
        }
    }

    /// Reads a text that has a form of its own; its error is shown where it stands inside the value.
    mutating func read<Result>(
        _ value: LocatedValue, _ body: (String) throws(PatternError) -> Result
    ) -> Result? {
        guard let text = text(value, "this", "a text") else { return nil }
        do throws(PatternError) {
            return try body(text)
        } catch {
            self.error(error.problem, Self.place(of: error.column, in: text, value.span))
            return nil
        }
    }

    /// The place of a column of a text; the whole value where the file does not spell the text as it is.
    private static func place(of column: Int, in text: String, _ span: SourceSpan) -> SourceSpan {
        let line = Array(span.lineText.unicodeScalars)
        let scalars = Array(text.unicodeScalars)
        var begin = span.column - 1
        if begin < line.count, line[begin] == "\"" || line[begin] == "'" { begin += 1 }
        guard begin + scalars.count <= line.count,
            line[begin..<(begin + scalars.count)].elementsEqual(scalars)
        else { return span }
        var place = span
        place.column = begin + column
        place.length = 1
        return place
    }

    /// Placeholders that nothing gives a value to.
    mutating func checkNames(_ template: RequestText, _ value: LocatedValue, _ known: Set<String>) {
        for name in template.names where !known.contains(name) {
            error(
                "nothing gives '{\(name)}' a value here", value.span,
                hint: NearestName.hint(
                    for: name, among: known,
                    then: "there are: \(known.sorted().map { "{\($0)}" }.joined(separator: " "))"))
        }
    }

    mutating func fieldRules(_ entry: Entry?) -> [FieldRule] {
        guard let entry else { return [] }
        return list(entry, "'articles.\(entry.key)'", "selectors").compactMap { fieldRule($0, "rule") }
    }

    /// A selector, or a map that says what of which element is meant.
    mutating func fieldRule(_ value: LocatedValue, _ kind: String) -> FieldRule? {
        guard case .map(let members) = value.content else {
            return read(value) { text throws(PatternError) in try FieldRule(css: text) }
        }
        refuseUnknown(members, kind, "this rule")
        if let xpath = members.named("xpath") {
            for other in members where other.key != "xpath" {
                error("'\(other.key)' does not go with 'xpath', which names attributes itself", other.keySpan)
            }
            return read(xpath.value) { text throws(PatternError) in try FieldRule(xpath: text) }
        }
        guard let css = members.named("css") else {
            error("a rule needs 'css', a selector, or 'xpath', a path", value.span)
            return nil
        }
        let attribute = members.named("attribute").flatMap { text($0, "'attribute'", "an attribute's name") }
        let without = members.named("without").flatMap { entry in
            read(entry.value) { text throws(PatternError) in try CSSCheck.checked(text) }
        }
        return read(css.value) { text throws(PatternError) in
            try FieldRule(css: text, attribute: attribute, without: without)
        }
    }
}

/// Reads a selector for its faults alone.
private enum CSSCheck {
    static func checked(_ text: String) throws(PatternError) -> String {
        _ = try FieldRule(css: text)
        return text
    }
}
