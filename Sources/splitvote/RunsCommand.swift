internal import ArgumentParser
internal import Diagnostics
internal import RunStore
internal import StageKit
internal import TextBasics

/// `splitvote runs`: what ran when, and how it ended.
struct RunsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs", abstract: "List runs, or show one. Never waits for a run.",
        usage: """
            splitvote runs FILE [ls] [--limit N] [--json]
            splitvote runs FILE show RUN [--json]
            """)

    @Argument(
        help: "The pipeline file; then ls, or show and the id of a run (its beginning is enough), or last.")
    var words: [String] = []

    @Option(help: "The store itself, in place of the pipeline file.")
    var state: String?

    @Option(help: "Most runs to list.")
    var limit = 30

    @Flag(help: "As JSON.")
    var json = false

    func validate() throws {
        guard limit >= 1 else { throw ValidationError("--limit is \(limit); at least 1 run is listed") }
    }

    func run() throws {
        var words = words
        let place = try StorePlace(&words, state: state)
        switch (words.first ?? "ls", words.count) {
        case ("ls", 0...1): try list(place)
        case ("show", 2): try show(words[1], place)
        case ("show", 1):
            throw DiagnosticsError("show takes the id of a run", hint: "'splitvote runs FILE ls' lists them")
        default:
            throw DiagnosticsError(
                "'\(words.joined(separator: " "))' is nothing that runs does",
                hint: "it takes ls, or show and the id of a run")
        }
    }

    private func list(_ place: StorePlace) throws {
        let store = try place.open()
        let runs = try store?.runs(pipeline: place.pipeline, limit: limit) ?? []
        if json {
            let value: JSONValue = [
                "format": "splitvote-runs", "version": 1, "runs": .array(runs.map { RunText.json($0) }),
            ]
            return print(value.prettyText, terminator: "")
        }
        if runs.isEmpty { return print("\(place.state): no run so far") }
        let holder = RunLock.holder(state: place.state)
        var table = TextTable(.left, .left, .left, .right, .right, .left)
        table.add("run", "date", "outcome", "exit", "took", "changed parameters")
        for run in runs {
            table.add(
                run.run.id, run.run.date, RunText.outcome(run, holder),
                run.exitStatus.map(String.init) ?? "", RunText.duration(run),
                (run.run.overrides.objectValue ?? [:]).sorted { $0.key < $1.key }
                    .map { "\($0.key)=\($0.value.canonicalText)" }.joined(separator: " "))
        }
        table.write()
    }

    private func show(_ id: String, _ place: StorePlace) throws {
        let store = try place.openExisting()
        let runs = try store.runs(pipeline: place.pipeline, limit: id == "last" ? 1 : .max)
        let matches = id == "last" ? runs : runs.filter { $0.run.id.hasPrefix(id) }
        guard let run = matches.first, matches.count == 1 || run.run.id == id else {
            let found = matches.isEmpty ? "there is no run" : "\(matches.count) runs begin with"
            throw DiagnosticsError("\(found) '\(id)'", hint: "'splitvote runs FILE ls' lists them")
        }
        let stages = try store.stages(ofRun: run.run.id)
        if json {
            var value = RunText.json(run).objectValue ?? [:]
            value["format"] = "splitvote-run"
            value["version"] = 1
            value["stages"] = .array(stages.map { RunText.json($0) })
            return print(JSONValue.object(value).prettyText, terminator: "")
        }
        RunText.write(run, stages, RunLock.holder(state: place.state))
    }
}

/// Runs in words and as JSON.
enum RunText {
    static func outcome(_ run: RunSummary, _ holder: LockHolder?) -> String {
        // Only the holder of the lock is alive; who died is found out by the next run.
        run.outcome == .running && holder?.run != run.run.id ? "killed" : run.outcome.rawValue
    }

    static func duration(_ run: RunSummary) -> String {
        guard let end = run.finishedAt, let seconds = Timestamp.seconds(from: run.startedAt, to: end) else {
            return ""
        }
        return Durations.text(seconds)
    }

    static func write(_ run: RunSummary, _ stages: [StageState], _ holder: LockHolder?) {
        print("run        \(run.run.id) of \(run.run.pipeline), date \(run.run.date)")
        print(
            "outcome    \(outcome(run, holder))" + (run.exitStatus.map { ", exit status \($0)" } ?? "")
                + (duration(run).isEmpty ? "" : ", took \(duration(run))"))
        print("began      \(run.startedAt) on \(run.run.host), process \(run.run.pid)")
        print("file       \(run.run.file)")
        if let asOf = run.run.asOf { print("as of      \(Timestamp.text(asOf))") }
        if run.run.hasOverrides { print("-S         \(run.run.overrides.canonicalText)") }
        writeStages(stages, sizes: [:])
        writeWarnings(of: stages)
    }

    static func writeStages(_ stages: [StageState], sizes: [String: StageSize]) {
        var table = TextTable(.left, .left, .right, .right, .left)
        for stage in stages {
            let took =
                stage.verdict == .ran
                ? Timestamp.seconds(from: stage.startedAt, to: stage.finishedAt).map(Durations.text) ?? ""
                : ""
            let parts = [stage.reason, FigureText.summary(of: stage.figures, kind: stage.kind)]
            let words = stage.message ?? parts.filter { !$0.isEmpty }.joined(separator: "; ")
            table.add(
                stage.stage, stage.verdict.rawValue, took,
                sizes[stage.stage].map { Bytes.text($0.bytes) } ?? "", words)
        }
        table.write(indent: "  ")
    }

    /// Nothing where there are none.
    static func writeWarnings(of stages: [StageState]) {
        let lines = stages.flatMap { stage in stage.warnings.map { "  \(stage.stage): \($0.text)" } }
        if lines.isEmpty { return }
        print("warnings")
        for line in lines { print(line) }
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
