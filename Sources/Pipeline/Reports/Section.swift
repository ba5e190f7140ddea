/// A part of the page with its heading.
struct Section {
    var id: String
    var title: String
    var parts: [Markup]

    /// A paragraph of plain text.
    static func paragraph(_ text: String, style: String? = nil) -> Markup {
        .element("p", style.map { [("class", $0)] } ?? [], Markup(text: text)) + Markup(trusted: "\n")
    }

    static func heading(_ text: String) -> Markup {
        .element("h3", [], Markup(text: text)) + Markup(trusted: "\n")
    }

    /// A chart with its table at its side where there is room, below it where not.
    static func pair(_ chart: Markup, _ side: Markup) -> Markup {
        Markup(trusted: "<div class=\"pair\">\n<div>") + chart
            + Markup(trusted: "</div>\n<div class=\"side\">") + side + Markup(trusted: "</div>\n</div>\n")
    }

    /// A chart and a smaller one that belongs to it.
    static func charts(_ chart: Markup, _ smaller: Markup) -> Markup {
        Markup(trusted: "<div class=\"pair charts\">\n<div>") + chart + Markup(trusted: "</div>\n<div>")
            + smaller
            + Markup(trusted: "</div>\n</div>\n")
    }
}
