internal import Diagnostics
internal import StageKit

extension JSONValue {
    /// As one would write it in a pipeline file, on one line.
    var flowText: String {
        switch self {
        case .null: return "null"
        case .bool(let value): return value ? "true" : "false"
        case .number(let digits):
            return intValue == nil ? doubleValue.map(NumberText.of) ?? digits : digits
        case .string(let text): return Self.isPlain(text) ? text : JSONValue.string(text).canonicalText
        case .array(let items): return "[" + items.map(\.flowText).joined(separator: ", ") + "]"
        case .object(let members):
            let inside = members.map { "\($0.key): \($0.value.flowText)" }
            return "{" + inside.joined(separator: ", ") + "}"
        }
    }

    /// Whether YAML takes it for this text without quotation marks.
    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, Double(text) == nil else { return false }
        let words: Set<String> = ["true", "false", "null", "yes", "no", "on", "off", "~"]
        let isLetter = first.properties.isAlphabetic || first == "_" || first == "/" || first == "$"
        let isUnitNumber = ("0"..."9").contains(first)
        let signs: Set<Unicode.Scalar> = ["_", "-", ".", "/", "$", "%", "+"]
        return (isLetter || isUnitNumber) && !words.contains(text.lowercased())
            && text.unicodeScalars.allSatisfy {
                $0.properties.isAlphabetic || $0.properties.numericType != nil || signs.contains($0)
            }
    }
}
