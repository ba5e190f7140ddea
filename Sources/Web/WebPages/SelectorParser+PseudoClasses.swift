internal import WebFormats

extension SelectorParser {
    mutating func pseudoClass(type: String) throws(PatternError) -> String {
        let start = at
        at += 1
        if current == ":" {
            throw fault("pseudo-elements select no element of the page; name the attribute in its own key")
        }
        guard startsName else { throw unexpected("a pseudo-class") }
        let name = try name().lowercased()
        let arguments = current == "("
        if arguments { at += 1 }
        let condition: String
        switch (name, arguments) {
        case ("first-child", false): return "not(preceding-sibling::*)"
        case ("last-child", false): return "not(following-sibling::*)"
        case ("only-child", false): return "not(preceding-sibling::* or following-sibling::*)"
        case ("empty", false): return "not(* or text())"
        case ("first-of-type", false) where type != "*": return "not(preceding-sibling::\(type))"
        case ("last-of-type", false) where type != "*": return "not(following-sibling::\(type))"
        case ("nth-child", true): condition = try position("count(preceding-sibling::*)")
        case ("nth-last-child", true): condition = try position("count(following-sibling::*)")
        case ("nth-of-type", true) where type != "*":
            condition = try position("count(preceding-sibling::\(type))")
        case ("not", true): condition = try negation()
        default:
            throw fault(
                "':\(name)\(arguments ? "()" : "")' is not known here; :first-child, :last-child, :only-child, "
                    + ":nth-child(), :nth-last-child(), :first-of-type, :last-of-type and :nth-of-type() of a named element, "
                    + ":empty and :not() are", at: start)
        }
        skipBlanks()
        guard current == ")" else { throw unexpected(")") }
        at += 1
        return condition
    }

    mutating func negation() throws(PatternError) -> String {
        skipBlanks()
        let start = at
        if current == "*" {
            at += 1
            return "false()"
        }
        if startsName { return "not(self::\(Self.nodeTest(try name())))" }
        if current == ":", scalars[at...].starts(with: ":not".unicodeScalars) {
            throw fault(":not() may not be nested in :not()")
        }
        guard let condition = try simple(type: "*") else {
            throw fault(
                "expected one simple selector: a name, #id, .class, [attribute] or :pseudo-class", at: start)
        }
        return "not(\(condition))"
    }

    /// `odd`, `even`, `3`, `2n+1`, `-n+3`.
    mutating func position(_ before: String) throws(PatternError) -> String {
        let start = at
        var text = ""
        while let scalar = current, scalar != ")" {
            if !Self.isBlank(scalar) { text.unicodeScalars.append(scalar) }
            at += 1
        }
        guard let (step, offset) = Self.formula(text.lowercased()) else {
            throw fault("'\(text)' is not a position; expected odd, even, 3, 2n+1 or similar", at: start)
        }
        let distance = offset == 1 ? before : "(\(before) - \(offset - 1))"
        switch step {
        case 0: return "\(before) = \(offset - 1)"
        case 1...: return "\(distance) >= 0 and \(distance) mod \(step) = 0"
        default: return "\(distance) <= 0 and \(distance) mod \(-step) = 0"
        }
    }

    static func formula(_ text: String) -> (step: Int, offset: Int)? {
        switch text {
        case "odd": return (2, 1)
        case "even": return (2, 0)
        default: break
        }
        guard text.utf8.count <= 12 else { return nil }
        let parts = text.split(separator: "n", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return Int(text).map { (0, $0) } }
        let step: Int?
        switch parts[0] {
        case "", "+": step = 1
        case "-": step = -1
        default: step = Int(parts[0])
        }
        let offset =
            parts[1].isEmpty ? 0 : parts[1].first == "+" || parts[1].first == "-" ? Int(parts[1]) : nil
        guard let step, let offset else { return nil }
        return (step, offset)
    }
}
