import Foundation
import Models
import SeededRandom
import Testing
import Training

/// Interrupted anywhere and resumed, a run ends with the same bytes.
struct ResumeTests {
    struct Killed: Error {}

    /// Trains 20 steps with checkpoints every 3, dying before the given events, and writes the model.
    ///
    /// - Returns: the model's weights file and what the trainer knows at the end.
    static func run(
        killedBefore events: [Int], options: TrainingOptions = Toy.options(steps: 20)
    ) throws -> (weights: Data, state: TrainingState, resumed: [Int?]) {
        let folder = try TemporaryFolder()
        let source = try Toy.modelFolder(in: folder)
        var resumed: [Int?] = []
        var events = events[...]
        while true {
            // A new trainer with a new model, as after a new start of the program.
            let (model, _) = try source.makeModel(
                labelCount: 2, seed: 11, threads: options.threads, precision: options.precision)
            let trainer = try Toy.trainer(options, model: model)
            let run = try TrainingRun(trainer, folder: folder.file("run"), checkpointInterval: 3)
            resumed.append(run.resumedFrom)
            var seen = 0
            let limit = events.popFirst()
            do {
                guard
                    try run.run(observe: { _ in
                        seen += 1
                        if seen == limit { throw Killed() }
                    }) != nil
                else { continue }
            } catch is Killed {
                continue
            }
            let trained = TrainedModel(
                model: model, labels: ["calm", "split"], source: source,
                provenance: ModelFolderTests.provenance,
                lowercase: false, card: "")
            try trained.write(to: folder.file("model"))
            return (try folder.bytes("model/model.safetensors"), trainer.state, resumed)
        }
    }

    @Test func twentyStepsAreTwentyStepsHoweverInterrupted() throws {
        let straight = try Self.run(killedBefore: [])
        #expect(straight.resumed == [nil])
        // Events: five steps, an evaluation, and so on. The eighth event is step 7.
        let stopped = try Self.run(killedBefore: [8])
        #expect(stopped.resumed == [nil, 6])
        #expect(stopped.weights == straight.weights)
        #expect(Self.comparable(stopped.state) == Self.comparable(straight.state))
        #expect(stopped.state.history == straight.state.history)
    }

    @Test(arguments: 1...25)
    func anyEventMayBeTheLast(event: Int) throws {
        #expect(try Self.run(killedBefore: [event]).weights == Self.straight.get())
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func anyNumberOfKillsLeavesTheSameBytes(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let kills = (0..<5).map { _ in Int(random.integer(below: 12)) + 1 }
        #expect(try Self.run(killedBefore: kills).weights == Self.straight.get(), "killed before \(kills)")
    }

    static let straight = Result { try run(killedBefore: []).weights }

    @Test(arguments: [Precision.fp32, .bf16], [1, 2])
    func itHoldsForEachPrecisionAndNumberOfThreads(precision: Precision, threads: Int) throws {
        var options = Toy.options(steps: 20)
        options.precision = precision
        options.threads = threads
        let straight = try Self.run(killedBefore: [], options: options)
        #expect(try Self.run(killedBefore: [8, 6, 9], options: options).weights == straight.weights)
    }

    /// The negative control: another seed, and so another order and other dropout masks, gives other bytes.
    @Test func anotherSeedGivesOtherBytes() throws {
        var options = Toy.options(steps: 20)
        options.seed = 43
        #expect(try Self.run(killedBefore: [], options: options).weights != Self.straight.get())
    }

    /// The evaluations, which hold no times.
    static func comparable(_ state: TrainingState) -> [EvaluationReport] { state.evaluations }

    @Test func aPoliteStopSavesTheVeryStep() throws {
        let folder = try TemporaryFolder()
        let trainer = try Toy.trainer(Toy.options(steps: 20))
        let run = try TrainingRun(trainer, folder: folder.file("run"))
        var saved: [Int] = []
        let summary = try run.run(
            saved: { step, _ in saved.append(step) }, shouldStop: { trainer.state.step == 7 })
        #expect(summary == nil)
        #expect(saved == [5, 7])
        let again = try Toy.trainer(Toy.options(steps: 20))
        let second = try TrainingRun(again, folder: folder.file("run"))
        #expect(second.resumedFrom == 7)
        let end = try second.run()
        #expect(end?.steps == 20)
        // A run that has ended says so again without training.
        let third = try TrainingRun(Toy.trainer(Toy.options(steps: 20)), folder: folder.file("run"))
        #expect(try third.run() == end)
        try third.removeCheckpoints()
        #expect(!FileManager.default.fileExists(atPath: folder.file("run")))
    }

    @Test func theModelIsThatOfTheBestEvaluation() throws {
        let folder = try TemporaryFolder()
        var options = Toy.options(steps: 40)
        options.metric = .loss
        options.learningRate = 1
        options.warmup = 1  // ever higher rates, so that late evaluations are worse than early ones
        let model = try Toy.model()
        let trainer = try Toy.trainer(options, model: model)
        var best: [Float] = []
        let run = try TrainingRun(trainer, folder: folder.file("run"))
        let summary = try run.run { event in
            if case .evaluation(let report) = event, report.isBest { best = Array(model.parameters.values) }
        }
        #expect(try #require(summary?.bestStep) < 40)
        #expect(Array(model.parameters.values) == best)
        #expect(try folder.names(in: "run").count == 2)
    }

    @Test func checkpointsOfOtherRunsAreRefusedByWhatDiffers() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state")
        let trainer = try Toy.trainer(Toy.options(steps: 20))
        _ = try trainer.next()
        try trainer.saveCheckpoint(to: path)
        func error(_ change: (inout TrainingOptions) -> Void, model: (any TrainableModel)? = nil) -> String {
            message {
                var options = Toy.options(steps: 20)
                change(&options)
                try Toy.trainer(options, model: model).restore(from: path)
            }
        }
        #expect(error { _ in } == "no error")
        #expect(error { $0.threads = 2 } == "no error")
        let start = "checkpoint \(path) is of another run: "
        let end = ". Remove it to start over"
        #expect(error { $0.learningRate = 1e-4 } == start + "learningRate (0.005 there, 0.0001 here)" + end)
        #expect(error { $0.clipNorm = nil } == start + "clipNorm (1 there, none here)" + end)
        #expect(error({ _ in }, model: try Toy.model(seed: 2)) == start + "the weights it started from" + end)
        #expect(error({ _ in }, model: try Toy.model(labelCount: 3)) == start + "the model's tensors" + end)
    }

    @Test func damagedCheckpointsAreRefused() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state")
        let trainer = try Toy.trainer(Toy.options(steps: 20))
        for _ in 0..<3 { _ = try trainer.next() }
        try trainer.saveCheckpoint(to: path)
        let whole = try folder.bytes("state")
        let fresh = try Toy.trainer(Toy.options(steps: 20))
        for place in [whole.count - 1, whole.count / 2, whole.count / 4] {
            var damaged = whole
            damaged[place] ^= 1
            try folder.write(damaged, to: "state")
            #expect(
                message { try fresh.restore(from: path) }
                    == "checkpoint \(path) is damaged: wrong checksum. Remove it to start over")
        }
        try folder.write(whole.dropLast(), to: "state")
        #expect(
            message { try fresh.restore(from: path) }.hasPrefix(
                "checkpoint \(path): safetensors file cut short: "))
        #expect(fresh.state == TrainingState())
        try folder.write(whole, to: "state")
        try fresh.restore(from: path)
        #expect(fresh.state.step == 3)
    }

    @Test func equalStatesGiveEqualCheckpoints() throws {
        let folder = try TemporaryFolder()
        for name in ["a", "b"] {
            let trainer = try Toy.trainer(Toy.options(steps: 6))
            while try trainer.next() != nil {}
            try trainer.saveCheckpoint(to: folder.file(name))
        }
        #expect(try folder.bytes("a") == folder.bytes("b"))
    }
}
