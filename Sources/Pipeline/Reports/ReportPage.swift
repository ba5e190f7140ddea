internal import Mustache
public import StageKit

/// Renders a report as one HTML file that needs nothing else: no network, no script, no font.
public enum ReportPage {
    /// - Returns: the page; equal facts give equal text.
    /// - Throws: ``StageError`` when the page's own templates do not parse.
    public static func html(of facts: ReportFacts) throws(StageError) -> String {
        do {
            return try MustacheTemplate(string: PageTemplate.page).render(try context(facts))
        } catch {
            throw StageError("the report's template cannot be rendered: \(error)")
        }
    }

    private static func flips(_ facts: ReportFacts) throws -> Section? {
        guard let json = facts.figures("label")?["flips"], let flips = FlipFacts(json) else { return nil }
        return try FlipSection.section(flips)
    }

    private static func context(_ facts: ReportFacts) throws -> [String: Any] {
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
        let result = SummarySection.result(facts)
        let verdict = result.map { result in
            [
                "result": Markup(text: result.result).html,
                "verdict": Markup(text: result.verdict ?? "").html,
                "tone": result.verdict == nil ? "" : result.isGood ? "good" : "doubtful",
            ]
        }
        let pipeline = facts.title.map { _ in "pipeline \(facts.pipeline)" }
        let subtitle = ["splitvote report", pipeline, facts.date].compactMap { $0 }.joined(separator: " · ")
        var context: [String: Any] = [
            "style": PageStyle.css,
            "title": Markup(text: facts.shownTitle).html,
            "subtitle": Markup(text: subtitle).html,
            "summary": Markup(text: SummarySection.sentences(facts).joined(separator: " ")).html,
            "tiles": SummarySection.tiles(facts).map {
                [
                    "value": Markup(text: $0.value).html, "label": Markup(text: $0.label).html,
                    "note": Markup(text: $0.note).html,
                ]
            },
            "sections": sections.map {
                [
                    "id": $0.id, "title": Markup(text: $0.title).html, "body": $0.parts.map(\.html).joined(),
                ]
            },
            "absences": found.filter { $0.section == nil && !$0.absence.isEmpty }.map {
                Markup(text: $0.absence).html
            },
        ]
        if let verdict { context["outcome"] = verdict }
        return context
    }
}

enum PageTemplate {
    /// Everything is put in with three braces: it is finished ``Markup``.
    static let page = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="generator" content="splitvote">
        <title>{{{title}}}</title>
        <style>
        {{{style}}}
        </style>
        </head>
        <body>
        <header>
        <p class="kicker">{{{subtitle}}}</p>
        <h1>{{{title}}}</h1>
        </header>
        <main>
        <section aria-label="Summary">
        <p class="summary">{{{summary}}}</p>
        {{#outcome}}
        <p class="verdict {{{tone}}}">{{{result}}} <strong>{{{verdict}}}</strong></p>
        {{/outcome}}
        <dl class="tiles">
        {{#tiles}}
        <div><dt>{{{label}}}</dt><dd>{{{value}}}<span>{{{note}}}</span></dd></div>
        {{/tiles}}
        </dl>
        </section>
        <nav aria-label="Sections">{{#sections}}<a href="#{{{id}}}">{{{title}}}</a>{{/sections}}</nav>
        {{#sections}}
        <section id="{{{id}}}" aria-labelledby="{{{id}}}-h">
        <h2 id="{{{id}}}-h">{{{title}}}</h2>
        {{{body}}}
        </section>
        {{/sections}}
        {{#absences}}
        <p class="absence">{{{.}}}</p>
        {{/absences}}
        </main>
        <footer><p>Made by splitvote. This file needs no network and runs no script.</p></footer>
        </body>
        </html>

        """
}
