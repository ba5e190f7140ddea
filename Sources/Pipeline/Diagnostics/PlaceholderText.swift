/// Texts with placeholders in braces, `{name}`; `{{` and `}}` are literal braces.
package enum PlaceholderText {
    /// One piece of such a text.
    package enum Piece: Hashable, Sendable {
        case text(String)
        case placeholder(String)
    }

    /// `nil` if a brace is unmatched.
    package static func pieces(of text: String) -> [Piece]? {
        var pieces: [Piece] = []
        var plain = ""
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "{" where rest.first == "{", "}" where rest.first == "}":
                rest.removeFirst()
                plain.unicodeScalars.append(scalar)
            case "{":
                guard let close = rest.firstIndex(of: "}") else { return nil }
                if !plain.isEmpty { pieces.append(.text(plain)) }
                plain = ""
                pieces.append(.placeholder(String(rest[..<close])))
                rest = rest[rest.index(after: close)...]
            case "}": return nil
            default: plain.unicodeScalars.append(scalar)
            }
        }
        if !plain.isEmpty { pieces.append(.text(plain)) }
        return pieces
    }

    /// The text with values instead of placeholders. One without a value is left unchanged.
    package static func filled(_ text: String, _ values: [String: String]) -> String {
        guard let pieces = pieces(of: text) else { return text }
        return pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .placeholder(let name): values[name] ?? "{\(name)}"
            }
        }.joined()
    }
}
