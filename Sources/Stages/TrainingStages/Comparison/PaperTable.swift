/// A small table that is written as Markdown or as LaTeX.
struct PaperTable {
    struct Cell: ExpressibleByStringLiteral {
        var text: String
        var isStrong = false

        init(_ text: String, isStrong: Bool = false) {
            self.text = text
            self.isStrong = isStrong
        }

        init(stringLiteral value: String) { self.init(value) }
    }

    var caption: String
    var head: [String]
    /// The first cell of each is its heading.
    var rows: [[Cell]]

    /// As GitHub reads it: numbers to the right.
    var markdown: String {
        func line(_ cells: [String]) -> String {
            "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
        }
        let rules = head.indices.map { $0 == 0 ? "---" : "---:" }
        return
            (["**\(caption)**", "", line(head), line(rules)]
            + rows.map { line($0.map { $0.isStrong ? "**\($0.text)**" : $0.text }) } + [""])
            .joined(separator: "\n")
    }

    /// For the package `booktabs`.
    var latex: String {
        func line(_ cells: [String]) -> String { "    " + cells.joined(separator: " & ") + " \\\\" }
        let columns = "l" + String(repeating: "r", count: max(0, head.count - 1))
        return
            ([
                "\\begin{table}", "  \\centering", "  \\caption{\(Self.escaped(caption))}",
                "  \\begin{tabular}{\(columns)}", "    \\toprule", line(head.map(Self.escaped)),
                "    \\midrule",
            ]
            + rows.map {
                line($0.map { $0.isStrong ? "\\textbf{\(Self.escaped($0.text))}" : Self.escaped($0.text) })
            }
            + ["    \\bottomrule", "  \\end{tabular}", "\\end{table}", ""]).joined(separator: "\n")
    }

    /// A text as LaTeX shows it.
    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "&", "%", "$", "#", "_", "{", "}": result += "\\\(character)"
            case "\\": result += "\\textbackslash{}"
            case "~": result += "\\textasciitilde{}"
            case "^": result += "\\textasciicircum{}"
            case "−": result += "$-$"
            case "±": result += "$\\pm$"
            case "–": result += "--"
            case "’": result += "'"
            case "<": result += "$<$"
            case ">": result += "$>$"
            default: result.append(character)
            }
        }
    }
}
