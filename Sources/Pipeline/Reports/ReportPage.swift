internal import StageKit

/// Renders a report as one HTML file that needs nothing else: no network, no script, no font.
public enum ReportPage {
    /// - Returns: the page; equal facts give equal text.
    public static func html(of facts: ReportFacts) throws -> String {
        let found: [(section: Section?, absence: String)] = [
            (try WarningSection.section(facts), ""),
            (try FunnelSection.section(facts), FunnelSection.absence),
            (try LabelSection.section(facts), LabelSection.absence),
            (try flips(facts), ""),
            (facts.surface.map { SurfaceSection.section($0) }, ""),
            (try SplitSection.section(facts), SplitSection.absence),
            (try TrainingSection.section(facts), TrainingSection.absence),
            (try ScoreSection.section(facts), ScoreSection.absence),
        ]
        let sections = found.compactMap(\.section) + [try ProvenanceSection.section(facts)]
        let absences = found.filter { $0.section == nil && !$0.absence.isEmpty }.map(\.absence)
        return page(
            facts, summary: summary(facts), links: sections.map(link).joined(),
            sections: sections.map(html).joined() + absences.map(absence).joined())
    }

    private static func flips(_ facts: ReportFacts) throws -> Section? {
        guard let json = facts.figures("label")?["flips"], let flips = FlipFacts(json) else { return nil }
        return try FlipSection.section(flips)
    }

    private static func summary(_ facts: ReportFacts) -> String {
        let sentences = SummarySection.sentences(facts).joined(separator: " ")
        let tiles = SummarySection.tiles(facts).map { tile in
            Markup.element(
                "div", [], .element("dt", [], Markup(text: tile.label)),
                .element("dd", [], Markup(text: tile.value), .element("span", [], Markup(text: tile.note))))
        }
        return Markup.element(
            "section", [("aria-label", "Summary")],
            .lines(
                [.element("p", [("class", "summary")], Markup(text: sentences))]
                    + [SummarySection.result(facts).map(verdict)].compactMap { $0 }
                    + [.element("dl", [("class", "tiles")], .lines(tiles))])
        ).html
    }

    private static func verdict(_ result: (result: String, verdict: String?, isGood: Bool)) -> Markup {
        let tone = result.verdict == nil ? "" : result.isGood ? "good" : "doubtful"
        return .element(
            "p", [("class", "verdict \(tone)")], Markup(text: result.result + " "),
            .element("strong", [], Markup(text: result.verdict ?? "")))
    }

    private static func link(_ section: Section) -> String {
        Markup.element("a", [("href", "#\(section.id)")], Markup(text: section.title)).html
    }

    private static func html(_ section: Section) -> String {
        """
        <section id="\(section.id)" aria-labelledby="\(section.id)-h">
        <h2 id="\(section.id)-h">\(Markup(text: section.title).html)</h2>
        \(section.parts.map(\.html).joined())
        </section>

        """
    }

    private static func absence(_ text: String) -> String {
        Markup.element("p", [("class", "absence")], Markup(text: text)).html + "\n"
    }

    private static func page(
        _ facts: ReportFacts, summary: String, links: String, sections: String
    ) -> String {
        let pipeline = facts.title.map { _ in "pipeline \(facts.pipeline)" }
        let subtitle = ["splitvote report", pipeline, facts.date].compactMap { $0 }.joined(separator: " · ")
        let title = Markup(text: facts.shownTitle).html
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="generator" content="splitvote">
            <title>\(title)</title>
            <style>
            \(PageStyle.css)
            </style>
            </head>
            <body>
            <header>
            <p class="kicker">\(Markup(text: subtitle).html)</p>
            <h1>\(title)</h1>
            </header>
            <main>
            \(summary)
            <nav aria-label="Sections">\(links)</nav>
            \(sections)</main>
            <footer><p>Made by splitvote. This file needs no network and runs no script.</p></footer>
            </body>
            </html>

            """
    }
}
