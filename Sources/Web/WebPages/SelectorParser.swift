internal import WebFormats

/// Translates a CSS selector into XPath.
struct SelectorParser {
    let scalars: [Unicode.Scalar]
    var at = 0

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    var current: Unicode.Scalar? { at < scalars.count ? scalars[at] : nil }

    func fault(_ problem: String, at place: Int? = nil) -> PatternError {
        PatternError(problem, column: (place ?? at) + 1)
    }

    func unexpected(_ wanted: String) -> PatternError {
        current.map { fault("found '\($0)'; expected \(wanted)") }
            ?? fault("the selector ends; expected \(wanted)")
    }

    /// The whole text, a list of selectors.
    mutating func xpath() throws(PatternError) -> String {
        if let place = scalars.firstIndex(where: { !Self.isAllowed($0) }) {
            throw fault("a control character, which no page holds", at: place)
        }
        var paths: [String] = []
        while true {
            paths.append(try complex())
            guard current == "," else { break }
            at += 1
        }
        guard current == nil else { throw unexpected("a combinator, a comma or the end") }
        return paths.joined(separator: " | ")
    }

    mutating func complex() throws(PatternError) -> String {
        skipBlanks()
        var path = "descendant-or-self::" + (try compound())
        while true {
            let hadBlank = skipBlanks()
            switch current {
            case nil, ",": return path
            case ">":
                path += "/"
                try step()
            case "+":
                path += "/following-sibling::*[1]/self::"
                try step()
            case "~":
                path += "/following-sibling::"
                try step()
            default:
                guard hadBlank else { throw unexpected("a combinator, a comma or the end") }
                path += "/descendant::"
            }
            path += try compound()
        }
    }

    mutating func step() throws(PatternError) {
        at += 1
        skipBlanks()
    }

    @discardableResult
    mutating func skipBlanks() -> Bool {
        let start = at
        while let scalar = current, Self.isBlank(scalar) { at += 1 }
        return at > start
    }

    /// Characters that XML and so XPath know.
    static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...: true
        default: false
        }
    }

    static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r" || scalar == "\u{C}"
    }

    /// `name[condition][condition]`.
    mutating func compound() throws(PatternError) -> String {
        var path = "*"
        var isEmpty = true
        if current == "*" {
            at += 1
            isEmpty = false
        } else if startsName {
            path = Self.nodeTest(try name())
            isEmpty = false
        }
        if current == "|" { throw fault("namespaces are not known here; write the name alone") }
        var conditions: [String] = []
        while let condition = try simple(type: path) {
            conditions.append(condition)
            isEmpty = false
        }
        if isEmpty { throw unexpected("an element's name, *, #id, .class, [attribute] or a :pseudo-class") }
        return path + conditions.map { "[\($0)]" }.joined()
    }

    /// Names are in lower case in the tree of an HTML page.
    static func nodeTest(_ name: String) -> String {
        let lower = name.lowercased()
        return isPlainName(lower) ? lower : "*[name() = \(literal(lower))]"
    }

    /// Whether XPath takes a name as it is; others are compared as texts.
    static func isPlainName(_ name: String) -> Bool {
        guard let first = name.utf8.first, (0x61...0x7A).contains(first) || first == 0x5F else {
            return false
        }
        return name.utf8.allSatisfy { $0 < 0x80 } && name.unicodeScalars.allSatisfy(isName)
    }

    /// One condition of a compound selector; `nil` where none follows.
    mutating func simple(type: String) throws(PatternError) -> String? {
        switch current {
        case "#":
            at += 1
            guard startsName || current.map(Self.isName) == true else { throw unexpected("an id") }
            return "@id = \(Self.literal(try name()))"
        case ".":
            at += 1
            guard startsName else { throw unexpected("a class") }
            return Self.hasWord("@class", try name())
        case "[": return try attribute()
        case ":": return try pseudoClass(type: type)
        default: return nil
        }
    }

    mutating func attribute() throws(PatternError) -> String {
        at += 1
        skipBlanks()
        guard startsName else { throw unexpected("an attribute's name") }
        let start = at
        let name = try name().lowercased()
        guard name.unicodeScalars.allSatisfy({ Self.isName($0) || $0 == ":" }) else {
            throw fault("'\(name)' is no attribute's name", at: start)
        }
        let isPlain = Self.isPlainName(name)
        let attribute = isPlain ? "@\(name)" : "@*[name() = \(Self.literal(name))]"
        skipBlanks()
        if current == "]" {
            at += 1
            return attribute
        }
        let comparison = try comparison()
        skipBlanks()
        let value = current == "\"" || current == "'" ? try string() : try bareValue()
        skipBlanks()
        if current == "i" || current == "I" || current == "s" {
            throw fault("a flag for letter case is not known here; leave it out")
        }
        guard current == "]" else { throw unexpected("]") }
        at += 1
        return Self.compare(attribute, comparison, value)
    }

    mutating func comparison() throws(PatternError) -> Unicode.Scalar {
        guard let scalar = current else { throw unexpected("a comparison or ]") }
        if scalar == "=" {
            at += 1
            return "="
        }
        guard "~|^$*".unicodeScalars.contains(scalar), at + 1 < scalars.count, scalars[at + 1] == "=" else {
            throw unexpected("one of = ~= |= ^= $= *= or ]")
        }
        at += 2
        return scalar
    }

    mutating func bareValue() throws(PatternError) -> String {
        guard startsName else { throw unexpected("a value in quotes") }
        return try name()
    }

    /// Source: Selectors Level 3, sections 6.3.1 and 6.3.2; an empty value of `~= ^= $= *=` matches nothing.
    static func compare(_ attribute: String, _ comparison: Unicode.Scalar, _ value: String) -> String {
        let wanted = literal(value)
        switch comparison {
        case "=": return "\(attribute) = \(wanted)"
        case "|": return "\(attribute) = \(wanted) or starts-with(\(attribute), \(literal(value + "-")))"
        case _ where value.isEmpty: return "false()"
        case "~":
            return value.unicodeScalars.contains(where: isBlank) ? "false()" : hasWord(attribute, value)
        case "^": return "starts-with(\(attribute), \(wanted))"
        case "*": return "contains(\(attribute), \(wanted))"
        default:
            let length = value.unicodeScalars.count
            return "substring(\(attribute), string-length(\(attribute)) - \(length - 1)) = \(wanted)"
        }
    }

    static func hasWord(_ attribute: String, _ word: String) -> String {
        "contains(concat(' ', normalize-space(\(attribute)), ' '), \(literal(" \(word) ")))"
    }

    /// A text as XPath writes it; one with both kinds of quotes is put together.
    static func literal(_ text: String) -> String {
        if !text.utf8.contains(0x27) { return "'\(text)'" }
        if !text.utf8.contains(0x22) { return "\"\(text)\"" }
        let parts = text.split(separator: "'", omittingEmptySubsequences: false).map { "'\($0)'" }
        return "concat(\(parts.joined(separator: ", \"'\", ")))"
    }
}
