/// A table beside a chart.
struct Table {
    struct Cell {
        var content: Markup
        var isNumber: Bool

        static func text(_ text: String) -> Cell { Cell(content: Markup(text: text), isNumber: false) }
        static func number(_ text: String) -> Cell { Cell(content: Markup(text: text), isNumber: true) }
        static func count(_ value: Int) -> Cell { number(Numbers.grouped(value)) }
        static func code(_ text: String) -> Cell {
            Cell(content: .element("code", [], Markup(text: text)), isNumber: false)
        }
    }

    var caption: String
    var head: [String]
    /// The first cell of each row is its heading.
    var rows: [[Cell]]
    /// Rows set apart, such as a total.
    var strong: Set<Int> = []

    func markup() throws -> Markup {
        let isNumber = head.indices.map { column in
            rows.contains { $0.indices.contains(column) && $0[column].isNumber }
        }
        let titles = zip(head, isNumber).map {
            Self.cell("th", [("scope", "col")], Cell(content: Markup(text: $0), isNumber: $1))
        }
        let body = rows.enumerated().map { index, cells in
            let heading = Self.cell("th", [("scope", "row")], cells.first ?? .text(""))
            let others = cells.dropFirst().map { Self.cell("td", [], $0) }
            return Markup.element(
                "tr", strong.contains(index) ? [("class", "strong")] : [], [heading] + others)
        }
        let table = Markup.element(
            "table", [],
            .lines([
                .element("caption", [], Markup(text: caption)),
                .element("thead", [], .element("tr", [], titles)),
                .element("tbody", [], .lines(body)),
            ]))
        return .element("div", [("class", "table")], table) + Markup(trusted: "\n")
    }

    private static func cell(_ name: String, _ attributes: [(String, String)], _ cell: Cell) -> Markup {
        .element(name, attributes + (cell.isNumber ? [("class", "n")] : []), cell.content)
    }
}
