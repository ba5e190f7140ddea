internal import Console
internal import Diagnostics
package import RunStore
package import StageKit
package import StoreFile
internal import TextBasics

/// Runs in words and as JSON.
package enum RunText {
    /// How a run ended, or that it has not.
    /// - Parameter holder: who holds the store's lock.
    package static func outcome(_ run: RunSummary, _ holder: LockHolder?) -> String {
        // Only the holder of the lock is alive; who died is found out by the next run.
        run.outcome == .running && holder?.run != run.run.id ? "killed" : run.outcome.rawValue
    }

    /// Empty while it runs.
    package static func duration(_ run: RunSummary) -> String {
        seconds(run).map(Durations.text) ?? ""
    }

    /// `nil` while it runs.
    static func seconds(_ run: RunSummary) -> Double? {
        run.finishedAt.flatMap { Timestamp.seconds(from: run.startedAt, to: $0) }
    }

    /// The run of an id or its beginning, `last`, or `last~1` for the one before it, and so on.
    /// - Throws: `DiagnosticsError` when there is none, or more than one.
    package static func run(_ id: String, in store: RunStore, pipeline: String?) throws -> RunSummary {
        let back = stepsBack(id)
        let runs = try store.runs(pipeline: pipeline, limit: back.map { $0 + 1 } ?? .max)
        let matches = back.map { Array(runs.dropFirst($0)) } ?? runs.filter { $0.run.id.hasPrefix(id) }
        guard let run = matches.first, matches.count == 1 || run.run.id == id else {
            let found = matches.isEmpty ? "there is no run" : "\(matches.count) runs begin with"
            throw DiagnosticsError("\(found) '\(id)'", hint: "'splitvote runs FILE ls' lists them")
        }
        return run
    }

    /// How many runs before the latest one a name means; `nil` if it is no such name.
    private static func stepsBack(_ id: String) -> Int? {
        if id == "last" { return 0 }
        guard id.hasPrefix("last~"), let steps = Int(id.dropFirst(5)), (0..<1_000_000).contains(steps) else {
            return nil
        }
        return steps
    }

    /// `a=1 b=2`: what `-S` changed; empty if nothing.
    static func changes(_ run: RunSummary) -> String {
        (run.run.overrides.objectValue ?? [:]).sorted { $0.key < $1.key }
            .map { "\($0.key)=\($0.value.canonicalText)" }.joined(separator: " ")
    }

    package static func lines(
        _ run: RunSummary, _ stages: [StageState], _ holder: LockHolder?, _ headlines: Headlines
    ) -> [String] {
        var lines = [
            "run        \(run.run.id) of \(run.run.pipeline), date \(run.run.date)",
            "outcome    \(outcome(run, holder))" + (run.exitStatus.map { ", exit status \($0)" } ?? "")
                + (duration(run).isEmpty ? "" : ", took \(duration(run))"),
            "began      \(run.startedAt) on \(run.run.host), process \(run.run.pid)",
            "file       \(run.run.file)",
        ]
        if let asOf = run.run.asOf { lines.append("as of      \(Timestamp.text(asOf))") }
        if run.run.hasOverrides { lines.append("-S         \(run.run.overrides.canonicalText)") }
        return lines + stageLines(stages, sizes: [:], headlines) + warningLines(stages)
    }

    /// - Parameter sizes: what each stage takes on the disk, by its name.
    static func stageLines(
        _ stages: [StageState], sizes: [String: StageSize], _ headlines: Headlines
    ) -> [String] {
        var table = TextTable(.left, .left, .right, .right, .left)
        for stage in stages {
            let took =
                stage.verdict == .ran
                ? Timestamp.seconds(from: stage.startedAt, to: stage.finishedAt).map(Durations.text) ?? ""
                : ""
            let parts = [stage.reason, headlines.summary(of: stage.figures, kind: stage.kind)]
            let words = stage.message ?? parts.filter { !$0.isEmpty }.joined(separator: "; ")
            table.add(
                stage.stage, stage.verdict.rawValue, took,
                sizes[stage.stage].map { Bytes.text($0.bytes) } ?? "", words)
        }
        return table.lines.map { "  " + $0 }
    }

    /// Nothing where there are none.
    static func warningLines(_ stages: [StageState]) -> [String] {
        let lines = stages.flatMap { stage in stage.warnings.map { "  \(stage.stage): \($0.text)" } }
        return lines.isEmpty ? [] : ["warnings"] + lines
    }

    package static func json(_ run: RunSummary, _ stages: [StageState]) -> JSONValue {
        json(run).adding("format", "splitvote-run").adding("version", 1)
            .adding("stages", .array(stages.map { json($0) }))
    }

    static func json(_ run: RunSummary) -> JSONValue {
        [
            "run": .string(run.run.id), "pipeline": .string(run.run.pipeline), "file": .string(run.run.file),
            "date": .string(run.run.date), "as_of": run.run.asOf.map { .string(Timestamp.text($0)) } ?? .null,
            "overrides": run.run.overrides, "host": .string(run.run.host), "pid": .integer(Int(run.run.pid)),
            "outcome": .string(run.outcome.rawValue),
            "exit_status": run.exitStatus.map { .integer(Int($0)) } ?? .null,
            "started_at": .string(run.startedAt),
            "finished_at": run.finishedAt.map(JSONValue.string) ?? .null,
        ]
    }

    static func json(_ stage: StageState) -> JSONValue {
        [
            "stage": .string(stage.stage), "kind": .string(stage.kind),
            "verdict": .string(stage.verdict.rawValue), "reason": .string(stage.reason),
            "message": stage.message.map(JSONValue.string) ?? .null,
            "fingerprint": .string(stage.fingerprint), "figures": stage.figures,
            "warnings": .array(stage.warnings.map { .string($0.text) }),
            "started_at": .string(stage.startedAt), "finished_at": .string(stage.finishedAt),
        ]
    }
}
