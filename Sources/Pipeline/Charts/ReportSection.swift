/// A part of a report's page with its heading.
package struct ReportSection: Sendable {
    /// Unique on the page; ASCII letters, digits and hyphens.
    package var id: String
    package var title: String
    package var parts: [Markup]

    package init(id: String, title: String, parts: [Markup]) {
        self.id = id
        self.title = title
        self.parts = parts
    }

    /// All that it is made of.
    package var body: Markup { parts.reduce(Markup(trusted: ""), +) }

    /// A paragraph of plain text.
    package static func paragraph(_ text: String, style: String? = nil) -> Markup {
        .element("p", style.map { [("class", $0)] } ?? [], Markup(text: text)) + Markup(trusted: "\n")
    }

    package static func heading(_ text: String) -> Markup {
        .element("h3", [], Markup(text: text)) + Markup(trusted: "\n")
    }

    /// A chart with its table at its side where there is room, below it where not.
    package static func pair(_ chart: Markup, _ side: Markup) -> Markup {
        Markup(trusted: "<div class=\"pair\">\n<div>") + chart
            + Markup(trusted: "</div>\n<div class=\"side\">") + side + Markup(trusted: "</div>\n</div>\n")
    }

    /// Small charts, as many side by side as there is room for.
    package static func many(_ charts: [Markup]) -> Markup {
        let boxes = charts.map { Markup(trusted: "<div>\n") + $0 + Markup(trusted: "</div>\n") }
        let start = Markup(trusted: "<div class=\"charts-many\">\n")
        return boxes.reduce(start, +) + Markup(trusted: "</div>\n")
    }

    /// A chart and a smaller one that belongs to it.
    package static func charts(_ chart: Markup, _ smaller: Markup) -> Markup {
        Markup(trusted: "<div class=\"pair charts\">\n<div>") + chart + Markup(trusted: "</div>\n<div>")
            + smaller
            + Markup(trusted: "</div>\n</div>\n")
    }
}
