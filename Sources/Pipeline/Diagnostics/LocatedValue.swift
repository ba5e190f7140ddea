/// A value of a configuration file together with the place it was read from.
package struct LocatedValue: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        case null
        case bool(Bool)
        case integer(Int)
        case number(Double)
        case string(String)
        case list([LocatedValue])
        case map([Entry])
        /// A whole-value reference such as `$params.min_votes`, without the dollar sign.
        case reference(String)
        /// A reference to a secret, resolved to the environment variable that holds it.
        case secret(String)
    }

    /// A key and its value, in the order of the file.
    package struct Entry: Hashable, Sendable {
        package var key: String
        package var keySpan: SourceSpan
        package var value: LocatedValue

        package init(key: String, keySpan: SourceSpan, value: LocatedValue) {
            self.key = key
            self.keySpan = keySpan
            self.value = value
        }
    }

    package var content: Content
    package var span: SourceSpan
    /// The reference that this value came through, such as `params.min_votes`; `nil` for a literal.
    package var origin: String?
    /// What a message says of that reference: which value it has and where this was set.
    package var originNote: String?

    package init(_ content: Content, at span: SourceSpan, origin: String? = nil, originNote: String? = nil) {
        self.content = content
        self.span = span
        self.origin = origin
        self.originNote = originNote
    }

    /// The entries of a map, or nothing where the value is not a map.
    package var entries: [Entry] {
        if case .map(let entries) = content { entries } else { [] }
    }

    package subscript(key: String) -> LocatedValue? {
        entries.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
    }

    /// How the value reads in a message: `20`, `'news'`, `a list of 3`, `a map`.
    package var summary: String {
        switch content {
        case .null: "nothing"
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .number(let value): String(value)
        case .string(let value): Self.quoted(value)
        case .list(let items): "a list of \(items.count)"
        case .map: "a map"
        case .reference(let name): "$\(name)"
        case .secret: "a secret"
        }
    }

    /// A text in quotes, cut where it is too long for a message.
    private static func quoted(_ text: String) -> String {
        let most = 60
        guard text.unicodeScalars.count > most else { return "'\(text)'" }
        var start = String.UnicodeScalarView()
        start.append(contentsOf: text.unicodeScalars.prefix(most))
        return "'\(String(start))…'"
    }
}
