import Testing
import Training

struct TrainingOptionsTests {
    @Test func theDefaultsAreInRange() {
        #expect(TrainingOptions().problems(classCount: 2).isEmpty)
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
                "epochs is 0; at least 1", "max_steps is 0; at least 1", "batch_size is 0; at least 1",
                "learning_rate is -1.0; above 0", "warmup is 1.5; a share of the steps, 0 ... 1",
                "weight_decay is -0.1; not negative", "clip is 0.0; above 0",
                "patience is 0; at least 1 evaluation",
                "threads is 0; at least 1", "evaluation every 0 steps; at least 1",
                "class_weights are [1.0, 1.0, 1.0]; 2 are needed, not negative and not all 0",
            ])
    }
}
