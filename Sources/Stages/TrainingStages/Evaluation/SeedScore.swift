private import Foundation
package import Training

/// The outcome of training with one seed.
package struct SeedScore {
    package let seed: UInt64
    package let summary: TrainingSummary

    package init(seed: UInt64, summary: TrainingSummary) {
        self.seed = seed
        self.summary = summary
    }

    /// A table of the models, and where there are several the mean of their scores with its 95 % interval.
    package static func report(_ scores: [SeedScore], metric: TrainingOptions.Metric) -> String {
        var lines = ["seed\tsteps\tepochs\tbest_step\t\(metric.rawValue)"]
        for score in scores {
            lines.append(
                "\(score.seed)\t\(score.summary.steps)\t\(String(format: "%.2f", score.summary.epochs))\t"
                    + "\(score.summary.bestStep.map { "\($0)" } ?? "")\t"
                    + (score.summary.bestMetric.map { String(format: "%.6f", $0) } ?? ""))
        }
        let values = scores.compactMap(\.summary.bestMetric)
        if values.count > 1, let interval = MeanInterval(values) {
            lines.append(String(format: "mean\t\t\t\t%.6f", interval.mean))
            lines.append(String(format: "low_95\t\t\t\t%.6f", interval.low))
            lines.append(String(format: "high_95\t\t\t\t%.6f", interval.high))
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
