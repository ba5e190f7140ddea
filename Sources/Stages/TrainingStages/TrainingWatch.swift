private import Foundation
internal import StageKit
internal import Training

/// Tells how training continues: what it will take, how far it has come, how it scores.
final class TrainingWatch {
    private let progress: any ProgressSink
    private var budget: TrainingBudget?
    private var pace = TrainingPace()
    private var totalSteps = 0

    /// Whether random weights were requested, so that no warning is needed.
    private let expectsRandomWeights: Bool

    init(progress: any ProgressSink, expectsRandomWeights: Bool = false) {
        self.progress = progress
        self.expectsRandomWeights = expectsRandomWeights
    }

    /// Trains, and reports progress.
    ///
    /// - Parameters:
    ///   - metrics: gets each step.
    ///   - track: gets each step and each dev evaluation.
    ///   - shouldStop: asked before each step.
    /// - Returns: `nil` when it was stopped.
    /// - Throws: ``TrainingError/budget(_:)`` when the run cannot fit.
    func follow(
        _ tuning: FineTuning, _ places: FineTuning.Paths, metrics: MetricsSink = MetricsSink(nil),
        track: TrainingTrack? = nil, shouldStop: () -> Bool
    ) throws -> FineTuning.Outcome? {
        let outcome = try tuning.run(
            places,
            loaded: { start in
                try metrics.open(after: start.resumedFrom ?? 0)
                track?.open(after: start.resumedFrom ?? 0)
                try begin(start)
            },
            observe: { event in
                if case .step(let report) = event { try metrics.append(report) }
                track?.add(event)
                observe(event)
            },
            shouldStop: shouldStop)
        if outcome == nil { track?.stop() }
        if let outcome {
            if let text = outcome.profile.text { progress.log(text, [:]) }
            warn(of: outcome.state, labels: tuning.shards.manifest.labelNames)
        }
        return outcome
    }

    /// What the model starts from, and what is done otherwise than one might expect.
    func tell(_ load: LoadReport, notes: [String]) {
        if load.file == nil, expectsRandomWeights {
            progress.log("the model starts from random weights, as init_weights asks", [:])
        } else if load.file == nil {
            progress.warn(
                "no weights in the start folder: the model starts from random ones (init_weights: random says that this "
                    + "is meant)")
        } else {
            progress.log(load.table, [:])
        }
        for note in notes { progress.warn(note) }
    }

    private func begin(_ start: FineTuning.Start) throws {
        tell(start.load, notes: start.notes)
        if let step = start.resumedFrom { progress.log("resuming training", ["step": "\(step)"]) }
        guard let budget = start.budget else { return }
        progress.log(budget.text, [:])
        guard budget.problems.isEmpty else { throw TrainingError.budget(budget.problems) }
        totalSteps = budget.steps
        self.budget = budget
    }

    private func observe(_ event: TrainingEvent) {
        switch event {
        case .step(let report):
            progress.report(
                report.step, of: totalSteps, unit: "steps",
                note: "loss \(Self.rounded(report.loss)), \(Int(report.tokensPerSecond)) tokens/s")
            if pace.add(report), let budget, let seconds = pace.secondsLeft(budget) {
                progress.log(
                    "time to go, from the first steps", ["minutes": String(format: "%.1f", seconds / 60)])
            }
        case .evaluation(let report):
            var metadata = [
                "step": "\(report.step)", "loss": Self.rounded(report.scores.loss),
                "best": report.isBest ? "yes" : "no",
            ]
            for score in report.scores.headline { metadata[score.name] = Self.rounded(score.value) }
            progress.log("dev scores", metadata)
        case .features(let done, let all): progress.report(done, of: all, unit: "rows")
        case .answers(let done, let all):
            progress.report(done, of: all, unit: "rows", note: "answered by the teacher")
        case .finished: break
        }
    }

    /// Warns of a model that answers every dev row with the same class.
    func warn(of state: TrainingState, labels: [String]) {
        guard let label = state.onlyAnswer, labels.indices.contains(label) else { return }
        let rows = state.keptEvaluation?.scores.rows ?? 0
        progress.warn(
            "the model that is kept answers '\(labels[label])' for each of the \(rows) dev rows; set class_weights: balanced, "
                + "train longer, or choose another learning rate")
    }

    private static func rounded(_ value: Double) -> String {
        String(format: "%.4f", value)
    }
}
