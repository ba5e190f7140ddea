/// A table beside a chart.
package struct Table {
    package struct Cell {
        package var content: Markup
        package var isNumber: Bool

        package static func text(_ text: String) -> Cell {
            Cell(content: Markup(text: text), isNumber: false)
        }
        package static func number(_ text: String) -> Cell {
            Cell(content: Markup(text: text), isNumber: true)
        }
        package static func count(_ value: Int) -> Cell { number(Numbers.grouped(value)) }
        package static func code(_ text: String) -> Cell {
            Cell(content: .element("code", [], Markup(text: text)), isNumber: false)
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
            let others = cells.dropFirst().map { cell in
                "<td\(Self.style(cell.isNumber))>\(cell.content.html)</td>"
            }
            let row = strong.contains(index) ? "<tr class=\"strong\">" : "<tr>"
            return "\(row)\(heading)\(others.joined())</tr>\n"
        }
        return Markup(
            trusted: """
                <div class="table"><table>
                <caption>\(Markup(text: caption).html)</caption>
                <thead><tr>\(titles.joined())</tr></thead>
                <tbody>
                \(body.joined())</tbody>
                </table></div>

                """)
    }

    private static func style(_ isNumber: Bool) -> String { isNumber ? " class=\"n\"" : "" }
}
