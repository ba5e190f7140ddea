/// HTML that is safe to put on the page: text is escaped on the way in, and nothing else gets in by accident.
///
/// Each Unicode scalar is examined separately: a quotation mark followed by a combining accent is another `Character`
/// than the quotation mark, and ends an attribute all the same.
///
/// A picture or table carries itself as a file too, which can be written beside the page.
package struct Markup: Hashable, Sendable {
    package private(set) var html: String
    /// Its pictures and tables, in the order of the page.
    package private(set) var files: [ReportFile] = []

    /// Escapes a text for use between tags and inside quoted attributes. Control characters, which HTML does not
    /// allow, become U+FFFD.
    package init(text: String) {
        var escaped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped.append(contentsOf: "&amp;".unicodeScalars)
            case "<": escaped.append(contentsOf: "&lt;".unicodeScalars)
            case ">": escaped.append(contentsOf: "&gt;".unicodeScalars)
            case "\"": escaped.append(contentsOf: "&quot;".unicodeScalars)
            case "'": escaped.append(contentsOf: "&#39;".unicodeScalars)
            case "\t", "\n": escaped.append(scalar)
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": escaped.append("\u{FFFD}")
            default: escaped.append(scalar)
            }
        }
        html = String(escaped)
    }

    /// Takes HTML that this program wrote itself.
    package init(trusted html: String, files: [ReportFile] = []) {
        self.html = html
        self.files = files
    }

    /// An element. Attribute values are escaped; names are the caller's own.
    package static func element(_ name: String, _ attributes: [(String, String)] = [], _ content: Markup...)
        -> Markup
    {
        element(name, attributes, content)
    }

    package static func element(_ name: String, _ attributes: [(String, String)], _ content: [Markup])
        -> Markup
    {
        var html = "<\(name)"
        for (key, value) in attributes { html += " \(key)=\"\(Markup(text: value).html)\"" }
        html += content.isEmpty ? "/>" : ">\(content.map(\.html).joined())</\(name)>"
        return Markup(trusted: html, files: content.flatMap(\.files))
    }

    /// Each on its own line, with a line end before the first.
    package static func lines(_ markups: [Markup]) -> Markup {
        Markup(
            trusted: "\n" + markups.map { $0.html + "\n" }.joined(), files: markups.flatMap(\.files))
    }

    package static func + (left: Markup, right: Markup) -> Markup {
        Markup(trusted: left.html + right.html, files: left.files + right.files)
    }
}

/// A picture or table of a page as a separate file.
package struct ReportFile: Hashable, Sendable {
    /// ASCII letters, digits and hyphens, with `.svg` or `.tsv` at the end.
    package var name: String
    package var text: String

    package init(name: String, text: String) {
        self.name = name
        self.text = text
    }

    /// A title as the name of a file: `Comments by label` as `comments-by-label`; at most 60 characters.
    static func name(of title: String) -> String {
        let letters = title.lowercased().unicodeScalars.map { scalar -> Character in
            scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
                ? Character(scalar) : "-"
        }
        let words = String(letters).split(separator: "-").joined(separator: "-")
        return words.isEmpty ? "table" : String(words.prefix(60))
    }
}

extension Markup: ExpressibleByStringInterpolation {
    package init(stringLiteral value: String) { self.init(text: value) }
}
