internal import JSON
package import WebFormats

/// What a POST sends, with placeholders.
package enum RequestBody: Hashable, Sendable {
    /// Names and values of a form, in their order.
    case form([RequestHeader])
    case json(JSONTemplate)

    /// - Throws: ``/WebFormats/MissingValue``.
    package func filled(_ values: [String: String]) throws(MissingValue) -> PlannedBody {
        switch self {
        case .form(let fields):
            var parts: [String] = []
            for field in fields {
                parts.append(
                    "\(Percent.encoded(field.name))=\(Percent.encoded(try field.value.filled(values)))")
            }
            return PlannedBody(
                text: parts.joined(separator: "&"), contentType: "application/x-www-form-urlencoded")
        case .json(let template):
            let text = String(decoding: try template.filled(values).encoded(), as: UTF8.self)
            return PlannedBody(text: text, contentType: "application/json")
        }
    }

    /// Names of all placeholders.
    package var names: [String] {
        switch self {
        case .form(let fields): fields.flatMap(\.value.names)
        case .json(let template): template.names
        }
    }
}

/// A body to be sent.
package struct PlannedBody: Hashable, Sendable {
    package var text: String
    package var contentType: String

    package init(text: String, contentType: String) {
        self.text = text
        self.contentType = contentType
    }
}

/// A JSON value with placeholders in its texts. A text that is `{size}`, `{page}` or `{offset}` alone becomes a number.
package indirect enum JSONTemplate: Hashable, Sendable {
    case null
    case boolean(Bool)
    /// Its digits.
    case number(String)
    case text(RequestText)
    case list([JSONTemplate])
    case map([Member])

    package struct Member: Hashable, Sendable {
        package var key: String
        package var value: JSONTemplate

        package init(_ key: String, _ value: JSONTemplate) {
            self.key = key
            self.value = value
        }
    }

    private static let counters: Set<String> = ["{size}", "{page}", "{offset}"]

    func filled(_ values: [String: String]) throws(MissingValue) -> JSONValue {
        switch self {
        case .null: return .null
        case .boolean(let value): return .bool(value)
        case .number(let digits): return .number(digits)
        case .text(let text):
            let filled = try text.filled(values)
            return Self.counters.contains(text.text) ? .number(filled) : .string(filled)
        case .list(let items):
            var nodes: [JSONValue] = []
            for item in items { nodes.append(try item.filled(values)) }
            return .array(nodes)
        case .map(let members):
            var nodes: [JSONMember] = []
            for member in members { nodes.append(JSONMember(member.key, try member.value.filled(values))) }
            return .object(nodes)
        }
    }

    package var names: [String] {
        switch self {
        case .text(let text): text.names
        case .list(let items): items.flatMap(\.names)
        case .map(let members): members.flatMap(\.value.names)
        default: []
        }
    }
}
