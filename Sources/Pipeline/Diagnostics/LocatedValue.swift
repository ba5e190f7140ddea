/// A value of a configuration file together with the place it was read from.
public struct LocatedValue: Hashable, Sendable {
    public enum Content: Hashable, Sendable {
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
    public struct Entry: Hashable, Sendable {
        public var key: String
        public var keySpan: SourceSpan
        public var value: LocatedValue

        public init(key: String, keySpan: SourceSpan, value: LocatedValue) {
            self.key = key
            self.keySpan = keySpan
            self.value = value
        }
    }

    public var content: Content
    public var span: SourceSpan
    /// The reference that this value came through, such as `params.min_votes`; `nil` for a literal.
    public var origin: String?
    /// What a message says of that reference: which value it has and where this was set.
    public var originNote: String?

    public init(_ content: Content, at span: SourceSpan, origin: String? = nil, originNote: String? = nil) {
        self.content = content
        self.span = span
        self.origin = origin
        self.originNote = originNote
    }

    /// The entries of a map, or nothing where the value is not a map.
    public var entries: [Entry] {
        if case .map(let entries) = content { entries } else { [] }
    }

    public subscript(key: String) -> LocatedValue? {
        entries.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
    }

    /// How the value reads in a message: `20`, `'news'`, `a list of 3`, `a map`.
    public var summary: String {
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
