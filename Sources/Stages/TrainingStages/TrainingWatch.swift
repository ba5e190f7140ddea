private import Foundation
internal import StageKit
internal import Training

/// Tells how training goes on: what it will take, how far it has come, how it scores.
final class TrainingWatch {
    private let progress: any ProgressSink
    private var budget: TrainingBudget?
    private var pace = TrainingPace()
    private var totalSteps = 0

    init(progress: any ProgressSink) { self.progress = progress }

    /// Trains, and tells how it goes on.
    ///
    /// - Parameters:
    ///   - metrics: gets each step.
    ///   - shouldStop: asked before each step.
    /// - Returns: `nil` when it was stopped.
    /// - Throws: ``TrainingError/budget(_:)`` when the run cannot fit.
    func follow(
        _ tuning: FineTuning, _ places: FineTuning.Places, metrics: MetricsSink = MetricsSink(nil),
        shouldStop: () -> Bool
    ) throws -> FineTuning.Outcome? {
        let outcome = try tuning.run(
            places,
            loaded: { start in
                try metrics.open(after: start.resumedFrom ?? 0)
                try begin(start)
            },
            observe: { event in
                if case .step(let report) = event { try metrics.append(report) }
                observe(event)
            },
            shouldStop: shouldStop)
        if let outcome, let text = outcome.profile.text { progress.log(text, [:]) }
        return outcome
    }

    private func begin(_ start: FineTuning.Start) throws {
        if start.load.file == nil {
            progress.warn("no weights in the start folder: the model starts from random ones")
        } else {
            progress.log(start.load.table, [:])
        }
        if let step = start.resumedFrom { progress.log("training goes on", ["step": "\(step)"]) }
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
            progress.log(
                "dev scores",
                [
                    "step": "\(report.step)", "accuracy": Self.rounded(report.scores.accuracy),
                    "macro_f1": Self.rounded(report.scores.macroF1),
                    "loss": Self.rounded(report.scores.logLoss),
                    "best": report.isBest ? "yes" : "no",
                ])
        case .features(let done, let all): progress.report(done, of: all, unit: "rows")
        case .finished: break
        }
    }

    private static func rounded(_ value: Double) -> String {
        String(format: "%.4f", value)
    }
}
