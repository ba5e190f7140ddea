package import StageKit

/// The page of the reference about one stage kind.
package struct KindPage {
    private let type: any Stage.Type
    private var kind: StageKind { type.kind }

    package init(_ type: any Stage.Type) { self.type = type }

    package var markdown: String {
        """
        # \(kind.name)

        \(kind.summary)

        \(ports)
        \(example)
        \(keys)
        \(figures)
        """
    }

    private var ports: String {
        var table = MarkdownTable("Port", "Artifact", "")
        for port in kind.inputs {
            let notes = [port.optional ? "optional" : "", port.many ? "several stages" : ""]
                .filter { !$0.isEmpty }
            table.add(
                "takes \(port.name.asCode)", port.types.map(\.asCode).joined(separator: " or "),
                notes.joined(separator: ", "))
        }
        for port in kind.outputs {
            table.add("gives \(port.name.asCode)", port.types.map(\.asCode).joined(separator: " or "), "")
        }
        let facts = [
            kind.accumulates ? "Adds to the store; only its last result is current." : "",
            kind.asksItsSource ? "Runs whenever it is selected, because its source may have news." : "",
            kind.rulesLabels ? "Another value of one of its keys, given by `-S`, makes the run a trial." : "",
        ].filter { !$0.isEmpty }
        return table.text + (facts.isEmpty ? "" : "\n" + facts.joined(separator: " ") + "\n")
    }

    private var example: String {
        """
        ## Example

        <!-- block: example -->
        ```yaml
        \(kind.example)
        ```

        """
    }

    private var keys: String {
        let rows = KeyRow.all(of: type)
        guard !rows.isEmpty else { return "## Keys\n\nIt takes no keys.\n" }
        var table = MarkdownTable("Key", "What it does", "Takes", "Default", "Example")
        for row in rows {
            table.add(
                row.path.asCode, row.help, row.takes,
                row.isRequired ? "**required**" : row.standard?.asCode ?? "–",
                row.example.map { "\(row.name): \($0)".asCode } ?? "–")
        }
        return "## Keys\n\nUnder `with:`.\n\n" + table.text
    }

    private var figures: String {
        var table = MarkdownTable("Figure", "What it is")
        for figure in kind.figures { table.add(figure.name.asCode, figure.summary.capitalized.asSentence) }
        for family in kind.figureFamilies {
            table.add("\(family.name).…".asCode, family.summary.capitalized.asSentence)
        }
        let own = kind.reportsAnyFigure ? "Your program may report others by any name.\n" : ""
        guard !table.isEmpty else {
            return "## Figures\n\n" + (own.isEmpty ? "It reports no figures for checks.\n" : own)
        }
        let check = "{that: \(kind.figures.first?.name ?? ""), at_least: …}"
        return "## Figures\n\nFor `checks:`, as in `\(check)`.\(own.isEmpty ? "" : " " + own)\n\n"
            + table.text
    }
}

extension KindPage {
    /// The list of all kinds.
    package static func index(_ kinds: [any Stage.Type]) -> String {
        var table = MarkdownTable("Kind", "What a stage of it does")
        for type in kinds {
            table.add("[\(type.kind.name)](stages/\(type.kind.name).md)", type.kind.summary)
        }
        return """
            # Stage kinds

            What can stand after `uses:`. Each page has an example, every key and every figure for checks; \
            `splitvote help stage KIND` prints the same.

            \(table.text)
            """
    }
}
