package import ShardFormat

extension TrainingOptions {
    /// The score that checkpoints are compared by. F1 is the default; a task that has none has another one instead.
    package func metric(for task: TaskName) -> Metric {
        metric == .macroF1 ? TrainingTask(task).defaultMetric : metric
    }
}

extension TrainingOptions.Metric: CaseIterable {
    /// Those that several tasks have, and then those of single ones.
    package static let allCases: [TrainingOptions.Metric] =
        [macroF1, accuracy, loss, rocAUC, microF1, mcc, pearson, spearman]
        + TrainingTask.all.flatMap(\.ownMetrics)
}
