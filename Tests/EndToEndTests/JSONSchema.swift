import Foundation

/// Checks JSON against a schema, as far as the schemas in `schemas/` go: type, const, enum, required, properties,
/// additionalProperties, items, minItems, maxItems, minimum, maximum and both exclusive, prefixItems, pattern, anyOf,
/// oneOf, $ref into $defs. Any other keyword is an error, so that nothing in a schema goes unchecked.
///
/// Source: JSON Schema, draft 2020-12.
struct JSONSchema {
    private let root: [String: Any]

    private static let notes: Set<String> = ["$schema", "title", "description", "$defs"]

    /// Reads `schemas/NAME.schema.json`.
    init(_ name: String) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "schemas")
        let data = try Data(contentsOf: folder.appending(path: "\(name).schema.json"))
        root = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }

    /// What is wrong with a JSON text, each with its place; empty if it fits.
    func problems(of text: String) -> [String] {
        do {
            let value = try JSONSerialization.jsonObject(
                with: Data(text.utf8), options: [.fragmentsAllowed])
            return check(value, root, at: "$")
        } catch {
            return ["this is not JSON: \(error)"]
        }
    }

    private func check(_ value: Any, _ schema: [String: Any], at place: String) -> [String] {
        var problems: [String] = []
        for (keyword, rule) in schema where !Self.notes.contains(keyword) {
            problems += check(value, keyword, rule, schema, at: place)
        }
        return problems
    }

    private func check(
        _ value: Any, _ keyword: String, _ rule: Any, _ schema: [String: Any], at place: String
    ) -> [String] {
        switch keyword {
        case "type":
            let types = rule as? [String] ?? [rule as? String ?? ""]
            return types.contains { Self.isType(value, $0) } ? [] : ["\(place) is no \(types)"]
        case "const": return Self.equal(value, rule) ? [] : ["\(place) is not \(rule)"]
        case "enum":
            let choices = rule as? [Any] ?? []
            return choices.contains { Self.equal(value, $0) } ? [] : ["\(place) is none of \(choices)"]
        case "required":
            guard let object = value as? [String: Any] else { return [] }
            return (rule as? [String] ?? []).filter { object[$0] == nil }.map { "\(place) has no \($0)" }
        case "properties":
            guard let object = value as? [String: Any], let rules = rule as? [String: [String: Any]] else {
                return []
            }
            return rules.flatMap { name, rule in
                object[name].map { check($0, rule, at: "\(place).\(name)") } ?? []
            }
        case "additionalProperties": return checkOthers(value, rule, schema, at: place)
        case "items":
            guard let items = value as? [Any], let rule = rule as? [String: Any] else { return [] }
            return items.enumerated().flatMap { check($1, rule, at: "\(place)[\($0)]") }
        case "minimum", "maximum":
            guard let number = (value as? NSNumber)?.doubleValue, let limit = (rule as? NSNumber)?.doubleValue
            else { return [] }
            let fits = keyword == "minimum" ? number >= limit : number <= limit
            return fits ? [] : ["\(place) is \(number), \(keyword) \(limit)"]
        case "minItems", "maxItems":
            guard let items = value as? [Any], let limit = (rule as? NSNumber)?.intValue else { return [] }
            let fits = keyword == "minItems" ? items.count >= limit : items.count <= limit
            return fits ? [] : ["\(place) has \(items.count) items, \(keyword) \(limit)"]
        case "exclusiveMinimum", "exclusiveMaximum":
            guard let number = (value as? NSNumber)?.doubleValue, let limit = (rule as? NSNumber)?.doubleValue
            else { return [] }
            let fits = keyword == "exclusiveMinimum" ? number > limit : number < limit
            return fits ? [] : ["\(place) is \(number), \(keyword) \(limit)"]
        case "prefixItems":
            guard let items = value as? [Any], let rules = rule as? [[String: Any]] else { return [] }
            return zip(items, rules).enumerated().flatMap {
                check($1.0, $1.1, at: "\(place)[\($0)]")
            }
        case "pattern":
            guard let text = value as? String, let pattern = rule as? String else { return [] }
            return text.range(of: pattern, options: .regularExpression) != nil
                ? [] : ["\(place) does not match \(pattern)"]
        case "anyOf", "oneOf":
            let found = (rule as? [[String: Any]] ?? []).map { check(value, $0, at: place) }
            let fitting = found.count { $0.isEmpty }
            if fitting == 1 || (keyword == "anyOf" && fitting > 0) { return [] }
            return ["\(place) fits \(fitting) of \(keyword): \(found.min { $0.count < $1.count } ?? [])"]
        case "$ref":
            let name = (rule as? String)?.split(separator: "/").last.map(String.init) ?? ""
            guard let target = (root["$defs"] as? [String: [String: Any]])?[name] else {
                return ["the schema has no \(rule)"]
            }
            return check(value, target, at: place)
        default: return ["the schema has the keyword \(keyword), which is not checked here"]
        }
    }

    private func checkOthers(
        _ value: Any, _ rule: Any, _ schema: [String: Any], at place: String
    ) -> [String] {
        guard let object = value as? [String: Any] else { return [] }
        let known = schema["properties"] as? [String: Any] ?? [:]
        let others = object.filter { known[$0.key] == nil }
        if let isAllowed = rule as? Bool {
            return isAllowed ? [] : others.keys.map { "\(place) has the unknown key \($0)" }
        }
        let rule = rule as? [String: Any] ?? [:]
        return others.flatMap { check($1, rule, at: "\(place).\($0)") }
    }

    private static func isType(_ value: Any, _ type: String) -> Bool {
        switch type {
        case "null": value is NSNull
        case "string": value is String
        case "array": value is [Any]
        case "object": value is [String: Any]
        case "boolean": isBoolean(value)
        case "integer":
            !isBoolean(value)
                && (value as? NSNumber).map { $0.doubleValue.rounded() == $0.doubleValue } == true
        case "number": !isBoolean(value) && value is NSNumber
        default: false
        }
    }

    private static func isBoolean(_ value: Any) -> Bool {
        guard let number = value as? NSNumber else { return false }
        return String(cString: number.objCType) == "c"
    }

    private static func equal(_ left: Any, _ right: Any) -> Bool {
        guard let left = left as? NSObject, let right = right as? NSObject else { return false }
        return left == right
    }
}
