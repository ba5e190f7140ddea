internal import Console
package import PipelinePlan
package import RunStore
package import StageKit
internal import TextBasics

/// Two runs side by side: what each stage was made of, and what came of it.
package struct RunDifference {
    /// A figure that is not the same in both.
    package struct Change {
        package var name: RunFigures.Name
        package var old: JSONValue?
        package var new: JSONValue?
    }

    package struct Stage {
        package var name: String
        package var old: StageState?
        package var new: StageState?
        /// Why the results are two; empty if they are one, or only one run has the stage.
        package var reasons: [RunReason]
        /// A sentence for people.
        package var words: String
        package var isSame: Bool
        package var changes: [Change]
    }

    package let old: RunSummary
    package let new: RunSummary
    package let stages: [Stage]

    /// Figures that people are shown, of those that are not inside of others; all are in the JSON.
    private static let mostChanges = 40

    /// - Parameters:
    ///   - oldStages: what became of the stages of the old run.
    ///   - newStages: of the new one.
    ///   - moments: figures of a kind that depend on when the stage ran, which are not compared.
    package init(
        old: RunSummary, _ oldStages: [StageState], new: RunSummary, _ newStages: [StageState],
        moments: (_ kind: String) -> Set<String>
    ) {
        self.old = old
        self.new = new
        let names = newStages.map(\.stage) + oldStages.map(\.stage)
        var seen: Set<String> = []
        stages = names.filter { seen.insert($0).inserted }.map { name in
            Self.stage(
                name, oldStages.last { $0.stage == name }, newStages.last { $0.stage == name }, moments)
        }
    }

    private static func stage(
        _ name: String, _ old: StageState?, _ new: StageState?, _ moments: (String) -> Set<String>
    ) -> Stage {
        guard let old, let new else {
            return Stage(
                name: name, old: old, new: new, reasons: [],
                words: old == nil ? "only in the new run" : "only in the old run", isSame: false, changes: [])
        }
        let reasons = RunReason.differences(from: old.fields, to: new.fields)
        let isSame = old.madeBy != nil && old.madeBy == new.madeBy && old.verdict.hasResult
        return Stage(
            name: name, old: old, new: new, reasons: isSame ? [] : reasons,
            words: isSame ? "the same result" : words(old, new, reasons), isSame: isSame,
            changes: isSame ? [] : changes(name, old, new, moments(new.kind)))
    }

    private static func words(_ old: StageState, _ new: StageState, _ reasons: [RunReason]) -> String {
        for (state, run) in [(old, "old"), (new, "new")] where !state.verdict.hasResult {
            let why =
                state.message.map { ": \($0.split(separator: "\n").first.map(String.init) ?? "")" } ?? ""
            return "no result in the \(run) run, \(state.verdict.rawValue)\(why)"
        }
        if !reasons.isEmpty { return reasons.map(\.text).joined(separator: ", ") }
        if old.fingerprint == new.fingerprint {
            return "made again of the same" + (new.reason.isEmpty ? "" : " (\(new.reason))")
        }
        let fields = Set((old.fields.members ?? []).map(\.key) + (new.fields.members ?? []).map(\.key))
        let changed = fields.filter { old.fields[$0] != new.fields[$0] }.sorted()
        return "changed: \(changed.joined(separator: ", "))"
    }

    private static func changes(
        _ name: String, _ old: StageState, _ new: StageState, _ moments: Set<String>
    ) -> [Change] {
        var seen: Set<RunFigures.Name> = []
        let names = RunFigures.names(in: [new]) + RunFigures.names(in: [old])
        return names.filter { !moments.contains($0.figure) && seen.insert($0).inserted }.compactMap { name in
            let before = RunFigures.value(of: name, in: [old])
            let now = RunFigures.value(of: name, in: [new])
            return before == now ? nil : Change(name: name, old: before, new: now)
        }
    }
}

extension RunDifference {
    /// - Parameter headlines: figures that come first.
    package func lines(_ headlines: Headlines) -> [String] {
        let head = [("old", old), ("new", new)].map { word, run in
            let took = RunText.duration(run)
            let changes = RunText.changes(run)
            return "\(word)  \(run.run.id) of \(run.run.date), \(run.outcome.rawValue)"
                + (took.isEmpty ? "" : ", took \(took)") + (changes.isEmpty ? "" : ", -S \(changes)")
        }
        var table = TextTable(.left, .left)
        for stage in stages { table.add(stage.name, stage.words) }
        return head + ["stages"] + table.lines.map { "  " + $0 } + figureLines(headlines)
    }

    private func figureLines(_ headlines: Headlines) -> [String] {
        let changes = stages.flatMap { stage in
            let first = headlines.names(of: stage.new?.kind ?? "")
            return stage.changes.filter { first.contains($0.name.figure) }
                + stage.changes.filter { !first.contains($0.name.figure) }
        }
        if changes.isEmpty { return ["no figure differs"] }
        let shown = changes.filter { !$0.name.figure.contains(".") }.prefix(Self.mostChanges)
        var table = TextTable(.left, .right, .right, .right)
        table.add("figures", "old", "new", "change")
        for change in shown {
            table.add(
                "  " + change.name.text, change.old.map(RunFigures.text) ?? "–",
                change.new.map(RunFigures.text) ?? "–", Self.difference(change))
        }
        let rest = changes.count - shown.count
        return table.lines + (rest > 0 ? ["  and \(Counts.grouped(rest)) more; --json has all"] : [])
    }

    /// `+12 (+3.1 %)`
    private static func difference(_ change: Change) -> String {
        guard let old = change.old?.doubleValue, let new = change.new?.doubleValue else { return "" }
        let isWhole = change.old?.intValue != nil && change.new?.intValue != nil
        let value = new - old
        let text = RunFigures.text(isWhole ? .integer(Int(value)) : .number(value))
        let share = old == 0 ? "" : " (\(signed(Decimals.text(value / abs(old) * 100, places: 1))) %)"
        return signed(text) + share
    }

    private static func signed(_ text: String) -> String { text.hasPrefix("-") ? text : "+" + text }

    /// Format `splitvote-run-difference` version 1; `schemas/run-diff.schema.json` describes it.
    package var json: JSONValue {
        [
            "format": "splitvote-run-difference", "version": 1, "old": RunText.json(old),
            "new": RunText.json(new), "stages": .array(stages.map(Self.json)),
        ]
    }

    private static func json(_ stage: Stage) -> JSONValue {
        [
            "stage": .string(stage.name), "same": .bool(stage.isSame), "text": .string(stage.words),
            "old": side(stage.old), "new": side(stage.new),
            "reasons": .array(stage.reasons.map(\.json)),
            "figures": .object(
                Dictionary(
                    stage.changes.map {
                        ($0.name.figure, ["old": $0.old ?? .null, "new": $0.new ?? .null])
                    }, uniquingKeysWith: { $1 })),
        ]
    }

    private static func side(_ state: StageState?) -> JSONValue {
        guard let state else { return .null }
        return [
            "kind": .string(state.kind), "verdict": .string(state.verdict.rawValue),
            "fingerprint": .string(state.fingerprint),
            "message": state.message.map(JSONValue.string) ?? .null,
        ]
    }
}
