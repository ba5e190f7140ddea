internal import Diagnostics
internal import Yams

/// Parses YAML into nodes, and turns what the parser says into findings.
enum YAMLText {
    /// The root of the only document, with the text it was read from, and the true names of keys that had to be
    /// renamed because they occur twice in one map.
    struct Composed {
        var root: Node?
        var source: SourceText
        var renamedKeys: [Place: String]
    }

    struct Place: Hashable {
        var line: Int
        var column: Int
    }

    /// - Throws: one finding where the text is not YAML, or holds several documents.
    static func compose(_ source: SourceText) throws(DiagnosticsError) -> Composed {
        try refuseAliasStorm(source)
        var source = source
        var renamed: [Place: String] = [:]
        while true {
            let problem: YamlError
            do {
                return Composed(
                    root: try Yams.compose(yaml: source.text, .basic, .default, .utf8), source: source,
                    renamedKeys: renamed)
            } catch let error as YamlError {
                problem = error
            } catch {
                throw DiagnosticsError("this is not valid YAML", at: source.start)
            }
            guard
                case .duplicatedKeysInMapping(let names, let context) = problem, renamed.count < 32,
                let changed = rename(names.first ?? "", at: context.mark, in: source, &renamed)
            else { throw DiagnosticsError(file: source.file, findings: [finding(problem, source)]) }
            source = changed
        }
    }

    /// Gives the first of two equal keys another first character, so that the parser, which stops at such a pair,
    /// continues and both places can be shown. `nil` if the key's spelling does not allow it.
    private static func rename(
        _ name: String, at mark: Mark, in source: SourceText, _ renamed: inout [Place: String]
    ) -> SourceText? {
        guard let first = source.scalar(line: mark.line, column: mark.column) else { return nil }
        let column = first == "\"" || first == "'" ? mark.column + 1 : mark.column
        guard let old = source.scalar(line: mark.line, column: column),
            !"&*!?\\\"' ".unicodeScalars.contains(old),
            let substitute = Unicode.Scalar(0xE000 + UInt32(renamed.count)),
            old.value < 0xE000 || old.value > 0xE0FF
        else { return nil }
        renamed[Place(line: mark.line, column: mark.column)] = name
        return source.replacing(line: mark.line, column: column, with: substitute)
    }
}

extension YAMLText {
    /// Anchors are refused in any case, but only after parsing. A few nested ones could make that take for ever.
    private static func refuseAliasStorm(_ source: SourceText) throws(DiagnosticsError) {
        var anchors = 0
        var aliases = 0
        var place = Place(line: 1, column: 1)
        var line = 1
        var column = 0
        var previous: Unicode.Scalar = "\n"
        for scalar in source.text.unicodeScalars {
            if previous == "\n" && column > 0 { (line, column) = (line + 1, 0) }
            column += 1
            if " \n\t[{,?-:".unicodeScalars.contains(previous) {
                if scalar == "&" { anchors += 1 }
                if scalar == "*" {
                    aliases += 1
                    place = Place(line: line, column: column)
                }
            }
            previous = scalar
        }
        if anchors > 2, aliases > 16 {
            throw DiagnosticsError(
                "aliases are not used in a pipeline file",
                at: source.span(line: place.line, column: place.column),
                hint: aliasHint)
        }
    }

    static let aliasHint = "name the value under 'params' and write $params.NAME where it is used"

    private static func finding(_ error: YamlError, _ source: SourceText) -> Finding {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            return finding(problem, context, mark, source)
        case .duplicatedKeysInMapping(let names, let context):
            let name = names.first ?? ""
            return .error(
                "the key '\(name)' occurs twice in one map",
                at: source.span(line: context.mark.line, column: context.mark.column),
                hint: "keep one of the two")
        case .reader(let problem, _, _, _):
            return .error("this is not valid YAML: \(problem)", at: source.start)
        default:
            return .error("this is not valid YAML", at: source.start)
        }
    }

    private static func finding(
        _ problem: String, _ context: YamlError.Context?, _ mark: Mark, _ source: SourceText
    ) -> Finding {
        let span = source.span(line: mark.line, column: mark.column)
        if problem == "but found another document" {
            return .error(
                "a second document starts here; a pipeline file is one document", at: span,
                hint: "put each pipeline into its own file")
        }
        if problem == "found undefined alias" {
            return .error(
                "a value that starts with * is an alias in YAML, and no anchor has this name", at: span,
                hint: "put a text that starts with * in quotes")
        }
        var message = "this is not valid YAML: \(problem)"
        if let context {
            let said = context.text.trimmingPrefix { $0 == " " }
            message += " (\(said), line \(context.mark.line))"
        }
        return .error(
            message, at: span, hint: hint(problem, source.scalar(line: span.line, column: span.column)))
    }

    private static func hint(_ problem: String, _ character: Unicode.Scalar?) -> String? {
        switch character {
        case "\t": return "indent with spaces, not with tabs"
        case "@", "`", "%": return "put a text that starts with this character in quotes"
        default: break
        }
        if problem.hasPrefix("mapping values are not allowed") {
            return "check the indentation; a text that holds ': ' needs quotes"
        }
        if problem.hasPrefix("could not find expected ':'") {
            return "a key is followed by ': ' and its value"
        }
        if problem.contains("expected ',' or") {
            return "close the bracket, or put a comma before the next item"
        }
        if problem.hasPrefix("did not find expected alphabetic") {
            return "put a text that starts with & or * in quotes"
        }
        if problem.hasPrefix("found unexpected end of stream") { return "a quote or a bracket is not closed" }
        return nil
    }
}
