private import Foundation
internal import Pretraining
internal import StageKit
internal import TextBasics
internal import Training

/// Tells how pretraining continues: what it will take, how far it has come, how well held-out texts are understood.
final class PretrainWatch {
    private let progress: any ProgressSink
    private let expectsRandomWeights: Bool
    let track: TrainingTrack
    private var steps = 0
    private var firstStep: Int?
    private var began = ContinuousClock.now

    init(_ progress: any ProgressSink, expectsRandomWeights: Bool, track: TrainingTrack) {
        self.track = track
        self.progress = progress
        self.expectsRandomWeights = expectsRandomWeights
    }

    func begin(_ start: Pretraining.Start) throws {
        if start.load.file != nil {
            progress.log(start.load.table, [:])
        } else if expectsRandomWeights {
            progress.log("the model starts from random weights, as init_weights asks", [:])
        } else {
            progress.log("no weights in the start folder: the model starts from random ones", [:])
        }
        if let step = start.resumedFrom { progress.log("resuming pretraining", ["step": "\(step)"]) }
        progress.log(start.text, [:])
        guard start.problems.isEmpty else { throw TrainingError.budget(start.problems) }
        steps = start.steps
        track.open(after: start.resumedFrom ?? 0)
    }

    func observe(_ event: PretrainingEvent) {
        track.add(event)
        switch event {
        case .step(let report):
            progress.report(
                report.step, of: steps, unit: "steps",
                note: "loss \(Decimals.text(report.loss, places: 3)), \(Int(report.tokensPerSecond)) tokens/s"
            )
            // The first step also prepares what all others use.
            if firstStep == nil {
                (firstStep, began) = (report.step, .now)
            } else if let first = firstStep, report.step == first + 20 {
                let each = (ContinuousClock.now - began) / .seconds(1) / 20
                let left = each * Double(steps - report.step)
                progress.log(
                    "time to go, from the first steps", ["minutes": Decimals.text(left / 60, places: 1)])
            }
        case .scoring(let done, let all):
            progress.report(done, of: all, unit: "texts", note: "token by token")
        case .evaluation(let evaluation):
            var facts = [
                "step": "\(evaluation.step)", "word_loss": Decimals.text(evaluation.wordLoss, places: 4),
                "word_accuracy": Decimals.text(evaluation.wordAccuracy, places: 4),
            ]
            if let value = evaluation.pairAccuracy {
                facts["pair_accuracy"] = Decimals.text(value, places: 4)
            }
            if let value = evaluation.replacedLoss {
                facts["replaced_loss"] = Decimals.text(value, places: 4)
            }
            if let value = evaluation.replacedAccuracy {
                facts["replaced_accuracy"] = Decimals.text(value, places: 4)
            }
            progress.log("held-out texts", facts)
        }
    }
}
