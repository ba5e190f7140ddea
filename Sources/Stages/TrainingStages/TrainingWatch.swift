private import Foundation
package import StageKit
package import Training

/// Tells how training goes on: what it will take, how far it has come, how it scores.
package final class TrainingWatch {
    private let progress: any ProgressSink
    private var budget: TrainingBudget?
    private var pace = TrainingPace()
    private var totalSteps = 0

    /// Whether random weights were asked for, so that nobody has to be told of them.
    private let expectsRandomWeights: Bool

    package init(progress: any ProgressSink, expectsRandomWeights: Bool = false) {
        self.progress = progress
        self.expectsRandomWeights = expectsRandomWeights
    }

    /// - Throws: ``TrainingError/budget(_:)`` when the run cannot fit.
    package func begin(_ start: FineTuning.Start) throws {
        if start.load.file == nil, expectsRandomWeights {
            progress.log("the model starts from random weights, as init_weights asks", [:])
        } else if start.load.file == nil {
            progress.warn(
                "no weights in the start folder: the model starts from random ones (init_weights: random says that this "
                    + "is meant)")
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

    package func observe(_ event: TrainingEvent) {
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

    /// - Parameters:
    ///   - outcome: what the run came to.
    ///   - labels: names of the classes.
    package func end(_ outcome: FineTuning.Outcome, labels: [String]) {
        if let text = outcome.profile.text { progress.log(text, [:]) }
        guard let label = outcome.state.onlyAnswer, labels.indices.contains(label) else { return }
        let rows = outcome.state.keptEvaluation?.scores.rows ?? 0
        progress.warn(
            "the model that is kept answers '\(labels[label])' for each of the \(rows) dev rows; set class_weights: balanced, "
                + "train longer, or choose another learning rate")
    }

    private static func rounded(_ value: Double) -> String {
        String(format: "%.4f", value)
    }
}
