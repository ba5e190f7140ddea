internal import Charts
package import StageKit

/// Renders a report as one self-contained HTML file: no network, no script, no font.
package enum ReportPage {
    /// - Parameter kinds: those of the program, whose parts the page has in this order.
    /// - Returns: the page; equal facts give equal text.
    package static func html(of facts: ReportContents, kinds: [StageKind]) -> String {
        let made = ReportParts(facts.stages, kinds: kinds)
        let found = sections(facts, made)
        let sections = found.compactMap(\.section) + [ProvenanceSection.section(facts, made)]
        let absences = found.filter { $0.section == nil && !$0.absence.isEmpty }.map(\.absence)
        let title = Markup(text: facts.shownTitle).html
        let links = sections.map { "<a href=\"#\($0.id)\">\(Markup(text: $0.title).html)</a>" }
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
            <p class="kicker">\(Markup(text: subtitle(facts)).html)</p>
            <h1>\(title)</h1>
            </header>
            <main>
            <section aria-label="Summary">
            <p class="summary">\(Markup(text: made.summary).html)</p>
            \(made.verdict.map(verdict) ?? "")<dl class="tiles">
            \(made.tiles.map(tile).joined())</dl>
            </section>
            <nav aria-label="Sections">\(links.joined())</nav>
            \(sections.map(section).joined())\(absences.map(absence).joined())</main>
            <footer><p>Made by splitvote. This file needs no network and runs no script.</p></footer>
            </body>
            </html>

            """
    }

    private static func sections(
        _ facts: ReportContents, _ made: ReportParts
    ) -> [(section: ReportSection?, absence: String)] {
        var found: [(section: ReportSection?, absence: String)] = [
            (WarningSection.section(facts), ""),
            (FunnelSection.section(made.funnel), FunnelSection.absence),
        ]
        let parts = made.sections
        let last = parts.lastIndex { $0.part == facts.surface?.after.report?.name }
        for (index, part) in parts.enumerated() {
            found.append((part.section, part.absence))
            if index == last, let surface = facts.surface {
                found.append((SurfaceSection.section(surface.facts), ""))
            }
        }
        return found
    }

    private static func subtitle(_ facts: ReportContents) -> String {
        let pipeline = facts.title.map { _ in "pipeline \(facts.pipeline)" }
        return ["splitvote report", pipeline, facts.date].compactMap { $0 }.joined(separator: " · ")
    }

    private static func verdict(_ verdict: ReportVerdict) -> String {
        let tone = verdict.verdict == nil ? "" : verdict.isGood ? "good" : "doubtful"
        let words = Markup(text: verdict.verdict ?? "").html
        return """
            <p class="verdict \(tone)">\(Markup(text: verdict.result).html) <strong>\(words)</strong></p>

            """
    }

    private static func tile(_ tile: ReportTile) -> String {
        let (label, value) = (Markup(text: tile.label).html, Markup(text: tile.value).html)
        return "<div><dt>\(label)</dt><dd>\(value)<span>\(Markup(text: tile.note).html)</span></dd></div>\n"
    }

    private static func section(_ section: ReportSection) -> String {
        """
        <section id="\(section.id)" aria-labelledby="\(section.id)-h">
        <h2 id="\(section.id)-h">\(Markup(text: section.title).html)</h2>
        \(section.parts.map(\.html).joined())
        </section>

        """
    }

    private static func absence(_ text: String) -> String {
        "<p class=\"absence\">\(Markup(text: text).html)</p>\n"
    }
}
