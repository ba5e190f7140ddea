package import Diagnostics
package import StageKit

extension LocatedValue {
    /// A value as a pipeline file would hold it; of numbers, whole ones without a fraction.
    package init(_ value: JSONValue, at span: SourceSpan) {
        let content: Content =
            switch value {
            case .null: .null
            case .bool(let flag): .bool(flag)
            case .number: value.intValue.map(Content.integer) ?? .number(value.doubleValue ?? 0)
            case .string(let text): Self.content(text)
            case .array(let elements): .list(elements.map { LocatedValue($0, at: span) })
            case .object(let members): .map(members.map { Entry($0, at: span) })
            }
        self.init(content, at: span)
    }

    private static func content(_ text: String) -> Content {
        let secret = "$secrets."
        return text.hasPrefix(secret) ? .secret(String(text.dropFirst(secret.count))) : .string(text)
    }
}

extension LocatedValue.Entry {
    fileprivate init(_ member: JSONMember, at span: SourceSpan) {
        self.init(key: member.key, keySpan: span, value: LocatedValue(member.value, at: span))
    }
}

extension Stage {
    /// Makes a stage as the plan does.
    /// - Parameter values: what stands under `with:`, an object. A text that begins with `$secrets.` names an environment
    ///   variable.
    /// - Throws: all that is wrong with them.
    package init(_ values: JSONValue) throws(DiagnosticsError) {
        let span = SourceSpan(file: "test.yaml", line: 1, column: 1)
        var reader = ParameterReader(
            LocatedValue(values, at: span).entries, kind: Self.kind.name, at: span)
        try self.init(parameters: &reader)
    }

    /// What is said of parameters that are wrong, in the order of the file: messages with their hints.
    package static func complaints(about values: JSONValue) -> [String] {
        do {
            _ = try Self(values)
            return []
        } catch {
            return error.findings.map { finding in
                finding.hint.map { "\(finding.message) (\($0))" } ?? finding.message
            }
        }
    }
}
