/// Reads a page's tags as strictly as this project writes them.
struct PageScanner {
    struct Problem: Error, CustomStringConvertible {
        var description: String
    }

    private(set) var elements: [String] = []
    private(set) var attributes: [(element: String, name: String, value: String)] = []

    private static let void: Set<String> = ["meta", "!DOCTYPE"]

    /// - Throws: at the first tag that is not closed, not open, or whose attributes are not `name="value"`.
    init(_ html: String) throws {
        var open: [String] = []
        var rest = Array(html.unicodeScalars)[...]
        while let start = rest.firstIndex(of: "<") {
            guard let end = Self.end(of: rest[start...]) else {
                throw Problem(description: "tag without end")
            }
            let tag = String(String.UnicodeScalarView(rest[(start + 1)..<end]))
            rest = rest[(end + 1)...]
            if tag.hasPrefix("/") {
                let name = String(tag.dropFirst())
                guard open.popLast() == name else { throw Problem(description: "</\(name)> is not open") }
                continue
            }
            let name = try read(tag)
            if name == "style" {
                // Raw text up to its end tag.
                guard let close = rest.firstIndex(of: "<") else {
                    throw Problem(description: "style without end")
                }
                rest = rest[close...]
            }
            if !tag.hasSuffix("/"), !Self.void.contains(name) { open.append(name) }
        }
        guard open.isEmpty else { throw Problem(description: "not closed: \(open)") }
    }

    private mutating func read(_ tag: String) throws -> String {
        var rest = Array(tag.unicodeScalars)[...]
        if rest.last == "/" { rest = rest.dropLast() }
        func take(while matches: (Unicode.Scalar) -> Bool) -> String {
            let part = rest.prefix { matches($0) }
            rest = rest[(rest.startIndex + part.count)...]
            return String(String.UnicodeScalarView(part))
        }
        let isName = { (scalar: Unicode.Scalar) in
            scalar.isASCII
                && (scalar.properties.isAlphabetic || "!-:0123456789".unicodeScalars.contains(scalar))
        }
        let name = take(while: isName)
        elements.append(name)
        guard !name.isEmpty else { throw Problem(description: "not a tag: <\(tag)>") }
        if name == "!DOCTYPE" { return name }
        while !rest.isEmpty {
            guard take(while: { $0 == " " }) == " " else { throw Problem(description: "<\(tag)>") }
            let key = take(while: isName)
            guard !key.isEmpty, rest.prefix(2).elementsEqual("=\"".unicodeScalars) else {
                throw Problem(description: "attribute of <\(tag)>")
            }
            rest = rest.dropFirst(2)
            let value = take { $0 != "\"" }
            guard rest.first == "\"" else { throw Problem(description: "open attribute of <\(tag)>") }
            rest = rest.dropFirst()
            attributes.append((name, key, value))
        }
        return name
    }

    /// The tag's `>`, not counting those in quoted values.
    private static func end(of tag: ArraySlice<Unicode.Scalar>) -> Int? {
        var isQuoted = false
        for index in tag.indices {
            if tag[index] == "\"" { isQuoted.toggle() }
            if tag[index] == ">", !isQuoted { return index }
        }
        return nil
    }
}
