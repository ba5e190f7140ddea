internal import Diagnostics
private import Foundation
package import PipelinePlan
package import StageKit
internal import TextBasics

/// What a person or a program is told of a run that has ended.
package struct RunNotice: Sendable {
    private let occasion: Hooks.Occasion
    private let plan: PlannedPipeline
    private let report: RunReport
    private let notes: RunNotes.Content
    private let host: String
    private let screen: SecretScreen

    /// Sentences of one sort that are told; the rest is counted.
    private static let mostSentences = 20
    /// Longest message of a stage that is told in full, in characters.
    private static let longestMessage = 4000

    package init(
        _ occasion: Hooks.Occasion, _ plan: PlannedPipeline, _ report: RunReport, _ notes: RunNotes.Content,
        host: String, screen: SecretScreen
    ) {
        self.occasion = occasion
        self.plan = plan
        self.report = report
        self.notes = notes
        self.host = host
        self.screen = screen
    }

    private var culprits: [RunReport.Stage] {
        report.stages.filter { [.failed, .rejected, .interrupted].contains($0.verdict) }
    }

    private var warnings: [RunNotes.Sentence] { notes.warnings + notes.warningChecks }

    /// Values of the placeholders of ``RunHook/placeholders``.
    package var values: [String: String] {
        let culprit = culprits.first
        return [
            "run": report.run, "pipeline": plan.name, "date": plan.runDate, "stage": culprit?.stage ?? "",
            "exit": String(report.exitStatus), "message": culprit?.message ?? "",
        ]
    }

    // MARK: For people

    /// `news: stage 'labels' failed`, in one line.
    package var headline: String {
        let stage = culprits.first.map { "stage '\($0.stage)'" } ?? "the run"
        let others = culprits.count > 1 ? " and \(Counts.text(culprits.count - 1, "more stage"))" : ""
        let event =
            switch report.outcome {
            case .failed: "\(stage)\(others) failed"
            case .rejected: "a check of \(stage) failed"
            case .sourceIncomplete: "the source of \(stage) is incomplete"
            case .interrupted: "the run was stopped"
            case .done:
                notes.isWarning ? "done, with \(Counts.text(warnings.count, "warning"))" : "done"
            }
        return "\(plan.name): \(event)"
    }

    /// The text of a mail.
    package var lines: [String] {
        var lines = ["\(headline).", ""]
        if let culprit = culprits.first, let message = culprit.message {
            lines += Self.indented(Self.cut(message))
            if let hint = notes.hints[culprit.stage] { lines += Self.indented("What to do: \(hint)") }
            lines.append("")
        }
        lines += section("Checks that failed:", notes.failedChecks)
        lines += section("Checks that warned:", notes.warningChecks)
        lines += section("Warnings:", notes.warnings)
        lines += ["Stages:"] + report.stages.map(line) + [""]
        lines += section("Files written:", notes.published.map { RunNotes.Sentence($0) })
        lines += [
            "Run       \(report.run) of \(plan.runDate)",
            "Ended     with status \(report.exitStatus), after \(Durations.text(report.seconds)), on \(host)",
            "Pipeline  \(path)", "",
        ]
        return (lines + commands).map { TerminalText.of(screen.of($0)) }
    }

    private var path: String { plan.baseFolder + "/" + fileName }

    private var fileName: String { plan.file.split(separator: "/").last.map(String.init) ?? plan.file }

    private var commands: [String] {
        let file = ShellWord.of(fileName)
        let look = [
            "To look at it:", "  cd \(ShellWord.of(plan.baseFolder))", "  splitvote status \(file)",
            "  splitvote runs \(file) show \(report.run)",
            "  splitvote report \(file) --out report.html",
        ]
        let again = [
            "To continue, once the cause is fixed (what is done is kept):", "  splitvote run \(file)",
        ]
        return occasion == .failure ? look + [""] + again : look
    }

    private func line(_ stage: RunReport.Stage) -> String {
        let name = stage.verdict.rawValue.padding(toLength: 12, withPad: " ", startingAt: 0)
        // The message of the first that failed is above.
        let isTold = stage.stage == culprits.first?.stage
        let message = isTold ? "" : stage.message.map { ": \(Self.firstLine($0))" } ?? ""
        let time = stage.verdict == .ran ? ", \(Durations.text(stage.seconds))" : ""
        return "  \(name)\(stage.stage)\(time)\(message)"
    }

    private func section(_ title: String, _ sentences: [RunNotes.Sentence]) -> [String] {
        if sentences.isEmpty { return [] }
        let shown = sentences.prefix(Self.mostSentences).flatMap { sentence in
            Self.indented((sentence.stage.map { "\($0): " } ?? "") + Self.cut(sentence.text), by: 2)
        }
        let rest = sentences.count - min(sentences.count, Self.mostSentences)
        return [title] + shown + (rest > 0 ? ["  and \(Counts.grouped(rest)) more"] : []) + [""]
    }

    private static func indented(_ text: String, by width: Int = 4) -> [String] {
        text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map {
            String(repeating: " ", count: width) + $0
        }
    }

    private static func cut(_ text: String) -> String {
        text.count <= longestMessage ? text : "\(text.prefix(longestMessage))… (cut)"
    }

    private static func firstLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    }

    // MARK: For programs

    /// Format `splitvote-notification` version 1; `schemas/notification.schema.json` describes it.
    package var json: JSONValue {
        let culprit = culprits.first
        let value: JSONValue = [
            "format": "splitvote-notification", "version": 1, "text": .string(chat),
            "on": .string(occasion.rawValue), "pipeline": .string(plan.name), "file": .string(path),
            "host": .string(host), "run": .string(report.run), "date": .string(plan.runDate),
            "outcome": .string(report.outcome.rawValue), "exit_status": .integer(Int(report.exitStatus)),
            "seconds": .number(report.seconds), "stage": culprit.map { .string($0.stage) } ?? .null,
            "message": culprit?.message.map(JSONValue.string) ?? .null,
            "hint": culprit.flatMap { notes.hints[$0.stage] }.map(JSONValue.string) ?? .null,
            "warnings": .array(notes.warnings.map { Self.json($0) }),
            "checks": .array(
                notes.failedChecks.map { Self.json($0).adding("severity", "error") }
                    + notes.warningChecks.map { Self.json($0).adding("severity", "warn") }),
            "stages": .array(
                report.stages.map { stage in
                    [
                        "stage": .string(stage.stage), "kind": .string(stage.kind),
                        "verdict": .string(stage.verdict.rawValue), "seconds": .number(stage.seconds),
                        "message": stage.message.map(JSONValue.string) ?? .null,
                    ]
                }),
            "published": .array(notes.published.map(JSONValue.string)),
        ]
        return screen.of(value)
    }

    private static func json(_ sentence: RunNotes.Sentence) -> JSONValue {
        ["stage": sentence.stage.map(JSONValue.string) ?? .null, "message": .string(sentence.text)]
    }

    /// What a chat shows, in a few lines.
    private var chat: String {
        var lines = [headline]
        if let message = culprits.first?.message {
            lines += Self.cut(message).split(whereSeparator: \.isNewline).prefix(6).map(String.init)
        }
        if let stage = culprits.first?.stage, let hint = notes.hints[stage] { lines.append("hint: \(hint)") }
        let sentences = notes.failedChecks + warnings
        lines += sentences.prefix(5).map { ($0.stage.map { "\($0): " } ?? "") + Self.firstLine($0.text) }
        if sentences.count > 5 { lines.append("and \(sentences.count - 5) more") }
        lines.append("run \(report.run) of \(plan.runDate) on \(host), \(path)")
        return Self.harmless(lines.map { TerminalText.of($0) }.joined(separator: "\n"))
    }

    /// A text in which a chat finds nothing to obey: a message that quotes a website must call no channel, and hide no
    /// link behind other words.
    ///
    /// Source: Slack, "Formatting text for app surfaces", escaping of `&`, `<` and `>`; Mattermost calls people by `@`.
    private static func harmless(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result.append(contentsOf: "&amp;".unicodeScalars)
            case "<": result.append(contentsOf: "&lt;".unicodeScalars)
            case ">": result.append(contentsOf: "&gt;".unicodeScalars)
            // A word joiner, which is not seen.
            case "@": result.append(contentsOf: "@\u{2060}".unicodeScalars)
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}
