package import Charts
package import StageKit

/// Renders a report as one self-contained HTML file: no network, no script, no font.
package enum ReportPage {
    /// - Parameter kinds: those of the program, whose parts the page has in this order.
    /// - Returns: the page; equal facts give equal text.
    package static func html(of facts: ReportContents, kinds: [StageKind]) -> String {
        made(of: facts, kinds: kinds).html
    }

    /// The page, and every picture (SVG) and table (TSV) of it as a file; no two have one name.
    package static func made(
        of facts: ReportContents, kinds: [StageKind]
    ) -> (html: String, files: [ReportFile]) {
        let made = ReportParts(facts.stages, kinds: kinds)
        let found = sections(facts, made)
        let sections = found.compactMap(\.section) + [ProvenanceSection.section(facts, made)]
        let absences = found.filter { $0.section == nil && !$0.absence.isEmpty }.map(\.absence)
        return (html(facts, made, sections, absences), files(sections))
    }

    /// Where the files of a page go: `night/report.html` as `night/report`.
    package static func folder(of path: String) -> String {
        for ending in [".html", ".htm"] where path.hasSuffix(ending) && path.count > ending.count {
            return String(path.dropLast(ending.count))
        }
        return path + "-files"
    }

    private static func files(_ sections: [ReportSection]) -> [ReportFile] {
        var seen: [String: Int] = [:]
        return sections.flatMap { section in
            section.body.files.map { file in
                let name = file.name.hasPrefix(section.id) ? file.name : "\(section.id)-\(file.name)"
                let count = seen[name, default: 0] + 1
                seen[name] = count
                if count == 1 { return ReportFile(name: name, text: file.text) }
                return ReportFile(name: "\(name.dropLast(4))-\(count)\(name.suffix(4))", text: file.text)
            }
        }
    }

    private static func html(
        _ facts: ReportContents, _ made: ReportParts, _ sections: [ReportSection], _ absences: [String]
    ) -> String {
        let title = Markup(text: facts.shownTitle).html
        let links = sections.map { "<a href=\"#\($0.id)\">\(Markup(text: $0.title).html)</a>" }
        let footnote = facts.footnote.isEmpty ? "" : " " + Markup(text: facts.footnote).html
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
            \(facts.run?.html ?? "")\
            <p class="summary">\(Markup(text: made.summary).html)</p>
            \(made.verdict.map(verdict) ?? "")<dl class="tiles">
            \(made.tiles.map(tile).joined())</dl>
            </section>
            <nav aria-label="Sections">\(links.joined())</nav>
            \(sections.map(section).joined())\(absences.map(absence).joined())</main>
            <footer><p>Made by splitvote. This file needs no network and runs no script.\(footnote)</p></footer>
            </body>
            </html>

            """
    }

    private static func sections(
        _ facts: ReportContents, _ made: ReportParts
    ) -> [(section: ReportSection?, absence: String)] {
        var found = placed(facts, .first)
        // A run tells what stages warned of beside what failed.
        if !found.contains(where: { $0.section?.id == WarningSection.id }) {
            found.append((WarningSection.section(facts), ""))
        }
        found.append((FunnelSection.section(made.funnel), FunnelSection.absence))
        let parts = made.sections
        for (index, part) in parts.enumerated() {
            found.append((part.section, part.absence))
            guard !parts[(index + 1)...].contains(where: { $0.part == part.part }) else { continue }
            if let surface = facts.surface, surface.after.report?.name == part.part {
                found.append((SurfaceSection.section(surface.facts), ""))
            }
            found += placed(facts, .after(part.part))
        }
        let names = Set(parts.map(\.part))
        let others = facts.sections.filter {
            if case .after(let part) = $0.place { !names.contains(part) } else { $0.place == .last }
        }
        return found + others.map { ($0.section, "") }
    }

    private static func placed(
        _ facts: ReportContents, _ place: PlacedSection.Place
    ) -> [(section: ReportSection?, absence: String)] {
        facts.sections.filter { $0.place == place }.map { ($0.section, "") }
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
