package import Diagnostics
internal import Yams

/// A YAML text as values with their places.
package struct LocatedYAML: Sendable {
    /// The only document's root.
    package let root: LocatedValue
    /// What is wrong with single values: duplicate keys, anchors, tags, texts that look like references.
    package let findings: [Finding]

    /// Most nested maps and lists.
    package static let deepest = 32

    /// Reads a YAML text: UTF-8 with or without a byte order mark, lines ended by LF or CR LF, one document.
    ///
    /// Scalars mean what YAML 1.2 says, a little stricter: see `CoreSchema`. A text `$name.key` is a reference;
    /// `$$` at the start of a text means `$`.
    ///
    /// - Parameter file: the name for messages.
    /// - Throws: one finding where nothing can be read: not a text, not YAML, empty, or more than one document.
    package init(_ bytes: [UInt8], file: String) throws(DiagnosticsError) {
        let source = try SourceText(bytes, file: file)
        let composed = try YAMLText.compose(source)
        guard let node = composed.root else {
            throw DiagnosticsError("the file is empty", at: source.start, hint: LocatedYAML.startHint)
        }
        var walk = NodeWalk(composed)
        root = walk.value(node, depth: 0, keySpan: nil)
        findings = walk.findings
    }

    static let startHint = "a pipeline file starts with 'splitvote: 1' and has 'pipeline' and 'stages'"
}

/// Turns parsed nodes into located values.
private struct NodeWalk {
    let source: SourceText
    let renamedKeys: [YAMLText.Place: String]
    var findings: [Finding] = []

    init(_ composed: YAMLText.Composed) {
        source = composed.source
        renamedKeys = composed.renamedKeys
    }

    mutating func value(_ node: Node, depth: Int, keySpan: SourceSpan?) -> LocatedValue {
        let place = node.mark.map { source.span(line: $0.line, column: $0.column) } ?? source.start
        if let refused = refuseProperties(place) {
            findings.append(refused)
            return LocatedValue(.null, at: place)
        }
        if depth > LocatedYAML.deepest {
            findings.append(
                .error("more than \(LocatedYAML.deepest) nested maps and lists", at: place))
            return LocatedValue(.null, at: place)
        }
        switch node {
        case .scalar(let scalar): return self.scalar(scalar, place, keySpan)
        case .sequence(let nodes):
            let items = nodes.map { value($0, depth: depth + 1, keySpan: nil) }
            return LocatedValue(.list(items), at: collectionSpan(place, first: items.first?.span))
        case .mapping(let mapping):
            let entries = self.entries(mapping, depth)
            return LocatedValue(.map(entries), at: collectionSpan(place, first: entries.first?.keySpan))
        case .alias:
            findings.append(
                .error("aliases are not used in a pipeline file", at: place, hint: YAMLText.aliasHint))
            return LocatedValue(.null, at: place)
        }
    }

    private mutating func entries(_ mapping: Node.Mapping, _ depth: Int) -> [LocatedValue.Entry] {
        var entries: [LocatedValue.Entry] = []
        var places: [String: SourceSpan] = [:]
        for (keyNode, valueNode) in mapping {
            guard let key = key(keyNode) else { continue }
            let value = value(valueNode, depth: depth + 1, keySpan: key.span)
            if let first = places[key.name] {
                let (earlier, later) = first.line <= key.span.line ? (first, key.span) : (key.span, first)
                findings.append(
                    .error(
                        "the key '\(key.name)' is given again; the first one is at line \(earlier.line), "
                            + "column \(earlier.column)", at: later, hint: "keep one of the two"))
                continue
            }
            places[key.name] = key.span
            entries.append(LocatedValue.Entry(key: key.name, keySpan: key.span, value: value))
        }
        return entries
    }

    private mutating func key(_ node: Node) -> (name: String, span: SourceSpan)? {
        let place = node.mark.map { source.span(line: $0.line, column: $0.column) } ?? source.start
        if let refused = refuseProperties(place) {
            findings.append(refused)
            return nil
        }
        guard case .scalar(let scalar) = node else {
            findings.append(.error("a key is a text, not a map or a list", at: place))
            return nil
        }
        let name = renamedKeys[YAMLText.Place(line: place.line, column: place.column)] ?? scalar.string
        return (name, span(scalar, place))
    }

    private mutating func scalar(
        _ scalar: Node.Scalar, _ place: SourceSpan, _ keySpan: SourceSpan?
    ) -> LocatedValue {
        if scalar.style == .plain, scalar.string.isEmpty { return LocatedValue(.null, at: keySpan ?? place) }
        let span = span(scalar, place)
        let plain = CoreSchema.content(ofPlain: scalar.string)
        guard scalar.style != .plain || plain == .string(scalar.string) else {
            return LocatedValue(plain, at: span)
        }
        return LocatedValue(text(scalar.string, span), at: span)
    }

    /// A text, or the reference that it spells.
    private mutating func text(_ string: String, _ span: SourceSpan) -> LocatedValue.Content {
        guard string.utf8.first == UInt8(ascii: "$") else { return .string(string) }
        if string.hasPrefix("$$") { return .string(String(string.dropFirst())) }
        let name = String(string.dropFirst())
        if ReferenceName.isValid(name) { return .reference(name) }
        findings.append(
            .error(
                "'\(string.prefix(40))' is not a reference", at: span,
                hint: "references are $params.NAME, $secrets.NAME and $run.date, as the whole value; "
                    + "write $$ for a text that starts with $"))
        return .string(string)
    }

    /// Anchors, aliases and tags are before the value they belong to, so its first character tells.
    private func refuseProperties(_ place: SourceSpan) -> Finding? {
        switch source.scalar(line: place.line, column: place.column) {
        case "&", "*":
            .error("anchors and aliases are not used in a pipeline file", at: place, hint: YAMLText.aliasHint)
        case "!":
            .error(
                "tags are not used in a pipeline file", at: place,
                hint: "put a text in quotes; numbers, true and false need no tag")
        default: nil
        }
    }
}

extension NodeWalk {
    private func span(_ scalar: Node.Scalar, _ place: SourceSpan) -> SourceSpan {
        let rest = Array(source.scalars(ofLine: place.line).dropFirst(place.column - 1))
        var span = place
        switch scalar.style {
        case .singleQuoted: span.length = SpanLength.quoted(rest, by: "'")
        case .doubleQuoted: span.length = SpanLength.quoted(rest, by: "\"")
        case .literal, .folded: span.length = 1
        case .plain, .any: span.length = SpanLength.plain(rest, scalar.string)
        }
        return span
    }

    /// A bracketed collection as far as it extends on its first line; otherwise its first element.
    private func collectionSpan(_ place: SourceSpan, first: SourceSpan?) -> SourceSpan {
        let rest = Array(source.scalars(ofLine: place.line).dropFirst(place.column - 1))
        var span = place
        if rest.first == "[" || rest.first == "{" {
            span.length = SpanLength.bracketed(rest)
        } else if let first, first.line == place.line, first.column == place.column {
            span = first
        }
        return span
    }
}

/// How far a value extends on the line on which it starts.
enum SpanLength {
    static func plain(_ rest: [Unicode.Scalar], _ string: String) -> Int {
        let scalars = Array(string.unicodeScalars)
        // A key that was renamed differs in its first character only.
        if rest.count >= scalars.count,
            rest.prefix(scalars.count).dropFirst().elementsEqual(scalars.dropFirst())
        {
            return max(1, scalars.count)
        }
        return max(1, trimmed(rest))
    }

    static func quoted(_ rest: [Unicode.Scalar], by quote: Unicode.Scalar) -> Int {
        quotedEnd(rest, from: 0, quote) ?? max(1, trimmed(rest))
    }

    static func bracketed(_ rest: [Unicode.Scalar]) -> Int {
        var depth = 0
        var index = 0
        while index < rest.count {
            switch rest[index] {
            case "[", "{": depth += 1
            case "]", "}":
                depth -= 1
                if depth == 0 { return index + 1 }
            case "\"", "'":
                // Only at the start of a value is a quote more than an ordinary character.
                let before = rest[..<index].last { $0 != " " && $0 != "\t" }
                if let before, "[{,:".unicodeScalars.contains(before) {
                    guard let end = quotedEnd(rest, from: index, rest[index]) else { return trimmed(rest) }
                    index = end - 1
                }
            default: break
            }
            index += 1
        }
        return max(1, trimmed(rest))
    }

    /// Offset after the closing quote; `nil` if it is on a later line.
    private static func quotedEnd(_ rest: [Unicode.Scalar], from start: Int, _ quote: Unicode.Scalar) -> Int?
    {
        var index = start + 1
        while index < rest.count {
            if quote == "\"", rest[index] == "\\" {
                index += 2
                continue
            }
            if rest[index] == quote {
                if quote == "'", index + 1 < rest.count, rest[index + 1] == "'" {
                    index += 2
                    continue
                }
                return index + 1
            }
            index += 1
        }
        return nil
    }

    private static func trimmed(_ rest: [Unicode.Scalar]) -> Int {
        (rest.lastIndex { $0 != " " && $0 != "\t" } ?? 0) + 1
    }
}

/// Names after a dollar sign.
enum ReferenceName {
    /// Two names with a dot between them, of ASCII letters, digits, `_` and `-`, the first character a letter or `_`.
    static func isValid(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy(isName)
    }

    static func isName(_ bytes: Substring.UTF8View.SubSequence) -> Bool {
        guard let first = bytes.first, isLetter(first) else { return false }
        return bytes.allSatisfy { isLetter($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "_")
    }
}
