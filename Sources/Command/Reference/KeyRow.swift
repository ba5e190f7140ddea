internal import Diagnostics
package import StageKit

/// A key of a stage kind: what it takes, has by default and does, with an example.
package struct KeyRow: Hashable, Sendable {
    /// With a dot before each level of nested maps, as in `prior.per`.
    package let path: String
    package let takes: String
    /// As it would be written; `nil` if leaving the key out means "none".
    package let standard: String?
    package let isRequired: Bool
    /// A value as it would be written; `nil` for a map, whose keys have theirs.
    package let example: String?
    package let help: String

    /// The last part of the path, as in the file.
    package var name: String { path.split(separator: ".").last.map(String.init) ?? path }

    /// All keys of a kind, each map followed by what is in it.
    package static func all(of type: any Stage.Type) -> [KeyRow] {
        var reader = ParameterReader(describing: type.kind.name)
        // Without values nothing can be wrong; what was asked for has been noted in either case.
        _ = try? type.init(parameters: &reader)
        return rows(reader.specifications, below: "", values: type.kind.values)
    }

    private static func rows(
        _ specifications: [ParameterSpecification], below prefix: String, values: [String: String]
    ) -> [KeyRow] {
        specifications.flatMap { specification in
            let path = prefix + specification.key
            let members = members(of: specification, path: path, values: values)
            let example =
                values[path] ?? (members.isEmpty ? ExampleValue.of(specification) : word(specification.form))
            let row = KeyRow(
                path: path, takes: TakenText.of(specification.form, specification.unit),
                standard: specification.defaultValue?.flowText, isRequired: specification.required,
                example: example, help: specification.help)
            return [row] + members
        }
    }

    private static func members(
        of specification: ParameterSpecification, path: String, values: [String: String]
    ) -> [KeyRow] {
        switch specification.form {
        case .map(let inner), .mapOrWord(let inner, _), .maps(let inner):
            return rows(inner, below: path + ".", values: values)
        case .columns(let allowed, let required, let meanings):
            return allowed.map { name in
                KeyRow(
                    path: "\(path).\(name)", takes: "column name, or a list", standard: nil,
                    isRequired: required.contains(name), example: values["\(path).\(name)"],
                    help: meanings[name] ?? "")
            }
        case .outerRange(let bounds):
            let ends = [
                ("at_most", "Upper end of the lower part, included."),
                ("at_least", "Lower end of the upper part, included."),
            ]
            return ends.map { name, help in
                let standard = specification.defaultValue?[name]?.flowText
                return KeyRow(
                    path: "\(path).\(name)", takes: TakenText.of(.number(bounds), ""), standard: standard,
                    isRequired: false, example: standard, help: help)
            }
        default: return []
        }
    }

    /// A word that may stand in place of a map.
    private static func word(_ form: ParameterSpecification.Form) -> String? {
        if case .mapOrWord(_, let words) = form { words.first } else { nil }
    }
}

/// A value of a key that has no example of its own: the default, or another one where only two things can be said.
enum ExampleValue {
    static func of(_ specification: ParameterSpecification) -> String? {
        let standard = specification.defaultValue
        switch specification.form {
        case .bool: return standard == .bool(true) ? "false" : "true"
        case .choice(let words): return words.first { .string($0) != standard } ?? words.first
        case .strings(of: let words?) where standard == nil || standard == .array([]): return words.first
        case .stringsOrBool: return "false"
        case .integerOrWord(_, let words) where standard == nil: return words.first
        default: return standard?.flowText
        }
    }
}
