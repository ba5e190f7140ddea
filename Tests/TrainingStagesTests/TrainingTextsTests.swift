import Diagnostics
import Testing
import Training
import TrainingStages

struct TrainingTextsTests {
    private static func settings(_ texts: (String, String)...) throws -> TrainingSettings {
        try TrainingSettings(
            texts: texts.map { (try #require(TrainingSetting.named($0.0)), $0.1) })
    }

    @Test func withoutTextsAllIsAsByDefault() throws {
        var expected = TrainingOptions()
        expected.precision = ComputeEnvironment.fastestPrecision
        #expect(try Self.settings().options == expected)
    }

    @Test func textsAreReadAsAPipelineFilesValuesAre() throws {
        let settings = try Self.settings(
            ("epochs", "7"), ("learning_rate", "1e-4"), ("metric", "loss"), ("class_weights", "1,2.5"),
            ("gradient_checkpointing", "true"), ("keep_checkpoints", "3"))
        #expect(settings.options.epochs == 7 && settings.options.learningRate == 1e-4)
        #expect(settings.options.metric == .loss && settings.options.recomputesActivations)
        #expect(settings.options.classWeights == .given([1, 2.5]))
        #expect(settings.keptCheckpoints == 3)
        #expect(try Self.settings(("class_weights", "balanced")).options.classWeights == .balanced)
    }

    @Test func everythingThatIsWrongIsSaidInItsOrder() throws {
        let error = #expect(throws: DiagnosticsError.self) {
            try Self.settings(("epochs", "0"), ("metric", "best"), ("warmup", "half"))
        }
        let messages = (error?.findings ?? []).map(\.message)
        #expect(messages.count == 3, "\(messages)")
        for (message, key) in zip(messages, ["'epochs'", "'metric'", "'warmup'"]) {
            #expect(message.contains(key), "\(messages)")
        }
    }
}
