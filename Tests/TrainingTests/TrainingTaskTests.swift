import Foundation
import Models
import SeededRandom
import ShardFormat
import Testing
import Training

/// Training for several classes of each row and for scores, on a small problem that a small model can learn.
struct TrainingTaskTests {
    /// A row has class 0 when it holds token 7 and class 1 when it holds token 6; its score is how many of them it holds.
    private static func rows(_ count: Int, seed: Int, task: TaskName) throws -> TokenRows {
        let width = task == .multiLabel ? 2 : 1
        var shard = TokenShard(targetWidth: width)
        var random = SplitMix64(seed: UInt64(seed))
        for row in 0..<count {
            let (first, second) = (row % 2 == 0, row % 3 == 0)
            var tokens = (0..<4).map { _ in 8 + Int32(random.integer(below: 32)) }
            if first { tokens[1] = 7 }
            if second { tokens[2] = 6 }
            let target: [Float] =
                task == .multiLabel
                ? [first ? 1 : 0, second ? 1 : 0] : [Float((first ? 1 : 0) + (second ? 1 : 0))]
            shard.append(tokens: [2] + tokens + [3], label: 0, comment: Int64(row), target: target)
        }
        return try TokenRows(
            shards: [shard.encoded(vocabularySize: 40)], vocabularySize: 40, labelCount: width)
    }

    private static func trainer(
        _ task: TaskName, steps: Int = 120, dropout: Bool = true,
        change: (inout TrainingOptions) -> Void = { _ in }
    ) throws -> Trainer {
        var configuration = Toy.configuration
        if !dropout {
            configuration.plan.hiddenDropout = 0
            configuration.plan.attentionDropout = 0
        }
        var options = Toy.options(steps: steps)
        options.evaluation = .steps(40)
        change(&options)
        let model = try configuration.makeModel(
            labelCount: task == .multiLabel ? 2 : 1, seed: 1, threads: options.threads)
        return try Trainer(
            model, options: options,
            training: rows(120, seed: 1, task: task), dev: rows(24, seed: 2, task: task),
            task: TrainingTask(task))
    }

    private static func last(_ trainer: Trainer) throws -> TaskScores {
        var last: TaskScores?
        while let event = try trainer.next() {
            if case .evaluation(let report) = event { last = report.scores }
        }
        return try #require(last)
    }

    /// Each class is learned, not one of them alone, by a small model without dropout: rows say them without a doubt.
    @Test func severalClassesAreLearned() throws {
        func scores(_ change: @escaping (inout TrainingOptions) -> Void = { _ in }) throws -> MultiLabelScores
        {
            let trainer = try Self.trainer(.multiLabel, steps: 480, dropout: false, change: change)
            guard case .flags(let scores) = try Self.last(trainer) else { throw OtherTask() }
            return scores
        }
        let learned = try scores()
        // Answering with the shares of the classes alone gives a loss of 0.66.
        #expect(learned.logLoss < 0.1, "\(learned)")
        #expect(learned.classes.map(\.f1).min() ?? 0 > 0.95, "\(learned)")
        // The negative control: a class whose rows count nothing is not learned, and the other is all the same.
        let half = try scores { $0.classWeights = .given([0, 1]) }
        #expect(half.classes[0].f1 < 0.5 && half.classes[1].f1 > 0.95, "\(half)")
    }

    private struct OtherTask: Error {}

    @Test func scoresAreLearned() throws {
        guard
            case .numbers(let scores) = try Self.last(
                Self.trainer(.regression, steps: 240) { $0.metric = .pearson })
        else {
            Issue.record("scores of another task")
            return
        }
        #expect(try #require(scores.pearson) > 0.95, "\(scores)")
    }

    @Test(arguments: [TaskName.multiLabel, .regression])
    func partsOfABatchGiveTheSameLosses(task: TaskName) throws {
        func losses(_ parts: Int) throws -> [Double] {
            let trainer = try Self.trainer(task, steps: 6) { $0.accumulate = parts }
            while try trainer.next() != nil {}
            return trainer.state.history.losses
        }
        for (whole, parts) in zip(try losses(1), try losses(4)) { #expect(abs(whole - parts) < 1e-5) }
    }

    /// A run that is interrupted and continues from its checkpoint takes the very same steps.
    @Test(arguments: [TaskName.multiLabel, .regression])
    func aResumedRunGivesTheSameBits(task: TaskName) throws {
        let folder = try TemporaryFolder()
        let whole = try Self.trainer(task, steps: 12) { $0.evaluation = .steps(4) }
        while try whole.next() != nil {}
        let first = try Self.trainer(task, steps: 12) { $0.evaluation = .steps(4) }
        while first.state.step < 7 { _ = try first.next() }
        try first.saveCheckpoint(to: folder.file("state"))
        let second = try Self.trainer(task, steps: 12) { $0.evaluation = .steps(4) }
        try second.restore(from: folder.file("state"))
        while try second.next() != nil {}
        #expect(second.state == whole.state)
        #expect(second.state.evaluations.count == 3)
    }

    @Test func classesThatAreToBeBalancedCountTheOtherWayRoundForTheirRows() throws {
        let uniform = try Self.trainer(.multiLabel, steps: 1)
        let balanced = try Self.trainer(.multiLabel, steps: 1) { $0.classWeights = .balanced }
        let given = try Self.trainer(.multiLabel, steps: 1) { $0.classWeights = .given([1, 2]) }
        func loss(_ trainer: Trainer) throws -> Double {
            _ = try trainer.next()
            return trainer.state.history.losses[0]
        }
        // Of 120 rows 60 are of class 0 and 40 of class 1: factors 1 and 2.
        #expect(try loss(balanced) == loss(given))
        #expect(try loss(uniform) != loss(balanced))
    }

    @Test func whatDoesNotFitTheTaskIsRefused() throws {
        func refusal(_ task: TaskName, _ change: @escaping (inout TrainingOptions) -> Void) -> String {
            message { _ = try Self.trainer(task, change: change) }
        }
        #expect(refusal(.multiLabel) { $0.metric = .pearson }.contains("metric is pearson"))
        #expect(refusal(.multiLabel) { $0.labelSmoothing = 0.1 }.contains("label_smoothing is 0.1"))
        #expect(refusal(.regression) { $0.metric = .accuracy }.contains("metric is accuracy"))
        #expect(refusal(.regression) { $0.classWeights = .balanced }.contains("class_weights are set"))
        #expect(refusal(.regression) { $0.usesProbabilities = true }.contains("targets is votes"))
        #expect(
            message {
                _ = try Trainer(
                    Toy.model(labelCount: 3), options: Toy.options(steps: 1),
                    training: Self.rows(6, seed: 1, task: .multiLabel), dev: nil, task: .multiLabel)
            }.contains("rows have targets of 2 numbers; a model of 3 scores"))
        #expect(
            message {
                _ = try Trainer(
                    Toy.model(), options: Toy.options(steps: 1),
                    training: Self.rows(6, seed: 1, task: .multiLabel),
                    dev: nil)
            }.contains("rows have targets of 2 numbers"))
    }

    @Test func reportsOfEachTaskAreReadBack() throws {
        for task in [TaskName.multiLabel, .regression] {
            let scores = try Self.last(Self.trainer(task, steps: 4))
            let back = try JSONDecoder().decode(TaskScores.self, from: JSONEncoder().encode(scores))
            #expect(back == scores)
        }
        let classes = TaskScores.classes(
            try ClassificationScores(labels: [0, 1], probabilities: [0.8, 0.2, 0.4, 0.6], classCount: 2))
        let encoded = try JSONEncoder().encode(classes)
        #expect(try JSONDecoder().decode(TaskScores.self, from: encoded) == classes)
        // As it always was: a checkpoint of one class of each row has no word for the task.
        #expect(try JSONDecoder().decode(ClassificationScores.self, from: encoded) == classes.classification)
    }
}
