internal import JSON

/// Reads typed values and gathers what is wrong with them.
struct ConfigurationReader {
    let object: [String: JSONValue]
    var problems: [String] = []
    var badKeys: Set<String> = []

    init(object: [String: JSONValue]) { self.object = object }

    mutating func complain(_ key: String, _ text: String) {
        problems.append("'\(key)' \(text)")
        badKeys.insert(key)
    }

    mutating func integer(_ key: String, default fallback: Int?) -> Int {
        switch object[key] {
        case nil, .null:
            if let fallback { return fallback }
            complain(key, "is missing; it must be a whole number")
        case let value?:
            if let number = value.wholeNumber { return number }
            complain(key, "is \(value.shownText); it must be a whole number")
        }
        return fallback ?? 1
    }

    mutating func number(_ key: String, default fallback: Double) -> Double {
        optionalNumber(key) ?? fallback
    }

    mutating func optionalNumber(_ key: String) -> Double? {
        switch object[key] {
        case nil, .null: return nil
        case let value?:
            if let number = value.doubleValue { return number }
            complain(key, "is \(value.shownText); it must be a number")
            return nil
        }
    }

    mutating func string(_ key: String, default fallback: String, oneOf allowed: [String]) -> String {
        check(key, isOneOf: allowed)
        if case .string(let value)? = object[key] { return value }
        return fallback
    }

    /// The nonlinearity of the feed-forward part.
    mutating func activation(
        _ key: String, default fallback: TransformerPlan.Activation = .gelu
    ) -> TransformerPlan.Activation {
        let names = TransformerPlan.Activation.allCases.map(\.rawValue)
        return .init(rawValue: string(key, default: fallback.rawValue, oneOf: names)) ?? fallback
    }

    /// Complains of those keys that are true.
    mutating func refuse(_ keys: [String], _ reason: String) {
        for key in keys where object[key] == .bool(true) { problems.append("'\(key)' is true; \(reason)") }
    }

    mutating func check(_ key: String, isOneOf allowed: [String]) {
        switch object[key] {
        case nil, .null: return
        case .string(let value) where allowed.contains(value): return
        case let value?:
            let list = allowed.map { "\"\($0)\"" }.joined(separator: ", ")
            complain(key, "is \(value.shownText); supported: \(list)")
        }
    }
}
