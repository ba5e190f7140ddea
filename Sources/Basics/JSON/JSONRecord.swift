/// What can be the value of a JSON member.
package protocol JSONRepresentable: Hashable, Sendable {
    /// `nil` if this is not what ``json`` makes of such a value.
    init?(json: JSONValue)
    var json: JSONValue { get }
}

/// A value that is kept as a JSON object. Each member is declared once, in ``fields``, and both written and read by
/// that declaration, so that no name can be spelled in two ways.
package protocol JSONRecord: JSONRepresentable {
    /// What is known before anything is read.
    init()
    static var fields: [JSONField<Self>] { get }
}

extension JSONRecord {
    /// Members that the record does not know are passed over; one that is missing, null where that is no value, or of
    /// another type stays as ``init()`` has it.
    /// - Returns: `nil` if a required member is missing, or this is not an object.
    package init?(json: JSONValue) {
        self.init()
        if !readFields(of: json) { return nil }
    }

    /// The members that have a value, in the order of their declarations.
    package var json: JSONValue { fieldsJSON }

    /// Takes over the declared members; for records that have others beside them.
    /// - Returns: `false` if a required member is missing, or this is not an object.
    package mutating func readFields(of json: JSONValue) -> Bool {
        guard let members = json.objectValue else { return false }
        return Self.fields.allSatisfy { $0.read(members[$0.name], &self) }
    }

    /// The declared members that have a value; for records that have others beside them.
    package var fieldsJSON: JSONValue {
        .object(
            Self.fields.compactMap { field in field.write(self).map { JSONMember(field.name, $0) } })
    }

    /// The declaration of a member.
    package static func field(_ path: PartialKeyPath<Self>) -> JSONField<Self> {
        guard let field = fields.first(where: { $0.path == path }) else {
            preconditionFailure("\(Self.self) does not declare \(path)")
        }
        return field
    }

    /// The name of a member.
    package static func name(_ path: PartialKeyPath<Self>) -> String { field(path).name }

    /// Names of members, in this order.
    package static func names(_ paths: PartialKeyPath<Self>...) -> [String] { paths.map { name($0) } }
}

/// A member of a ``JSONRecord``: its name and where its value is kept.
package struct JSONField<Record>: Sendable {
    package let name: String
    /// What it is, with its unit or range; empty for one that nobody asks for by its name.
    package let summary: String
    fileprivate let path: any PartialKeyPath<Record> & Sendable
    /// - Returns: whether the record can do with that.
    fileprivate let read: @Sendable (JSONValue?, inout Record) -> Bool
    fileprivate let write: @Sendable (Record) -> JSONValue?

    /// A member that may be missing.
    package init<Value: JSONRepresentable>(
        _ name: String, _ path: any WritableKeyPath<Record, Value?> & Sendable, _ summary: String = ""
    ) {
        self.name = name
        self.summary = summary
        self.path = path
        read = { json, record in
            if let value = json.flatMap(Value.init(json:)) { record[keyPath: path] = value }
            return true
        }
        write = { $0[keyPath: path]?.json }
    }

    /// A member without which there is no such record.
    package init<Value: JSONRepresentable>(
        required name: String, _ path: any WritableKeyPath<Record, Value> & Sendable, _ summary: String = ""
    ) {
        self.name = name
        self.summary = summary
        self.path = path
        read = { json, record in
            guard let value = json.flatMap(Value.init(json:)) else { return false }
            record[keyPath: path] = value
            return true
        }
        write = { $0[keyPath: path].json }
    }
}

extension JSONValue: JSONRepresentable {
    package init?(json: JSONValue) { self = json }
    package var json: JSONValue { self }
}

extension Int: JSONRepresentable {
    package init?(json: JSONValue) {
        guard let value = json.intValue else { return nil }
        self = value
    }
    package var json: JSONValue { .integer(self) }
}

extension Double: JSONRepresentable {
    package init?(json: JSONValue) {
        guard let value = json.doubleValue else { return nil }
        self = value
    }
    package var json: JSONValue { .number(self) }
}

extension Bool: JSONRepresentable {
    package init?(json: JSONValue) {
        guard let value = json.boolValue else { return nil }
        self = value
    }
    package var json: JSONValue { .bool(self) }
}

extension String: JSONRepresentable {
    package init?(json: JSONValue) {
        guard let value = json.stringValue else { return nil }
        self = value
    }
    package var json: JSONValue { .string(self) }
}

/// Elements of another type are passed over.
extension Array: JSONRepresentable where Element: JSONRepresentable {
    package init?(json: JSONValue) {
        guard let elements = json.arrayValue else { return nil }
        self = elements.compactMap(Element.init(json:))
    }
    package var json: JSONValue { .array(map(\.json)) }
}

/// An object with any names; values of another type are passed over.
extension Dictionary: JSONRepresentable where Key == String, Value: JSONRepresentable {
    package init?(json: JSONValue) {
        guard let members = json.objectValue else { return nil }
        self = members.compactMapValues(Value.init(json:))
    }
    package var json: JSONValue { .object(mapValues(\.json)) }
}

/// A list of two numbers, the lower one first.
extension ClosedRange: JSONRepresentable where Bound == Double {
    package init?(json: JSONValue) {
        let ends = (json.arrayValue ?? []).compactMap(\.doubleValue)
        guard ends.count == 2, ends[0] <= ends[1] else { return nil }
        self = ends[0]...ends[1]
    }
    package var json: JSONValue { [.number(lowerBound), .number(upperBound)] }
}
