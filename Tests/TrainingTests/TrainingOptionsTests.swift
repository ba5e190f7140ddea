import Testing
import Training

struct TrainingOptionsTests {
    @Test func theDefaultsAreInRange() {
        #expect(TrainingOptions().problems(classCount: 2).isEmpty)
    }

    @Test func scoresAreComparedByTheirCorrelationUnlessAnotherMetricIsSet() {
        var options = TrainingOptions()
        #expect(options.metric(for: .regression) == .pearson)
        #expect(options.metric(for: .singleLabel) == .macroF1 && options.metric(for: .multiLabel) == .macroF1)
        options.metric = .spearman
        #expect(options.metric(for: .regression) == .spearman)
    }

    @Test func everyProblemIsNamedAtOnce() {
        var options = TrainingOptions()
        options.epochs = 0
        options.maxSteps = 0
        options.batchSize = 0
        options.learningRate = -1
        options.warmup = 1.5
        options.weightDecay = -0.1
        options.clipNorm = 0
        options.patience = 0
        options.threads = 0
        options.evaluation = .steps(0)
        options.classWeights = .given([1, 1, 1])
        #expect(
            options.problems(classCount: 2) == [
                "epochs is 0; it takes 1 ... 10000", "max_steps is 0; it takes 1 ... 100000000",
                "batch_size is 0; it takes 1 ... 65536 rows",
                "learning_rate is -1; it takes 1e-12 ... 1", "warmup is 1.5; it takes 0 ... 1",
                "weight_decay is -0.1; it takes 0 ... 1", "clip is 0; it takes 1e-06 ... 1000000",
                "patience is 0; it takes 1 ... 10000 evaluations",
                "evaluate_every is 0; it takes 1 ... 100000000 steps", "threads is 0; at least 1",
                "class_weights are [1.0, 1.0, 1.0]; 2 are needed, not negative and not all 0",
            ])
    }
}
