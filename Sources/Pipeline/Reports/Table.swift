internal import Mustache

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
        let context: [String: Any] = [
            "caption": Markup(text: caption).html,
            "head": head.indices.map {
                ["text": Markup(text: head[$0]).html, "number": isNumber[$0]] as [String: Any]
            },
            "rows": rows.enumerated().map { index, cells in
                [
                    "strong": strong.contains(index),
                    "first": cells.first?.content.html ?? "",
                    "isNumber": cells.first?.isNumber ?? false,
                    "cells": cells.dropFirst().map {
                        ["html": $0.content.html, "number": $0.isNumber] as [String: Any]
                    },
                ] as [String: Any]
            },
        ]
        return Markup(trusted: try MustacheTemplate(string: Self.template).render(context))
    }

    private static let template = """
        <div class="table"><table>
        <caption>{{{caption}}}</caption>
        <thead><tr>{{#head}}<th scope="col"{{#number}} class="n"{{/number}}>{{{text}}}</th>{{/head}}</tr></thead>
        <tbody>
        {{#rows}}
        <tr{{#strong}} class="strong"{{/strong}}><th scope="row"{{#isNumber}} class="n"{{/isNumber}}>{{{first}}}</th>\
        {{#cells}}<td{{#number}} class="n"{{/number}}>{{{html}}}</td>{{/cells}}</tr>
        {{/rows}}
        </tbody>
        </table></div>

        """
}
