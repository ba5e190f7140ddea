private import Foundation
internal import Pretraining
internal import StageKit
internal import TrackFormat
internal import Training

/// Writes a training down for programs that show trainings, while it is at work, where its stage asks for it.
///
/// It is beside the work: a folder that cannot be written to is warned of once, and the training continues.
final class TrainingTrack {
    private let trackers: [Tracker]
    private let run: TrackedRun
    private let folder: String
    private let progress: any ProgressSink
    private var writer: TrackWriter?

    /// - Parameters:
    ///   - trackers: names of programs; others are ignored.
    ///   - settings: the stage's parameters, as resolved.
    init(_ trackers: [String], settings: JSONValue, _ context: StageContext) {
        self.trackers = trackers.compactMap(Tracker.init)
        run = TrackedRun(
            experiment: context.run.pipeline, stage: context.stageName, fingerprint: context.fingerprint,
            parameters: TrackedRun.texts(of: settings),
            tags: TrackedRun.tags(run: context.run.id, date: context.run.date), started: Self.now)
        folder = context.baseFolder + "/" + Self.folderName
        progress = context.progress
    }

    /// Beside the pipeline file.
    static let folderName = "track"

    private static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

    /// Begins to write; continues where a run that was stopped has left it.
    /// - Parameter step: the step that the training resumes from; 0 for one that begins.
    func open(after step: Int) {
        guard !trackers.isEmpty else { return }
        attempt {
            writer = try TrackWriter(
                run, trackers.map { ($0, folder + "/" + $0.folderName) }, after: step)
            progress.log("tracked below \(folder)", [:])
        }
    }

    func add(_ event: TrainingEvent) {
        switch event {
        case .step(let report): add(report)
        case .evaluation(let report):
            add(
                "dev", report.step,
                [("loss", report.scores.loss)] + report.scores.headline.map { ($0.name, $0.value) })
        case .features, .answers, .finished: break
        }
    }

    func add(_ event: PretrainingEvent) {
        switch event {
        case .step(let report): add(report)
        case .evaluation(let evaluation):
            let values: [(String, Double?)] = [
                ("word_loss", evaluation.wordLoss), ("word_accuracy", evaluation.wordAccuracy),
                ("pair_accuracy", evaluation.pairAccuracy), ("replaced_loss", evaluation.replacedLoss),
                ("replaced_accuracy", evaluation.replacedAccuracy),
            ]
            add("dev", evaluation.step, values.compactMap { name, value in value.map { (name, $0) } })
        case .scoring: break
        }
    }

    private func add(_ report: StepReport) {
        add(
            "train", report.step,
            [
                ("epoch", report.epoch), ("loss", report.loss), ("accuracy", report.accuracy),
                ("learning_rate", report.learningRate), ("gradient_norm", report.gradientNorm),
                ("tokens_per_second", report.tokensPerSecond),
            ])
    }

    private func add(_ part: String, _ step: Int, _ values: [(name: String, value: Double)]) {
        guard let writer else { return }
        let time = Self.now
        attempt {
            try writer.add(
                values.map { TrackedPoint("\(part)/\($0.name)", $0.value, step: step, time: time) })
        }
    }

    /// Ends a training with what its stage reports of it.
    /// - Parameter figures: the curves in it have been written already, and are left out.
    func finish(_ figures: JSONValue) {
        guard let writer else { return }
        let time = Self.now
        let step = figures["steps"]?.intValue ?? 0
        attempt {
            try writer.add(
                TrackedRun.numbers(of: figures).map {
                    TrackedPoint($0.name, $0.value, step: step, time: time)
                })
            try writer.set(.finished, at: time)
        }
    }

    /// Writes down a training that took place elsewhere: its curves, and what its stage reports of it.
    func write(_ figures: JSONValue) {
        open(after: 0)
        guard let writer else { return }
        let time = Self.now
        attempt {
            try writer.add(run.points(of: figures, finished: time))
            try writer.set(.finished, at: time)
        }
    }

    /// Ends what is to be continued.
    func stop() {
        guard let writer else { return }
        attempt { try writer.set(.stopped, at: Self.now) }
    }

    private func attempt(_ body: () throws -> Void) {
        do {
            try body()
        } catch {
            writer = nil
            progress.warn(
                "the training continues, but is no longer tracked: \(StageError(file: error)?.message ?? "\(error)")"
            )
        }
    }
}

extension ParameterReader {
    /// The programs that a training is written down for.
    mutating func trackers() -> [String] {
        unfingerprintedWords(
            "track", of: Tracker.allCases.map(\.rawValue),
            help:
                "Programs to write the curves for while they grow, below track/ beside the pipeline file; 'runs export' does "
                + "it for trainings that are done.")
    }
}
