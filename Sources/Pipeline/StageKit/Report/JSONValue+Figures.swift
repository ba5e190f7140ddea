internal import Charts

extension JSONValue {
    package func int(_ key: String) -> Int? { self[key]?.intValue }
    package func number(_ key: String) -> Double? { self[key]?.doubleValue }
    package func text(_ key: String) -> String? { self[key]?.stringValue }
    package func list(_ key: String) -> [JSONValue] { self[key]?.arrayValue ?? [] }

    /// A list of two rising numbers.
    package func range(_ key: String) -> ClosedRange<Double>? {
        let ends = list(key).compactMap(\.doubleValue)
        return ends.count == 2 && ends[0] <= ends[1] ? ends[0]...ends[1] : nil
    }

    /// A value in words, for a table of whatever there is.
    package var shownText: String {
        switch self {
        case .null: "–"
        case .bool(let value): value ? "yes" : "no"
        case .number: intValue.map(Numbers.grouped) ?? shownNumber(doubleValue ?? .nan)
        case .string(let value): value
        case .array(let items): items.map(\.shownText).joined(separator: ", ")
        case .object: canonicalText
        }
    }

    private func shownNumber(_ value: Double) -> String {
        abs(value) < 0.001 ? Numbers.small(value) : Numbers.trimmed(value, 4)
    }
}
