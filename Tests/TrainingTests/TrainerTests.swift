import Models
import Testing
import Training

struct TrainerTests {
    static func events(_ trainer: Trainer) throws -> [TrainingEvent] {
        var events: [TrainingEvent] = []
        while let event = try trainer.next() { events.append(event) }
        return events
    }

    static func kinds(_ events: [TrainingEvent]) -> String {
        String(
            events.map { event -> Character in
                switch event {
                case .step: "s"
                case .evaluation: "e"
                case .features: "r"
                case .answers: "a"
                case .finished: "f"
                }
            })
    }

    @Test func eventsComeInOrderAndEndOnce() throws {
        let trainer = try Toy.trainer(Toy.options(steps: 12))
        let events = try Self.events(trainer)
        #expect(Self.kinds(events) == "sssssesssssessef")
        #expect(try trainer.next() == nil)
        guard case .step(let first) = events[0], case .step(let last) = events[13] else { return }
        #expect(first.step == 1 && first.learningRate == 0)
        #expect(last.step == 12 && last.epoch == 1.5)  // 60 rows in steps of 8: eight steps an epoch
        #expect(trainer.state.history.losses.count == 12)
        #expect(trainer.state.evaluations.count == 3)
    }

    @Test func epochsEndWithTheirRest() throws {
        var options = Toy.options(steps: 1)
        options.maxSteps = nil
        options.epochs = 2
        options.evaluation = .epoch
        let events = try Self.events(Toy.trainer(options))
        #expect(Self.kinds(events) == "sssssssse" + "ssssssssef")
        var tokens = 0
        for case .step(let report) in events { tokens += report.tokens }
        #expect(tokens == 2 * (try Toy.rows(60, seed: 1).tokenCount))
    }

    @Test func aSmallModelLearnsASmallProblem() throws {
        let trainer = try Toy.trainer(Toy.options(steps: 200))
        var first: Double?
        var last: EvaluationReport?
        while let event = try trainer.next() {
            if case .step(let report) = event, first == nil { first = report.loss }
            if case .evaluation(let report) = event { last = report }
        }
        let start = try #require(first)
        let end = try #require(last)
        #expect(abs(start - 0.693) < 0.2)
        let scores = try #require(end.scores.classification)
        #expect(scores.logLoss < 0.3)
        #expect(scores.macroF1 > 0.9)
        #expect(scores.majority.macroF1 < 0.34)
    }

    @Test func withoutDevRowsThereAreNoEvaluations() throws {
        let trainer = try Toy.trainer(Toy.options(steps: 6), dev: false)
        #expect(Self.kinds(try Self.events(trainer)) == "ssssssf")
        #expect(trainer.summary.bestStep == nil)
    }

    @Test func patienceEndsARunThatNoLongerImproves() throws {
        var options = Toy.options(steps: 100)
        options.learningRate = 1e-12  // nothing can improve after the first evaluation
        options.patience = 2
        let trainer = try Toy.trainer(options)
        #expect(Self.kinds(try Self.events(trainer)) == "sssssesssssessssse" + "f")
        #expect(trainer.summary.stoppedEarly)
        #expect(trainer.summary.bestStep == 5)
        #expect(trainer.summary.steps == 15)
    }

    @Test func theLowestLossIsTheBest() throws {
        var options = Toy.options(steps: 30)
        options.metric = .loss
        let trainer = try Toy.trainer(options)
        _ = try Self.events(trainer)
        let losses = trainer.state.evaluations.map(\.scores.loss)
        #expect(trainer.state.best?.metric == losses.min())
        #expect(trainer.state.evaluations.filter(\.isBest).last?.step == trainer.state.best?.step)
    }

    /// The dev row is always right, and the model grows surer of it.
    @Test func ofEquallyGoodScoresTheOneOfTheLowerLossIsKept() throws {
        var options = Toy.options(steps: 20)
        options.classWeights = .given([1000, 1])
        options.metric = .accuracy
        let trainer = try Trainer(
            Toy.model(), options: options, training: Toy.rows(60, seed: 1), dev: Toy.rows(1, seed: 2))
        _ = try Self.events(trainer)
        let evaluations = trainer.state.evaluations
        let tied = evaluations.filter { $0.metric == evaluations.compactMap(\.metric).max() }
        #expect(tied.count > 1)
        let lowest = tied.min { $0.scores.loss < $1.scores.loss }
        #expect(trainer.state.best?.step == lowest?.step)
        #expect(trainer.state.best?.step != tied.first?.step)
        #expect(trainer.state.keptEvaluation == lowest)
    }

    @Test func aModelThatAnswersOneClassIsNoticed() throws {
        var options = Toy.options(steps: 5)
        options.classWeights = .given([1000, 1])
        options.learningRate = 1e-2
        let constant = try Toy.trainer(options)
        _ = try Self.events(constant)
        #expect(constant.state.onlyAnswer == 0)
        let learned = try Toy.trainer(Toy.options(steps: 60))
        _ = try Self.events(learned)
        #expect(learned.state.onlyAnswer == nil)
    }

    @Test func classWeightsChangeTheLoss() throws {
        func firstLoss(_ weights: TrainingOptions.ClassWeights) throws -> Double {
            var options = Toy.options(steps: 1)
            options.classWeights = weights
            guard case .step(let report) = try Toy.trainer(options).next() else { return 0 }
            return report.loss
        }
        // Equal weights leave the mean as it is; the toy problem is balanced as well.
        #expect(abs(try firstLoss(.given([3, 3])) - firstLoss(.uniform)) < 1e-6)
        #expect(abs(try firstLoss(.balanced) - firstLoss(.uniform)) < 1e-6)
        #expect(abs(try firstLoss(.given([5, 1])) - firstLoss(.uniform)) > 1e-4)
    }

    @Test func rowsThatWeighNothingChangeNothing() throws {
        let shard = Toy.shard(rows: 3, seed: 1, weights: true)  // weights 0, 0.5 and 1
        let rows = try TokenRows(
            shards: [shard.encoded(vocabularySize: 40)], vocabularySize: 40, labelCount: 2)
        var options = Toy.options(steps: 6)
        options.batchSize = 1
        options.warmup = 0
        options.weightDecay = 0
        let trainer = try Trainer(Toy.model(), options: options, training: rows, dev: nil)
        var losses: [Double] = []
        while case .step(let report)? = try trainer.next() {
            losses.append(report.loss)
            #expect((report.gradientNorm == 0) == (report.loss == 0), "step \(report.step)")
        }
        #expect(losses.count { $0 == 0 } == 2)
    }

    @Test func dataThatCannotBeLearnedFromIsRefused() throws {
        let model = try Toy.model()
        let good = try Toy.rows(10, seed: 1)
        let empty = try Toy.rows(0, seed: 1)
        let oneClass = try Toy.rows(1, seed: 1)
        func error(_ train: TokenRows, _ dev: TokenRows?, _ options: TrainingOptions = TrainingOptions())
            -> String
        {
            message { _ = try Trainer(model, options: options, training: train, dev: dev) }
        }
        #expect(error(empty, nil) == "there are no training rows; at least 2 are needed")
        #expect(error(oneClass, nil) == "all 1 training rows are of class 0; at least two classes are needed")
        #expect(error(good, empty) == "there are no dev rows; leave dev out or give it a larger share")
        var options = TrainingOptions()
        options.metric = .rocAUC
        #expect(error(good, oneClass, options) == "roc_auc needs dev rows of every class; there are [1, 0]")
        options = TrainingOptions()
        options.usesProbabilities = true
        #expect(
            error(good, nil, options)
                == "the shards do not say how probable each of two classes is; train on labels instead")
        options = TrainingOptions()
        options.epochs = 0
        options.batchSize = 0
        #expect(
            error(good, nil, options)
                == "epochs is 0; it takes 1 ... 10000\nbatch_size is 0; it takes 1 ... 65536 rows")
    }

    @Test func aWeightThatIsNotANumberEndsTheRunWithItsStepAndRows() throws {
        let model = try Toy.model()
        let trainer = try Toy.trainer(Toy.options(steps: 5), model: model)
        _ = try trainer.next()
        try model.parameters.withValues(of: "bert.encoder.layer.0.output.dense.weight") { $0[3] = .nan }
        let text = message { _ = try trainer.next() }
        #expect(
            text.hasPrefix(
                "step 2: the weight 'bert.encoder.layer.0.output.dense.weight' is not finite, for comments 1"),
            "\(text)")
        #expect(trainer.state.step == 1)
    }
}
