import Foundation
import MessagePassing
import MessagePassingTesting
import Models
import Testing
import Training

/// Several processes come to the bits that one comes to.
struct SharedTrainingTests {
    struct Outcome: Equatable, Sendable {
        let weights: [UInt32]
        let losses: [Double]
        let norms: [Double]
        let accuracies: [Double]
        let evaluations: [EvaluationReport]
    }

    /// Eight rows a step in blocks of 2, but for the last of an epoch: 4 rows, so 2 blocks.
    static func options(blockRows: Int? = 2) -> TrainingOptions {
        var options = Toy.options(steps: 20)
        options.blockRows = blockRows
        return options
    }

    typealias Start = @Sendable (any Communicator, TrainingOptions) throws -> (Trainer, any TrainableModel)

    static func train(
        _ processes: Int, _ options: TrainingOptions = Self.options(), start: @escaping Start = Self.toy
    ) throws -> [Outcome] {
        try ThreadWorld.run(processes) { communicator in
            let (trainer, model) = try start(communicator, options)
            while try trainer.next() != nil {}
            let history = trainer.state.history
            return Outcome(
                weights: model.parameters.values.map(\.bitPattern), losses: history.losses,
                norms: history.gradientNorms,
                accuracies: history.accuracies, evaluations: trainer.state.evaluations)
        }
    }

    static let toy: Start = { communicator, options in
        let model = try Toy.configuration.makeModel(
            labelCount: 2, seed: 1, threads: options.threads, precision: options.precision)
        let trainer = try Trainer(
            model, options: options, training: Toy.rows(60, seed: 1), dev: Toy.rows(24, seed: 2),
            communicator: communicator)
        return (trainer, model)
    }

    @Test(arguments: [1, 2, 3, 4])
    func anyNumberOfProcessesComesToTheSameBits(processes: Int) throws {
        let found = try Self.train(processes)
        let alone = try Self.train(1)[0]
        #expect(found == Array(repeating: alone, count: processes))
        #expect(alone.losses.count == 20 && alone.evaluations.count == 4)
    }

    @Test func itHoldsInBFloat16WithTwoThreadsWithFrozenLayersAndClassWeights() throws {
        var options = Self.options()
        options.precision = .bf16
        #expect(try Set(Self.train(3, options).map(\.weights)) == Set(Self.train(1, options).map(\.weights)))
        options = Self.options()
        options.threads = 2
        #expect(try Self.train(2, options) == Array(repeating: Self.train(1, options)[0], count: 2))
        options = Self.options()
        options.frozenLayers = 1
        options.classWeights = .given([1, 3])
        options.layerDecay = 0.9
        #expect(try Self.train(3, options) == Array(repeating: Self.train(1, options)[0], count: 3))
    }

    /// Each family with one head, and each head with one family.
    static let combinations =
        FamilyCase.all.map { ($0, HeadCase.all[1]) } + HeadCase.all.map { (FamilyCase.all[0], $0) }

    @Test(arguments: combinations)
    func itHoldsForEachFamilyAndHead(family: FamilyCase, head: HeadCase) throws {
        let combination = Combination(family: family, head: head)
        var options = combination.options
        options.blockRows = 3
        let start: Start = { communicator, options in
            let folder = try TemporaryFolder()
            let (model, _) = try combination.modelFolder(in: folder).makeModel(
                labelCount: head.labels.count, seed: 42, threads: 1, precision: .fp32)
            let trainer = try Trainer(
                model, options: options, training: head.rows(48, seed: 1), dev: head.rows(16, seed: 2),
                task: head.task, communicator: communicator)
            return (trainer, model)
        }
        let alone = try Self.train(1, options, start: start)
        #expect(try Self.train(3, options, start: start) == Array(repeating: alone[0], count: 3))
    }

    /// Blocks differ from all rows at once by rounding alone; the negative control for the tests above.
    @Test func otherBlocksGiveOtherBitsAndNearlyTheSameLosses() throws {
        let two = try Self.train(1)[0]
        for options in [Self.options(blockRows: 4), Self.options(blockRows: nil)] {
            let other = try Self.train(1, options)[0]
            #expect(other.weights != two.weights)
            for (a, b) in zip(other.losses, two.losses) { #expect(abs(a - b) < 1e-4) }
        }
    }

    // MARK: Folders

    struct Folders {
        let data: TemporaryFolder
        let start: TemporaryFolder
        let out: TemporaryFolder

        init() throws {
            data = try TemporaryFolder()
            start = try TemporaryFolder()
            out = try TemporaryFolder()
            _ = try Toy.shardFolder(in: data)
            _ = try Toy.modelFolder(in: start)
        }

        /// What each process does; only the first is given folders that exist.
        func run(
            _ communicator: any Communicator, _ name: String,
            observe: (TrainingEvent) throws -> Void = { _ in },
            shouldStop: () -> Bool = { false }
        ) throws -> FineTuning.Outcome? {
            var options = FineTuningTests.options()
            options.blockRows = 2
            var tuning = try FineTuning(
                shards: ShardFolder(data.path), start: ModelFolder(start.path), tokenizerDigest: nil,
                options: options)
            tuning.communicator = communicator
            let place = communicator.isLeader ? out.file(name) : "/nowhere/\(communicator.rank)"
            var paths = FineTuning.Paths(checkpoints: place + ".checkpoints", output: place)
            paths.checkpointInterval = 2
            paths.skipsFinished = true
            return try tuning.run(paths, observe: observe, shouldStop: shouldStop)
        }

        func model(_ name: String) throws -> [String: Data] {
            try Dictionary(
                uniqueKeysWithValues: out.names(in: name).map { ($0, try out.bytes(name + "/" + $0)) })
        }
    }

    @Test func theFirstProcessAloneWritesAndTheFolderIsTheSame() throws {
        let folders = try Folders()
        _ = try folders.run(SingleProcess(), "alone")
        let counts = try ThreadWorld.run(3) { communicator in
            var events = 0
            _ = try folders.run(communicator, "shared", observe: { _ in events += 1 })
            return events
        }
        #expect(counts[0] > 0 && counts[1...] == [0, 0], "only the first is told what happens")
        #expect(try folders.model("shared") == folders.model("alone"))
        #expect(try folders.out.names() == ["alone", "shared"])
        // It is there, and all of them know.
        let again = try ThreadWorld.run(2) { try folders.run($0, "shared")?.isFromBefore }
        #expect(again == [true, true])
    }

    @Test(arguments: [(1, 1), (4, 3), (2, 4), (3, 7), (2, 9), (1, 12)])
    func killedAndContinuedByAnotherNumberOfProcessesItIsTheSame(processes: Int, event: Int) throws {
        let folders = try Folders()
        _ = try folders.run(SingleProcess(), "alone")
        let outcomes = ThreadWorld.outcomes(3) { communicator in
            var events = 0
            _ = try folders.run(
                communicator, "shared",
                observe: { _ in
                    events += 1
                    if events == event { throw ResumeTests.Killed() }
                })
        }
        #expect(throws: ResumeTests.Killed.self) { try outcomes[0].get() }
        #expect(throws: CommunicationError.self) { try outcomes[1].get() }
        #expect(!FileManager.default.fileExists(atPath: folders.out.file("shared")))
        _ = try ThreadWorld.run(processes) { try folders.run($0, "shared") != nil }
        #expect(try folders.model("shared") == folders.model("alone"))
    }

    @Test(arguments: 0..<3)
    func whenOneIsAskedToStopAllDo(asked: Int) throws {
        let folders = try Folders()
        _ = try folders.run(SingleProcess(), "alone")
        let ended = try ThreadWorld.run(3) { communicator in
            var questions = 0
            return try folders.run(
                communicator, "shared",
                shouldStop: {
                    questions += 1
                    return communicator.rank == asked && questions == 5
                }) != nil
        }
        #expect(ended == [false, false, false])
        _ = try ThreadWorld.run(2) { try folders.run($0, "shared") != nil }
        #expect(try folders.model("shared") == folders.model("alone"))
    }

    // MARK: What is refused

    private static func problem(
        _ processes: Int, _ change: @escaping @Sendable (inout TrainingOptions, Int) -> Void
    ) -> [String] {
        ThreadWorld.outcomes(processes) { communicator in
            var options = Self.options()
            change(&options, communicator.rank)
            let (trainer, _) = try Self.toy(communicator, options)
            while try trainer.next() != nil {}
        }.map { outcome in message { try outcome.get() } }
    }

    @Test func moreProcessesThanBlocksAreRefused() {
        let expected =
            "5 processes have nothing to share in a step of 8 rows, which has 4 blocks of 2 rows; "
            + "start at most 4, raise batch_size, or lower block_rows"
        #expect(Self.problem(5) { _, _ in } == Array(repeating: expected, count: 5))
        #expect(
            Self.problem(2) { options, _ in options.blockRows = nil }[0]
                == "several processes share the blocks of a step; set block_rows")
    }

    @Test func processesThatTrainSomethingElseAreRefused() throws {
        let folders = try Folders()
        let outcomes = ThreadWorld.outcomes(3) { communicator in
            if communicator.rank == 2 {
                _ = try Toy.modelFolder(in: folders.start, labels: ["other", "names"])
            }
            _ = try communicator.isTrueAnywhere(false)
            var options = Self.options()
            if communicator.rank == 1 { options.learningRate = 1e-4 }
            var tuning = try FineTuning(
                shards: ShardFolder(folders.data.path), start: ModelFolder(folders.start.path),
                tokenizerDigest: nil, options: options)
            tuning.communicator = communicator
            _ = try tuning.run(.init(checkpoints: folders.out.file("a"), output: folders.out.file("b")))
        }
        #expect(
            outcomes.map { outcome in message { try outcome.get() } }.allSatisfy {
                $0
                    == "process 1 trains something else than process 0: learningRate (0.005 there, 0.0001 here); "
                    + "start all of them with the same arguments, on the same files, or set SPLITVOTE_MPI=off, and each trains on its own"
            })
    }

    @Test func weightsThatDriftApartAreNoticed() {
        let outcomes = ThreadWorld.outcomes(3) { communicator in
            let (trainer, model) = try Self.toy(communicator, Self.options())
            for _ in 0..<3 { _ = try trainer.next() }
            if communicator.rank == 2 { model.parameters.values[3] += 1e-6 }
            while try trainer.next() != nil {}
        }
        #expect(
            outcomes.map { outcome in message { try outcome.get() } }
                == Array(
                    repeating:
                        "after step 5 the weights of process 2 are not those of process 0; look for a machine that "
                        + "computes wrong, and run again: the last checkpoint is from before", count: 3))
    }

    @Test func settingsThatDoNotGoTogetherAreNamed() {
        var options = Self.options()
        options.accumulate = 2
        #expect(
            options.problems(classCount: 2) == [
                "accumulate is 2, and block_rows is 2, which takes the rows of a step in parts too; leave one of them out"
            ])
        options.accumulate = 1
        options.method = .features
        #expect(
            options.problems(classCount: 2) == [
                "block_rows is 2, and method features has no steps; leave it out"
            ])
    }
}
