/// A table beside a chart.
package struct Table {
    package struct Cell {
        package var content: Markup
        /// What it says, without markup.
        package var plain: String
        package var isNumber: Bool
        /// Whether it may be broken anywhere, as codes may.
        var isCode = false

        package static func text(_ text: String) -> Cell {
            Cell(content: Markup(text: text), plain: text, isNumber: false)
        }
        package static func number(_ text: String) -> Cell {
            Cell(content: Markup(text: text), plain: text, isNumber: true)
        }
        package static func count(_ value: Int) -> Cell { number(Numbers.grouped(value)) }
        package static func code(_ text: String) -> Cell {
            Cell(
                content: .element("code", [], Markup(text: text)), plain: text, isNumber: false, isCode: true)
        }
    }

    package var caption: String
    package var head: [String]
    /// The first cell of each row is its heading.
    package var rows: [[Cell]]
    /// Rows set apart, such as a total.
    package var strong: Set<Int>

    package init(caption: String, head: [String], rows: [[Cell]], strong: Set<Int> = []) {
        self.caption = caption
        self.head = head
        self.rows = rows
        self.strong = strong
    }

    package func markup() -> Markup {
        let stacking = stacking
        let isNumber = head.indices.map { column in
            rows.contains { $0.indices.contains(column) && $0[column].isNumber }
        }
        let titles = zip(head, isNumber).map { title, isNumber in
            "<th scope=\"col\"\(Self.style(isNumber))>\(Markup(text: title).html)</th>"
        }
        let body = rows.enumerated().map { index, cells in
            let first = cells.first
            let heading =
                "<th scope=\"row\"\(Self.style(first?.isNumber ?? false))>\(first?.content.html ?? "")</th>"
            let others = zip(head, cells).dropFirst().map { title, cell in
                let label = stacking.isEmpty ? "" : " data-label=\"\(Markup(text: title).html)\""
                return "<td\(Self.style(cell.isNumber))\(label)>\(cell.content.html)</td>"
            }
            let row = strong.contains(index) ? "<tr class=\"strong\">" : "<tr>"
            return "\(row)\(heading)\(others.joined())</tr>\n"
        }
        return Markup(
            trusted: """
                <div class="table\(stacking)"><table>
                <caption>\(Markup(text: caption).html)</caption>
                <thead><tr>\(titles.joined())</tr></thead>
                <tbody>
                \(body.joined())</tbody>
                </table></div>

                """, files: [file])
    }

    /// As tab-separated values; line ends and tabs in a cell become spaces, and numbers lose the commas of thousands.
    private var file: ReportFile {
        let lines = [head] + rows.map { $0.map { $0.isNumber ? Self.bare($0.plain) : $0.plain } }
        let text = lines.map { cells in
            cells.map { cell in
                String(cell.map { $0 == "\t" || $0.isNewline ? " " : $0 })
            }.joined(separator: "\t") + "\n"
        }
        return ReportFile(name: ReportFile.name(of: caption) + ".tsv", text: text.joined())
    }

    /// `−1,234` as `-1234`: what programs read. A dash for nothing is an empty cell.
    private static func bare(_ number: String) -> String {
        number == "–" ? "" : String(number.filter { $0 != "," }.map { $0 == "−" ? "-" : $0 })
    }

    /// How narrow a place must be for its rows to be shown as lists, by the room that its columns need.
    private var stacking: String {
        let needed = head.indices.reduce(0.0) { sum, column in
            let title = Self.longestWord(head[column], size: 13)
            let widest = rows.map { cells -> Double in
                guard cells.indices.contains(column) else { return 0 }
                let cell = cells[column]
                if cell.isNumber { return TextLayout.width(cell.plain, size: 14) }
                if cell.isCode { return min(140, TextLayout.width(cell.plain, size: 13)) }
                // A column of sentences is not to be one word wide.
                let whole = TextLayout.width(cell.plain, size: 14)
                return max(Self.longestWord(cell.plain, size: 14), min(whole, 160))
            }
            return sum + max(title, widest.max() ?? 0) * 0.93 + 13
        }
        for (width, style) in Self.steps where needed <= width { return style }
        return " stacks-always"
    }

    /// Widths in pixels, with the style that stacks below each; see the page's style sheet.
    private static let steps = [
        (320.0, ""), (400, " stacks-400"), (520, " stacks-520"), (640, " stacks-640"), (900, " stacks-900"),
    ]

    private static func longestWord(_ text: String, size: Double) -> Double {
        text.split { $0 == " " || $0.isNewline }.map { TextLayout.width(String($0), size: size) }.max() ?? 0
    }

    private static func style(_ isNumber: Bool) -> String { isNumber ? " class=\"n\"" : "" }
}
