internal import Console
package import Diagnostics
package import StageKit
internal import TextBasics

/// What `splitvote help stage` prints.
package enum KindHelp {
    /// One line for each kind.
    package static func list(_ registry: StageRegistry) -> [String] {
        var table = TextTable(.left, .left)
        for type in registry.kinds { table.add(type.kind.name, type.kind.summary) }
        return table.lines + ["", "splitvote help stage KIND shows an example, its keys and its figures."]
    }

    /// - Throws: `DiagnosticsError` if there is no such kind.
    package static func lines(_ name: String, _ registry: StageRegistry) throws(DiagnosticsError) -> [String]
    {
        guard let type = registry[name] else {
            throw DiagnosticsError(
                "there is no stage kind '\(name)'",
                hint: NearestName.hint(
                    for: name, among: registry.names,
                    then: "the kinds are \(registry.names.joined(separator: ", "))"))
        }
        return lines(of: type)
    }

    private static func lines(of type: any Stage.Type) -> [String] {
        let kind = type.kind
        let ports =
            kind.inputs.map { port in
                "  takes \(port.name): \(port.types.joined(separator: " or "))"
                    + (port.optional ? ", optional" : "")
                    + (port.many ? ", from one or several stages" : "")
            } + kind.outputs.map { "  gives \($0.name): \($0.types.joined(separator: " or "))" }
        let example = kind.example.split(separator: "\n", omittingEmptySubsequences: false).map { "  " + $0 }
        let figures =
            kind.figures.flatMap { item($0.name, [$0.summary.asSentence]) }
            + kind.figureFamilies.flatMap { item($0.name + ".…", [$0.summary.asSentence]) }
        return ["\(kind.name): \(kind.summary)", ""] + ports
            + ["", "Example, under 'stages':"] + example
            + ["", "Keys, under 'with':"] + KeyRow.all(of: type).flatMap(key)
            + (figures.isEmpty ? [] : ["", "Figures, for 'checks':"] + figures)
    }

    private static func key(_ row: KeyRow) -> [String] {
        let standard = row.isRequired ? "required" : row.standard.map { "default \($0)" } ?? ""
        let takes = row.takes.replacing("`", with: "")
        let facts = [takes, standard].filter { !$0.isEmpty }.joined(separator: "; ")
        return item(row.path, [row.help, facts.capitalized.asSentence])
    }

    /// A name, and below it sentences, in 80 columns.
    private static func item(_ name: String, _ sentences: [String]) -> [String] {
        ["  \(name)"] + sentences.filter { !$0.isEmpty }.flatMap { wrapped($0).map { "      " + $0 } }
    }

    /// Lines of at most 74 characters, cut at blanks.
    private static func wrapped(_ text: String) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= 74 {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
