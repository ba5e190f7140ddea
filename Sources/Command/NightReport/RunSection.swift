internal import Charts
internal import Presentation
internal import ProcessControl
internal import Reports
internal import RunStore
internal import TextBasics

/// How the last run went: in the head of the page, and what of it a person should look at.
enum RunSection {
    // MARK: Head

    /// One sentence on how it ended, and where and when it ran.
    static func head(_ run: LastRun) -> Markup {
        let tone = run.summary.outcome == .done ? "good" : "doubtful"
        let facts = facts(run).map { name, value in
            "<dt>\(Markup(text: name).html)</dt><dd>\(Markup(text: value).html)</dd>\n"
        }
        return Markup(
            trusted: """
                <p class="verdict \(tone)"><strong>\(Markup(text: ending(run)).html)</strong> \
                \(Markup(text: counts(run.stages)).html)</p>
                <dl class="facts">
                \(facts.joined())</dl>

                """)
    }

    static func ending(_ run: LastRun) -> String {
        let culprit = run.stages.first { [.failed, .rejected, .interrupted].contains($0.verdict) }
        let place = culprit.map { " at stage '\($0.stage)'" } ?? ""
        let time = seconds(run).map { " after \(Durations.text($0))" } ?? ""
        return switch run.summary.outcome {
        case .done: "The run of \(run.summary.run.date) succeeded\(time)."
        case .failed: "The run of \(run.summary.run.date) failed\(place)\(time)."
        case .rejected: "The run of \(run.summary.run.date) was stopped by a check\(place)\(time)."
        case .interrupted: "The run of \(run.summary.run.date) was interrupted\(place)\(time)."
        case .killed: "The run of \(run.summary.run.date) was killed\(place)."
        case .running: "The run of \(run.summary.run.date) is still going on."
        }
    }

    private static func seconds(_ run: LastRun) -> Double? {
        run.summary.finishedAt.flatMap { Timestamp.seconds(from: run.summary.startedAt, to: $0) }
    }

    /// `2 stages ran, 9 were up to date, 1 was skipped.`
    private static func counts(_ stages: [StageState]) -> String {
        let parts: [(verdicts: Set<StageVerdict>, one: String, many: String)] = [
            ([.ran], "ran", "ran"), ([.cached, .restored], "was up to date", "were up to date"),
            ([.failed, .rejected, .interrupted], "did not end well", "did not end well"),
            ([.skipped], "was skipped", "were skipped"),
        ]
        var text = ""
        for part in parts {
            let count = stages.count { part.verdicts.contains($0.verdict) }
            guard count > 0 else { continue }
            let noun = text.isEmpty ? (count == 1 ? " stage" : " stages") : ""
            text += (text.isEmpty ? "" : ", ") + Counts.grouped(count) + noun + " "
            text += count == 1 ? part.one : part.many
        }
        return text.isEmpty ? "" : text + "."
    }

    private static func facts(_ run: LastRun) -> [(String, String)] {
        let summary = run.summary
        var facts = [("Run", summary.run.id), ("Started", summary.startedAt)]
        if let seconds = seconds(run) { facts.append(("Duration", Durations.text(seconds))) }
        facts.append(("Host", summary.run.host))
        facts.append(("Pipeline file", summary.run.file))
        if summary.run.hasOverrides {
            facts.append(("Changed with -S", summary.run.overrides.canonicalText))
        }
        if let moment = summary.run.asOf { facts.append(("As of", Timestamp.text(moment))) }
        if let set = run.promoted { facts.append(("Live label set", set)) }
        facts.append(("Page written by", "splitvote \(ProgramVersion.text)"))
        return facts
    }

    // MARK: What to look at

    static func section(_ run: LastRun) -> ReportSection {
        let rows = notices(run)
        var parts: [Markup] = []
        if rows.isEmpty {
            parts.append(
                ReportSection.paragraph("No stage failed, and none warned.\(checkWords(run, failed: 0))"))
        } else {
            let failed = rows.count { $0.what.hasPrefix("check") }
            let words = checkWords(run, failed: failed)
            if !words.isEmpty { parts.append(ReportSection.paragraph(String(words.dropFirst()))) }
            parts.append(
                Table(
                    caption: "What failed and what warned", head: ["Stage", "What", "In its words"],
                    rows: rows.map { [.text($0.stage), .text($0.what), .text($0.words)] }
                ).markup())
        }
        parts += quarantine(run)
        return ReportSection(id: WarningSection.id, title: "What to look at", parts: parts)
    }

    private struct Notice {
        var stage: String
        var what: String
        var words: String
    }

    private static func notices(_ run: LastRun) -> [Notice] {
        run.stages.flatMap { stage in
            var notices: [Notice] = []
            let what: String? =
                switch stage.verdict {
                case .failed: "failed"
                case .rejected: "check stopped the run"
                case .interrupted: "interrupted"
                case .skipped: "skipped"
                case .ran, .cached, .restored: nil
                }
            if let what {
                notices.append(Notice(stage: stage.stage, what: what, words: stage.message ?? stage.reason))
            }
            return notices
                + stage.warnings.map { warning in
                    let what =
                        switch warning.origin {
                        case .check: "check warned"
                        case .stage: stage.verdict == .ran ? "warned" : "warned when it ran"
                        case .files: "files"
                        }
                    return Notice(stage: stage.stage, what: what, words: warning.text)
                }
        }
    }

    /// ` 1 of 3 checks did not pass.`
    private static func checkWords(_ run: LastRun, failed: Int) -> String {
        guard let checks = run.checks, checks > 0 else { return "" }
        if checks == 1 { return failed == 0 ? " The only check passed." : " The only check did not pass." }
        return failed == 0
            ? " All \(Counts.grouped(checks)) checks passed."
            : " \(Counts.grouped(failed)) of \(Counts.grouped(checks)) checks did not pass."
    }

    private static func quarantine(_ run: LastRun) -> [Markup] {
        let rows = run.quarantined.reduce(0) { $0 + $1.rows }
        if rows == 0 { return [] }
        let sentence =
            "\(Counts.text(rows, "row")) could not be read and \(rows == 1 ? "was" : "were") put aside; the table shows the "
            + "first of each reason."
        return [
            ReportSection.heading("Quarantine"), ReportSection.paragraph(sentence),
            Table(
                caption: "Rows put aside by this run",
                head: ["Reason", "Rows", "Where", "Beginning of the row"],
                rows: run.quarantined.flatMap { reason -> [[Table.Cell]] in
                    reason.examples.enumerated().map { place, example -> [Table.Cell] in
                        [
                            Table.Cell.text(reason.reason), place == 0 ? .count(reason.rows) : .number(""),
                            .code("\(fileName(example.file)):\(example.line)"),
                            .text(QuotedComments.short(example.excerpt)),
                        ]
                    }
                }
            ).markup(),
        ]
    }

    private static func fileName(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}
