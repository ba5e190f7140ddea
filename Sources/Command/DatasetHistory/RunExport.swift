internal import Diagnostics
private import Foundation
internal import Presentation
internal import RunStore
internal import StageKit
internal import TextBasics
internal import TrackFormat

/// What was trained and judged in some runs, written for a program that shows trainings.
///
/// It is made of what the store keeps, so that it can be written of trainings that nobody tracked. A run that is in the
/// folder already stays as it is: that of a tracked training says more.
struct RunExport {
    /// A stage's work.
    private struct Written {
        var run: String
        var stage: String
        var folder: String
    }

    private let tracker: Tracker
    private let folder: String
    private var written: [Written] = []
    private var kept = 0

    /// What models are: kinds with an output of one of these types are written.
    private static let types: Set = ["model-v1", "scores-v1", "vectors-v1"]

    /// - Parameter runs: oldest first, each with what became of its stages.
    /// - Throws: `FileError`, and `DiagnosticsError` where nothing was trained.
    init(
        _ runs: [(run: RunSummary, stages: [StageState])], _ registry: StageRegistry, for tracker: Tracker,
        to folder: String
    ) throws {
        self.tracker = tracker
        self.folder = folder
        let root = AbsolutePath.of(folder, in: FileManager.default.currentDirectoryPath)
        for (run, stages) in runs {
            for state in stages where state.verdict == .ran {
                let types = registry[state.kind]?.kind.outputs.flatMap(\.types) ?? []
                guard !Self.types.isDisjoint(with: types) else { continue }
                try write(state, of: run, in: root)
            }
        }
        guard !written.isEmpty || kept > 0 else {
            throw DiagnosticsError(
                "no stage trained or judged a model in the \(Counts.text(runs.count, "run")) looked at",
                hint: "--limit looks at more runs")
        }
    }

    private mutating func write(_ state: StageState, of run: RunSummary, in root: String) throws {
        let started = Timestamp.milliseconds(state.startedAt) ?? 0
        let finished = Timestamp.milliseconds(state.finishedAt) ?? started
        let tracked = TrackedRun(
            experiment: run.run.pipeline, stage: state.stage, fingerprint: state.fingerprint,
            parameters: TrackedRun.texts(of: state.fields["parameters"] ?? .null),
            tags: TrackedRun.tags(run: run.run.id, date: run.run.date), started: started)
        let place = TrackWriter.folder(of: tracked, tracker, in: root)
        if Disk.isFolder(place) {
            kept += 1
            return
        }
        let writer = try TrackWriter(tracked, [(tracker, root)])
        try writer.add(tracked.points(of: state.figures, finished: finished))
        try writer.set(.finished, at: finished)
        written.append(Written(run: run.run.id, stage: state.stage, folder: place))
    }

    var lines: [String] {
        let there = kept == 0 ? "" : "; \(kept) \(kept == 1 ? "was" : "were") there already"
        return written.map { "\($0.run)  \($0.stage)  \($0.folder)" }
            + ["wrote \(Counts.text(written.count, "training"))\(there): \(command)"]
    }

    /// What shows them.
    private var command: String {
        let place = ShellWord.of(folder)
        return switch tracker {
        case .tensorboard: "tensorboard --logdir \(place)"
        case .mlflow: "MLFLOW_ALLOW_FILE_STORE=true mlflow ui --backend-store-uri \(place)"
        }
    }

    /// Format `splitvote-run-export` version 1; `schemas/run-export.schema.json` describes it.
    var json: JSONValue {
        [
            "format": "splitvote-run-export", "version": 1, "tracker": .string(tracker.rawValue),
            "folder": .string(folder), "already_there": .integer(kept),
            "written": .array(
                written.map {
                    [
                        "run": .string($0.run), "stage": .string($0.stage), "folder": .string($0.folder),
                    ]
                }),
        ]
    }
}
