/// Everything that may be said about a training: what decides the model, and how the run goes about it.
package struct TrainingSettings: Hashable, Sendable {
    package var options = TrainingOptions()
    /// Steps between checkpoints, at least 1.
    package var checkpointInterval = 200
    /// Last checkpoints kept while training continues, at least 1.
    package var keptCheckpoints = 1

    package init() {}
}

extension TrainingOptions {
    /// The options with those at their defaults that another value of gives the same model.
    package var decidingTheModel: TrainingOptions {
        var settings = TrainingSettings()
        settings.options = self
        for setting in TrainingSetting.all where !setting.decidesModel {
            if let value = setting.defaultValue { setting.write(value, to: &settings) }
        }
        settings.options.threads = 1  // resuming with another thread count is allowed but not bit-identical
        return settings.options
    }
}
