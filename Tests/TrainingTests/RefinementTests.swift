import Foundation
import Models
import ShardFormat
import Testing
import Training

/// Settings that most runs leave alone.
struct RefinementTests {
    private static func weights(_ change: (inout TrainingOptions) -> Void) throws -> [Float] {
        var options = Toy.options(steps: 10)
        change(&options)
        let model = try Toy.model()
        let trainer = try Toy.trainer(options, model: model)
        while try trainer.next() != nil {}
        return Array(model.parameters.values)
    }

    private static func distance(_ a: [Float], _ b: [Float]) -> Double {
        let norm = b.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        return zip(a, b).reduce(0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }.squareRoot() / norm
    }

    static let straight = Result { try weights { _ in } }

    /// Ten steps of 8 rows at once, in two, three and eight parts; 60 rows leave a last step of 4. Rounding of sums
    /// in another order grows over the steps as Adam divides small gradients by their size: 1e-4 of the weights.
    @Test(arguments: [2, 3, 8])
    func partsOfABatchGiveTheSameStep(parts: Int) throws {
        let straight = try Self.straight.get()
        let found = try Self.weights { $0.accumulate = parts }
        #expect(Self.distance(found, straight) < 1e-4)
    }

    /// The negative control: steps of the parts' size are another training.
    @Test func smallerBatchesAreNotPartsOfABatch() throws {
        #expect(Self.distance(try Self.weights { $0.batchSize = 4 }, try Self.straight.get()) > 1e-2)
    }

    @Test func computingTwiceChangesNoBit() throws {
        #expect(try Self.weights { $0.recomputesActivations = true } == Self.straight.get())
    }

    @Test func eachSettingHasAnEffect() throws {
        let straight = try Self.straight.get()
        let changes: [(inout TrainingOptions) -> Void] = [
            { $0.labelSmoothing = 0.1 }, { $0.layerDecay = 0.9 }, { $0.frozenLayers = 0 },
            { $0.frozenLayers = 2 },
        ]
        for change in changes { #expect(Self.distance(try Self.weights(change), straight) > 1e-4) }
    }

    @Test func frozenLayersStayAsTheyWere() throws {
        let start = try Toy.model()
        let end = try Self.weights { $0.frozenLayers = 1 }
        for entry in start.parameters.entries {
            let moved = Array(start.parameters.values[entry.range]) != Array(end[entry.range])
            #expect(moved == (entry.part != .embeddings && entry.part != .layer(0)), "\(entry.name)")
        }
    }

    /// (1 - s) · CE(label) + s · mean of CE(each class), as torch.nn.CrossEntropyLoss(label_smoothing=s) has it.
    @Test(arguments: [0.0, 0.1, 0.5])
    func smoothedLossIsThatOfTheFormula(smoothing: Double) throws {
        var options = Toy.options(steps: 1)
        options.labelSmoothing = smoothing
        let model = try Toy.model()
        let rows = try Toy.rows(8, seed: 4)
        options.batchSize = 8
        // Without dropout, so that the scores can be asked for.
        let batch = rows.batch(0..<8, targets: SoftTargets(options, classCount: 2))
        let loss = try model.trainStep(batch, dropout: nil).loss
        let probabilities = Predictor.softmax(try model.logits(batch), classCount: 2)
        let expected = (0..<8).reduce(0.0) { sum, row in
            let logs = [0, 1].map { -Foundation.log(probabilities[row * 2 + $0]) }
            return sum + (1 - smoothing) * logs[rows.label(of: row)] + smoothing * (logs[0] + logs[1]) / 2
        }
        #expect(abs(loss - expected / 8) < 1e-6)
    }

    @Test func votesAreSmoothedAsWell() throws {
        var options = Toy.options(steps: 1)
        options.usesProbabilities = true
        options.labelSmoothing = 0.2
        let shard = Toy.shard(rows: 2, seed: 1, probabilities: true)
        let rows = try TokenRows(
            shards: [shard.encoded(vocabularySize: 40)], vocabularySize: 40, labelCount: 2)
        let batch = rows.batch([0, 1], targets: SoftTargets(options, classCount: 2))
        guard case .probabilities(let targets) = batch.targets else {
            Issue.record("no soft targets: \(String(describing: batch.targets))")
            return
        }
        for (found, expected) in zip(targets, [0.7, 0.3, 0.3, 0.7] as [Float]) {
            #expect(abs(found - expected) < 1e-6)
        }
        #expect(targets.count == 4)
    }

    /// Over many epochs a row is of each class as often as its votes imply, in each epoch of one of them.
    @Test func drawnVotesComeAsOftenAsTheyImply() throws {
        var options = Toy.options(steps: 1)
        options.usesProbabilities = true
        options.samplesProbabilities = true
        let shard = Toy.shard(rows: 40, seed: 1, probabilities: true)
        let rows = try TokenRows(
            shards: [shard.encoded(vocabularySize: 40)], vocabularySize: 40, labelCount: 2)
        let targets = try #require(SoftTargets(options, classCount: 2))
        func drawn(_ epoch: Int, _ which: some Sequence<Int> = 0..<40) throws -> [Float] {
            guard case .probabilities(let values) = rows.batch(which, targets: targets.inEpoch(epoch)).targets
            else { throw CancellationError() }
            return values
        }
        var seconds = [Float](repeating: 0, count: 40)
        for epoch in 0..<500 {
            let values = try drawn(epoch)
            #expect(values.allSatisfy { $0 == 0 || $0 == 1 })
            for row in 0..<40 { seconds[row] += values[2 * row + 1] / 500 }
        }
        for row in 0..<40 { #expect(abs(seconds[row] - (row % 2 == 1 ? 0.75 : 0.25)) < 0.1, "row \(row)") }
        #expect(try drawn(3) == drawn(3) && drawn(3) != drawn(4))
        // A row's draw does not depend on its batch.
        #expect(try drawn(3, [7]) == Array(drawn(3)[14..<16]))
        var other = options
        other.seed += 1
        #expect(SoftTargets(other, classCount: 2) != targets)
    }

    static let bad: [(String, @Sendable (inout TrainingOptions) -> Void)] = [
        ("accumulate is 0; it takes 1 ... 65536 parts", { $0.accumulate = 0 }),
        ("accumulate is 9; at most batch_size, 8", { $0.accumulate = 9 }),
        ("label_smoothing is 1; it takes 0 ... 0.99", { $0.labelSmoothing = 1 }),
        ("label_smoothing is nan; it takes 0 ... 0.99", { $0.labelSmoothing = .nan }),
        ("layer_decay is 0; it takes 0.001 ... 1", { $0.layerDecay = 0 }),
        ("layer_decay is 1.5; it takes 0.001 ... 1", { $0.layerDecay = 1.5 }),
        ("freeze_layers is -1; it takes 0 ... 4095 layers", { $0.frozenLayers = -1 }),
        ("freeze_layers is 3; the model has 2 layers", { $0.frozenLayers = 3 }),
    ]

    @Test(arguments: bad.indices)
    func settingsOutOfRangeAreNamed(number: Int) throws {
        var options = Toy.options(steps: 1)
        Self.bad[number].1(&options)
        #expect(message { _ = try Toy.trainer(options) } == Self.bad[number].0)
    }

    /// The resume tests run with plain settings; these are those that change what a step does.
    @Test func interruptedRunsEndAlikeWithAllOfThem() throws {
        var options = Toy.options(steps: 20)
        options.accumulate = 3
        options.labelSmoothing = 0.1
        options.layerDecay = 0.8
        options.frozenLayers = 1
        let straight = try ResumeTests.run(killedBefore: [], options: options)
        #expect(try ResumeTests.run(killedBefore: [8, 6, 9], options: options).weights == straight.weights)
        #expect(try straight.weights != ResumeTests.straight.get())
    }

    // MARK: Checkpoints

    @Test func theLastCheckpointsAreKeptWithTheirBestWeights() throws {
        let folder = try TemporaryFolder()
        let trainer = try Toy.trainer(Toy.options(steps: 20))
        let run = try TrainingRun(trainer, folder: folder.file("run"), checkpointInterval: 2, kept: 3)
        _ = try run.run()
        let names = try folder.names(in: "run")
        #expect(
            names.filter { $0.hasPrefix("state") } == [
                "state-18.safetensors", "state-20.safetensors", "state.safetensors",
            ] || names.filter { $0.hasPrefix("state") }.count == 3, "\(names)")
        // The newest one is damaged: the run continues from the one before it, and ends with the same bytes.
        var bytes = try folder.bytes("run/state.safetensors")
        bytes[bytes.count / 2] ^= 1
        try folder.write(bytes, to: "run/state.safetensors")
        let again = try Toy.trainer(Toy.options(steps: 20))
        let second = try TrainingRun(again, folder: folder.file("run"), kept: 3)
        #expect(try #require(second.resumedFrom) >= 18)
        _ = try second.run()
        // All that is kept is whole: the damaged file was replaced, not kept under another name.
        for name in try folder.names(in: "run") where name.hasPrefix("state") {
            try Toy.trainer(Toy.options(steps: 20)).restore(from: folder.file("run/" + name))
        }
        #expect(again.state.evaluations == trainer.state.evaluations)
        #expect(Array(again.state.history.losses) == trainer.state.history.losses)
    }

    // MARK: Metrics

    @Test func metricsHaveOneLineAStepHoweverOftenInterrupted() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("metrics.jsonl")
        func report(_ step: Int) -> StepReport {
            StepReport(
                step: step, epoch: Double(step) / 4, loss: 0.5, accuracy: 0.75, learningRate: 1e-3,
                gradientNorm: 1,
                tokens: 9, tokensPerSecond: 3)
        }
        let first = try MetricsFile(path, after: 0)
        for step in 1...5 { try first.append(report(step)) }
        let second = try MetricsFile(path, after: 3)
        try second.append(report(4))
        let text = String(decoding: try folder.bytes("metrics.jsonl"), as: UTF8.self)
        #expect(
            text.split(separator: "\n").map { $0.components(separatedBy: "\"step\":")[1].prefix(1) } == [
                "1", "2", "3", "4",
            ])
        #expect(
            text.hasPrefix(
                #"{"accuracy":0.75,"epoch":0.25,"gradient_norm":1,"learning_rate":0.001,"loss":0.5,"step":1,"tokens":9,"#
            ))
        // A line that a kill cut off is dropped; a file of something else is left alone.
        try folder.write(text.dropLast(4).utf8, to: "metrics.jsonl")
        withExtendedLifetime(try MetricsFile(path, after: 4)) {}
        #expect(
            String(decoding: try folder.bytes("metrics.jsonl"), as: UTF8.self).split(separator: "\n").count
                == 3)
        try folder.write("id\tlabel\n".utf8, to: "metrics.jsonl")
        #expect(
            message { _ = try MetricsFile(path, after: 4) }
                == "\(path): line 1 is not a step of a run; name another file for the metrics")
        #expect(message { _ = try MetricsFile(path, after: 0) }.contains("line 1 is not a step of a run"))
        #expect(try folder.bytes("metrics.jsonl") == Data("id\tlabel\n".utf8), "left as it was")
    }

    // MARK: Budget

    @Test func theBudgetCountsWhatTheRunTakes() throws {
        let trainer = try Toy.trainer(Toy.options(steps: 20))
        let resources = SystemResources(memory: 1 << 40, disk: 1 << 40)
        let budget = TrainingBudget(trainer, keptCheckpoints: 1, resources: resources)
        var tokens: [Int] = []
        while let event = try trainer.next() {
            if case .step(let report) = event { tokens.append(report.tokens) }
        }
        #expect(budget.steps == 20 && budget.rows == 60)
        #expect(budget.tokens == tokens.reduce(0, +))
        #expect(budget.largestStepTokens == tokens.max())
        #expect(budget.problems.isEmpty)
        let tight = TrainingBudget(
            trainer, keptCheckpoints: 1, resources: SystemResources(memory: 1000, disk: 1000))
        #expect(tight.problems.count == 2)
        #expect(
            tight.problems[0].hasSuffix(
                "1.0 kB are free. Lower batch_size, raise accumulate, set gradient_checkpointing, or take a smaller model"
            ), "\(tight.problems)")
        #expect(
            TrainingBudget(trainer, keptCheckpoints: 1, resources: SystemResources(memory: nil, disk: nil))
                .problems
                .isEmpty)
        #expect(budget.text.hasPrefix("60 rows with "), "\(budget.text)")
    }

    @Test func theMachineSaysWhatItHas() throws {
        let resources = SystemResources(folder: NSTemporaryDirectory() + "not-there/below")
        #expect(try #require(resources.disk) > 0)
        #if os(Linux)
            #expect(try #require(resources.memory) > 1 << 20)
        #endif
    }

    @Test func timeLeftComesFromTheMiddleOfThreeSteps() throws {
        var pace = TrainingPace()
        let budget = TrainingBudget(
            try Toy.trainer(Toy.options(steps: 20), dev: false), keptCheckpoints: 1,
            resources: SystemResources(memory: nil, disk: nil))
        for (step, rate) in [(1, 1.0), (2, 100), (3, 50)] {
            let report = StepReport(
                step: step, epoch: 0, loss: 0, accuracy: 0, learningRate: 0, gradientNorm: 0, tokens: 1,
                tokensPerSecond: rate)
            #expect(pace.add(report) == (step == 3))
        }
        #expect(pace.tokensPerSecond == 50)
        #expect(try abs(#require(pace.secondsLeft(budget)) - 17.0 / 20 * Double(budget.tokens) / 50) < 1e-9)
    }
}
