import Foundation
import Models
import ShardFormat
import Testing
import Training

/// What holds for each family of encoders with each head.
struct CombinationTests {
    /// Events are four steps, an evaluation, four steps, an evaluation and the end; checkpoints come with each third step
    /// and each evaluation.
    static let kills = [[1], [4], [5], [6], [8, 1], [10], [3, 3, 3], [7, 4, 2]]

    @Test(arguments: FamilyCase.all, HeadCase.all)
    func killedAnywhereATrainingEndsWithTheSameBytes(family: FamilyCase, head: HeadCase) throws {
        let combination = Combination(family: family, head: head)
        let straight = try combination.train()
        #expect(try combination.train() == straight, "run twice")
        #expect(straight.losses.count == 8 && straight.evaluations.count == 2)
        for events in Self.kills {
            #expect(try combination.train(killedBefore: events) == straight, "killed before \(events)")
        }
        var other = combination
        other.seed = 43
        #expect(try other.train().weights != straight.weights, "the negative control: another seed")
    }

    @Test(arguments: FamilyCase.all, HeadCase.all)
    func itHoldsInBFloat16(family: FamilyCase, head: HeadCase) throws {
        let combination = Combination(family: family, head: head, precision: .bf16)
        let straight = try combination.train()
        #expect(try combination.train(killedBefore: [6, 2]) == straight)
        var other = combination
        other.precision = .fp32
        #expect(try other.train() != straight, "the negative control: another precision")
    }

    /// Own kernels give the same bits with any number of threads; oneDNN, where it multiplies, with the same number. In
    /// bfloat16 one head of each family stands for all: threads wait for each other long on a busy machine.
    @Test(arguments: FamilyCase.all, HeadCase.all)
    func twoThreadsGiveTheSameBits(family: FamilyCase, head: HeadCase) throws {
        for precision in [Precision.fp32, .bf16] where precision == .fp32 || head.name == "three classes" {
            var combination = Combination(family: family, head: head, precision: precision)
            let one = try combination.train()
            combination.threads = 2
            let two = try combination.train()
            let hasOwn = ComputeEnvironment.here.multiplier(precision) == "own kernels"
            #expect(try two == (hasOwn ? one : combination.train()))
        }
    }

    /// Each head learns what its rows say: it does better than a guess that reads none of them. Without dropout, which slows
    /// these small models down.
    @Test(arguments: FamilyCase.all, HeadCase.all)
    func whatRowsSayIsLearned(family: FamilyCase, head: HeadCase) throws {
        var configuration = try family.configuration()
        configuration.plan.hiddenDropout = 0
        configuration.plan.attentionDropout = 0
        configuration.plan.classifierDropout = 0
        let model = try configuration.answeringTokens(head.task.tokenUse).makeModel(
            labelCount: head.labels.count, seed: 1, threads: 1)
        var options = Combination(family: family, head: head).options
        options.maxSteps = 200
        options.learningRate = 3e-3
        options.evaluation = .steps(200)
        let trainer = try Trainer(
            model, options: options, training: head.rows(48, seed: 1), dev: nil, task: head.task)
        while try trainer.next() != nil {}
        let last = trainer.state.history.losses.suffix(6).reduce(0, +) / 6
        // Votes are shares of 0.75 and 0.25, whose own entropy is 0.81 of what is not known before.
        #expect(last < head.lossUnread * (head.kind == .votes ? 0.9 : 0.7), "\(last) of \(head.lossUnread)")
    }
}

/// Files that do not fit, for each family of encoders with each head.
struct CombinationFileTests {
    typealias Tensor = (name: String, shape: [Int], values: [Float])

    /// A safetensors file of a model's tensors, some of them changed; nil leaves one out.
    static func file(
        _ model: any TrainableModel, extra: [Tensor] = [], change: (Tensor) -> Tensor? = { $0 }
    ) throws -> [UInt8] {
        let own = model.parameters.entries.compactMap {
            change(($0.name, $0.shape, Array(model.parameters.values[$0.range])))
        }
        let tensors = own + extra
        let layout = try SafetensorsLayout(
            tensors.map { SafetensorsDeclaration($0.name, .float32, shape: $0.shape) })
        return layout.entries.reduce(into: layout.headerBytes) { bytes, entry in
            for tensor in tensors where tensor.name == entry.name {
                tensor.values.withUnsafeBytes { bytes.append(contentsOf: $0) }
            }
        }
    }

    /// What opening a folder with those weights says.
    private static func refusal(_ bytes: [UInt8], in folder: TemporaryFolder) throws -> String {
        try folder.write(bytes, to: "model.safetensors")
        return message { _ = try ModelFolder(folder.path).makeTrainedModel(threads: 1) }
    }

    @Test(arguments: FamilyCase.all, HeadCase.all)
    func aTensorThatIsMissingOrOfAnotherShapeOrNoNumberIsNamed(family: FamilyCase, head: HeadCase) throws {
        let folder = try TemporaryFolder()
        let source = try Combination(family: family, head: head).modelFolder(in: folder, weights: true)
        let (model, labels) = try source.makeTrainedModel(threads: 1)
        let path = folder.file("model.safetensors")
        #expect(labels == head.labels)
        for entry in model.parameters.entries {
            let (name, shape) = (entry.name, entry.shape)
            let isHead = entry.part == .head
            #expect(
                try Self.refusal(Self.file(model) { $0.name == name ? nil : $0 }, in: folder)
                    == (isHead
                        ? "\(folder.path) is not a trained classifier: model.safetensors lacks \(name)"
                        : "\(path): has no tensor '\(name)' \(shape), which config.json requires"))
            let longer = Array(shape.dropLast()) + [(shape.last ?? 0) + 1]
            let count = longer.reduce(1, *)
            let resized = try Self.refusal(
                Self.file(model) { tensor in
                    tensor.name == name
                        ? (name, longer, [Float](repeating: 0.5, count: count)) : tensor
                }, in: folder)
            #expect(
                resized
                    == "\(path): tensor '\(name)' has shape \(longer); the model's '\(name)' has shape \(shape)"
            )
            let strange = try Self.refusal(
                Self.file(model) { tensor in
                    var changed = tensor
                    if tensor.name == name { changed.values[changed.values.count - 1] = .nan }
                    return changed
                }, in: folder)
            #expect(
                strange == "\(path): tensor '\(name)' holds nan at place \(entry.range.count - 1); "
                    + "weights are finite")
        }
    }

    @Test(arguments: FamilyCase.all, HeadCase.all)
    func aFileThatIsCutShortIsRefusedAndTensorsTooManyAreListed(family: FamilyCase, head: HeadCase) throws {
        let folder = try TemporaryFolder()
        let source = try Combination(family: family, head: head).modelFolder(in: folder, weights: true)
        let (model, _) = try source.makeTrainedModel(threads: 1)
        let whole = try Self.file(model)
        for length in [whole.count - 1, whole.count / 2, 100, 9] {
            let found = try Self.refusal(Array(whole.prefix(length)), in: folder)
            #expect(found.hasPrefix("\(folder.file("model.safetensors")): safetensors "), "\(found)")
        }
        try folder.write(
            Self.file(model, extra: [("left.over", [2], [1, .nan])]), to: "model.safetensors")
        let (again, report) = try ModelFolder(folder.path).makeModel(
            labelCount: head.labels.count, seed: 9, threads: 1)
        #expect(report.ignored.map(\.tensor) == ["left.over"])
        #expect(report.ignored.map(\.note) == ["the model has no such tensor"])
        #expect(report.initialized.isEmpty)
        #expect(ModelFolderTests.values(again) == ModelFolderTests.values(model))
    }

    @Test(arguments: FamilyCase.all, HeadCase.all)
    func weightsOfAnotherFamilyOrHeadAreRefused(family: FamilyCase, head: HeadCase) throws {
        let folder = try TemporaryFolder()
        let combination = Combination(family: family, head: head)
        let source = try combination.modelFolder(in: folder, weights: true)
        let path = folder.file("model.safetensors")
        let name = source.configuration.classifierName
        let wider = try source.configuration.makeModel(
            labelCount: head.labels.count + 1, seed: 1, threads: 1)
        #expect(
            try Self.refusal(Self.file(wider), in: folder)
                == "\(folder.path): id2label in config.json has \(head.labels.count) "
                + "\(head.labels.count == 1 ? "class" : "classes"), the weights have \(head.labels.count + 1) "
                + "('\(name)')")
        let training = message {
            _ = try ModelFolder(folder.path).makeModel(
                labelCount: head.labels.count, seed: 1, threads: 1)
        }
        #expect(
            training
                == "\(folder.path) has a head of \(head.labels.count + 1) scores ('\(name)'), the rows need "
                + "\(head.labels.count); \(StartModelTests.hint)"
        )
        let number = try #require(FamilyCase.all.firstIndex { $0.name == family.name })
        let before = FamilyCase.all[(number + FamilyCase.all.count - 1) % FamilyCase.all.count]
        let stranger = try before.configuration().makeModel(
            labelCount: head.labels.count, seed: 1, threads: 1)
        let found = try Self.refusal(Self.file(stranger), in: folder)
        #expect(
            found.hasPrefix("\(path): has no tensor '") || found.hasPrefix("\(path): tensor '"), "\(found)")
    }

    @Test(arguments: FamilyCase.all, HeadCase.all)
    func checkpointsOfAnotherFamilyOrHeadOrRunAreRefused(family: FamilyCase, head: HeadCase) throws {
        let folder = try TemporaryFolder()
        let combination = Combination(family: family, head: head)
        let path = folder.file("state")
        func trainer(_ combination: Combination) throws -> Trainer {
            try combination.trainer(combination.modelFolder(in: TemporaryFolder())).trainer
        }
        let own = try trainer(combination)
        for _ in 0..<3 { _ = try own.next() }
        try own.saveCheckpoint(to: path)
        let start = "checkpoint \(path) is of another run: "
        for other in FamilyCase.all where other.name != family.name {
            let stranger = try trainer(Combination(family: other, head: head))
            #expect(
                message { try stranger.restore(from: path) }
                    == start + "the model's tensors. Remove it to start over")
            #expect(stranger.state == TrainingState())
        }
        for other in HeadCase.all where other.name != head.name {
            let stranger = try trainer(Combination(family: family, head: other))
            #expect(message { try stranger.restore(from: path) }.hasPrefix(start), "\(other.name)")
        }
        var reseeded = combination
        reseeded.seed = 43
        let stranger = try trainer(reseeded)
        #expect(message { try stranger.restore(from: path) }.hasPrefix(start))
        var damaged = try folder.bytes("state")
        damaged[damaged.count / 2] ^= 1
        try folder.write(damaged, to: "state")
        let fresh = try trainer(combination)
        #expect(message { try fresh.restore(from: path) }.contains(" is damaged: wrong checksum"))
    }

    /// Rows for one task do not fit a model for another, whatever its family.
    @Test(arguments: FamilyCase.all)
    func rowsOfAnotherTaskAreRefused(family: FamilyCase) throws {
        for head in HeadCase.all {
            for other in HeadCase.all where other.task.name.form != head.task.name.form {
                let model = try family.configuration().makeModel(
                    labelCount: head.labels.count, seed: 1, threads: 1)
                let found = message {
                    _ = try Trainer(
                        model, options: Combination(family: family, head: head).options,
                        training: other.rows(12, seed: 1), dev: nil, task: head.task)
                }
                #expect(found.hasPrefix("rows have "), "\(head.name), \(other.name): \(found)")
            }
        }
    }

    @Test(arguments: FamilyCase.all)
    func oneClassThatEachTextWouldGetIsRefused(family: FamilyCase) throws {
        let folder = try TemporaryFolder()
        let configuration = try family.configuration()
        let head = try #require(HeadCase.all.first { $0.labels.count == 1 })
        _ = try Combination(family: family, head: head).modelFolder(in: folder, weights: true)
        #expect(try ModelFolder(folder.path).makeTrainedModel(threads: 1).labels == ["score"])
        try folder.write(
            configuration.json(labels: ["only"], problemType: "single_label_classification"),
            to: "config.json")
        #expect(
            message { _ = try ModelFolder(folder.path).makeTrainedModel(threads: 1) }
                == "\(folder.path): problem_type in config.json is single_label_classification, and there is one "
                + "class ('only'): each text would get it. Set problem_type to multi_label_classification for a "
                + "yes or no, or to regression for a score")
    }
}
