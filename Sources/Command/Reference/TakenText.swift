internal import StageKit

/// What a key takes, in words.
enum TakenText {
    static func of(_ form: ParameterSpecification.Form, _ unit: String) -> String {
        switch form {
        case .integer, .number, .integerOrWord, .wordOrNumbers, .range, .outerRange: number(form, unit)
        case .bool: "true or false"
        case .string: "text"
        case .choice(let words): "one of " + list(words)
        case .strings(of: let words):
            words.map { "one or several of " + list($0) } ?? "text, or a list of texts"
        case .stringsOrBool(let words): "true, false, or one or several of " + list(words)
        case .duration: "duration, such as `72h`"
        case .durations: "durations, such as `[1h, 3d]`"
        case .size: "size, such as `20GB`"
        case .shares: "map from names to shares, which add up to 1"
        case .dates: "map from sides to dates"
        case .columns: "map from what a column holds to its name"
        case .map: "map"
        case .mapOrWord(_, let words): "map, or " + list(words)
        case .maps: "map, or a list of maps"
        case .file: "path of a file"
        case .folder: "path of a folder"
        case .filePatterns: "path, or a list of paths, with `*` and `?`"
        case .outputPath(let placeholders), .outputPaths(let placeholders):
            (form.isMapOfPaths ? "map from names to paths" : "path") + placeholdersText(placeholders)
        case .secret: "reference to a secret, `$secrets.NAME`"
        case .names: "list of names, or a map from values to names"
        case .values: "map from names to values"
        case .environment: "map from variables to texts or secrets"
        }
    }

    private static func number(_ form: ParameterSpecification.Form, _ unit: String) -> String {
        switch form {
        case .integer(let bounds): return "whole number, " + Bounds.text(bounds, unit)
        case .number(let bounds):
            return "number, " + Bounds.text(bounds, unit)
                + (bounds.upperBound <= 1 ? ", or a percentage" : "")
        case .integerOrWord(let bounds, let words):
            return "whole number, \(Bounds.text(bounds, unit)), or \(list(words))"
        case .wordOrNumbers(let words, let bounds):
            return "\(list(words)), or a list of numbers, \(Bounds.text(bounds, unit))"
        case .range(let bounds):
            return "`[lower, upper]`, both included, \(Bounds.text(bounds, unit))"
        case .outerRange(let bounds): return "map of two bounds, \(Bounds.text(bounds, unit))"
        default: return ""
        }
    }

    /// `a`, `b` or `c`
    private static func list(_ words: [String]) -> String {
        let codes = words.map(\.asCode)
        guard codes.count > 1 else { return codes.first ?? "" }
        return codes.dropLast().joined(separator: ", ") + " or " + codes[codes.count - 1]
    }

    private static func placeholdersText(_ names: [String]) -> String {
        names.isEmpty ? "" : ", with " + list(names.map { "{\($0)}" })
    }
}

extension ParameterSpecification.Form {
    fileprivate var isMapOfPaths: Bool {
        if case .outputPaths = self { true } else { false }
    }
}
