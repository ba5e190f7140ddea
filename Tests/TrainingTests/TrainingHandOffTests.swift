import Foundation
import JSON
import Models
import ShardFormat
import Testing
import Training

/// What is handed to another program, and what comes back of it; that program is played by the trainer here.
struct TrainingHandOffTests {
    private let data: TemporaryFolder
    private let start: TemporaryFolder
    private let out: TemporaryFolder
    private let shards: ShardFolder
    private let source: ModelFolder

    init() throws {
        data = try TemporaryFolder()
        start = try TemporaryFolder()
        out = try TemporaryFolder()
        shards = try Toy.shardFolder(in: data)
        source = try Toy.modelFolder(in: start)
    }

    private func tuning(_ change: (inout TrainingOptions) -> Void = { _ in }) throws -> FineTuning {
        var options = FineTuningTests.options()
        options.layerDecay = 0.5
        options.frozenLayers = 1
        options.classWeights = .given([1, 3])
        change(&options)
        return try FineTuning(shards: shards, start: source, tokenizerDigest: nil, options: options)
    }

    private func handOff(_ tuning: FineTuning) throws -> TrainingHandOff {
        try TrainingHandOff(tuning, in: out.file("there"), output: out.file("model"))
    }

    private func settings() throws -> JSONValue {
        try JSONValue(parsing: Array(out.bytes("there/settings.json")))
    }

    @Test func theFolderSaysAllThatDecidesTheModel() throws {
        let handOff = try handOff(tuning())
        #expect(try handOff.write(threads: 2, checkpointInterval: 50) == false)
        let settings = try settings()
        let training = try #require(settings["training"])
        #expect(training["total_steps"] == 15 && training["warmup_steps"] == 2)
        #expect(training["class_weights"] == [1.0, 3.0] && training["evaluate_every"] == .null)
        #expect(settings["upkeep"] == ["checkpoint_every": 50, "threads": 2])
        let tensors = settings["model"]?["tensors"]?.arrayValue ?? []
        func tensor(_ name: String) -> JSONValue? { tensors.first { $0["name"]?.stringValue == name } }
        let words = tensor("bert.embeddings.word_embeddings.weight")
        #expect(words?["frozen"] == true && words?["rate"] == 0.125 && words?["shape"] == [40, 16])
        let bias = tensor("bert.encoder.layer.1.output.dense.bias")
        #expect(bias?["frozen"] == false && bias?["decays"] == false && bias?["rate"] == 0.5)
        #expect(tensor("classifier.weight")?["decays"] == true && tensor("classifier.weight")?["rate"] == 1.0)
        // Hard links: the rows are on the disk once.
        let links = try FileManager.default.attributesOfItem(atPath: out.file("there/shards/train-0"))
        #expect((links[.referenceCount] as? Int ?? 0) == 2 || !sameDisk)
        let given = try ModelFolder(out.file("there/init"))
        #expect(given.hasWeights && given.labels == shards.manifest.labelNames)
    }

    private var sameDisk: Bool {
        let number = { (path: String) in
            try? FileManager.default.attributesOfItem(atPath: path)[.systemNumber] as? Int
        }
        return number(data.path) == number(out.path)
    }

    @Test func theSameTrainingFindsItsFolderAgainAndAnotherDoesNot() throws {
        _ = try handOff(tuning()).write(threads: 1, checkpointInterval: 50)
        try out.write([1], to: "there/kept")
        #expect(try handOff(tuning()).write(threads: 3, checkpointInterval: 9))
        #expect(try out.names(in: "there").contains("kept"))
        #expect(try settings()["upkeep"] == ["checkpoint_every": 9, "threads": 3])
        let slower = try tuning { $0.learningRate = 1e-4 }
        #expect(try handOff(slower).write(threads: 1, checkpointInterval: 50) == false)
        #expect(try !out.names(in: "there").contains("kept"))
    }

    static let refused: [(String, @Sendable (inout TrainingOptions) -> Void)] = [
        ("method: features", { $0.method = .features }),
        ("gradient_checkpointing", { $0.recomputesActivations = true }),
    ]

    @Test(arguments: refused.indices)
    func whatIsNotDoneThereIsRefused(number: Int) throws {
        let (what, change) = Self.refused[number]
        let error = #expect(throws: TrainingError.self) { try handOff(tuning(change)) }
        #expect(error?.problem == "engine torchrun does not take \(what)")
        #expect(error?.hint?.contains("or leave 'engine' out, and splitvote trains it itself") == true)
    }

    // MARK: Coming back

    /// Plays the other program: trains here, and writes what that one would.
    private func trainElsewhere(
        _ tuning: FineTuning, _ change: (inout JSONValue) -> Void = { _ in }
    ) throws -> FineTuning.Outcome {
        let outcome = try #require(
            try tuning.run(.init(checkpoints: out.file("checkpoints"), output: out.file("expected"))))
        let folder = out.file("there/out")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: out.file("expected/model.safetensors"), toPath: folder + "/model.safetensors")
        let best = try #require(outcome.summary.bestStep)
        let (model, _) = try ModelFolder(out.file("expected")).makeTrainedModel(threads: 1)
        let dev = try shards.rows(of: "dev")
        let logits = try model.logits(dev.batch(0..<dev.count))
        let layout = try SafetensorsLayout(
            [SafetensorsDeclaration("step-\(best)", .float32, shape: [dev.count, 2])],
            metadata: ["format": "pt"])
        try out.write(
            layout.headerBytes + logits.withUnsafeBytes { Array($0) }, to: "there/out/dev.safetensors")
        try out.write(curve(outcome), to: "there/out/metrics.jsonl")
        var result: JSONValue = [
            "format": "splitvote-torchrun", "version": 1, "training": try settings()["identity"] ?? .null,
            "steps": .integer(outcome.summary.steps), "best_step": .integer(best), "stopped_early": false,
            "evaluations": [["step": .integer(best)]], "processes": [2], "backend": "gloo",
            "torch": "2.13.0", "transformers": "5.24.0",
            "weights_sha256": .string(try digest("there/out/model.safetensors")),
            "dev_sha256": .string(try digest("there/out/dev.safetensors")),
        ]
        change(&result)
        try out.write(result.encoded(), to: "there/out/result.json")
        return outcome
    }

    private func digest(_ name: String) throws -> String { Toy.digest(try out.bytes(name)) }

    private func curve(_ outcome: FineTuning.Outcome) throws -> [UInt8] {
        let history = outcome.state.history
        return try history.losses.indices.flatMap { step in
            try JSONCoding.bytes(
                of: StepReport(
                    step: step + 1, epoch: Double(step + 1) / 5, loss: history.losses[step],
                    accuracy: history.accuracies[step], learningRate: history.learningRates[step],
                    gradientNorm: history.gradientNorms[step], tokens: Int(history.tokens[step]),
                    tokensPerSecond: 1)) + [0x0A]
        }
    }

    @Test func whatComesBackIsTheModelThatTrainingHereMakes() throws {
        let tuning = try tuning()
        let handOff = try handOff(tuning)
        _ = try handOff.write(threads: 1, checkpointInterval: 50)
        #expect(!handOff.isReturned)
        let expected = try trainElsewhere(tuning)
        #expect(handOff.isReturned)
        var agreements: [ReturnedTraining.Agreement] = []
        let outcome = try handOff.receive { agreements.append($0) }
        #expect(agreements.map(\.largestDifference) == [0] && agreements[0].here == agreements[0].there)
        #expect(outcome.summary == expected.summary && outcome.state.history == expected.state.history)
        #expect(try out.bytes("model/model.safetensors") == out.bytes("expected/model.safetensors"))
        let author = "PyTorch 2.13.0 with transformers 5.24.0, in 2 processes (gloo)"
        let model = try ModelFolder(out.file("model"))
        #expect(model.provenance?.trainedBy == author && outcome.trainedBy == author)
        #expect(model.provenance?.labelSet == "ls-1")
        #expect(try String(decoding: out.bytes("model/README.md"), as: UTF8.self).contains(author))
    }

    static let damages: [(String, @Sendable (inout JSONValue) -> Void)] = [
        ("is of another training: settings, shards or first weights differ", { $0["training"] = "x" }),
        (
            "does not fit together: model.safetensors was changed since it was made",
            { $0["weights_sha256"] = "x" }
        ),
        ("does not fit together: metrics.jsonl has 15 of 14 steps", { $0["steps"] = 14 }),
        (
            "does not fit together: by the scores of dev rows step 0 is best, and result.json says step",
            { $0["evaluations"] = [] }
        ),
    ]

    @Test(arguments: damages.indices)
    func whatDoesNotFitIsRefusedAndNothingIsWritten(number: Int) throws {
        let (text, change) = Self.damages[number]
        let tuning = try tuning()
        let handOff = try handOff(tuning)
        _ = try handOff.write(threads: 1, checkpointInterval: 50)
        _ = try trainElsewhere(tuning, change)
        let error = #expect(throws: TrainingError.self) { try handOff.receive { _ in } }
        #expect(
            error?.problem.hasPrefix("\(out.file("there/out")) \(text)") == true, "\(error?.problem ?? "")")
        #expect(error?.hint == "remove \(out.file("there/out")) and run again")
        #expect(try !out.names().contains("model"))
    }

    @Test func weightsThatScoreOtherwiseHereAreRefused() throws {
        let tuning = try tuning()
        let handOff = try handOff(tuning)
        _ = try handOff.write(threads: 1, checkpointInterval: 50)
        _ = try trainElsewhere(tuning)
        // The weights at the start in place of those that were trained.
        let weights = try out.bytes("there/init/model.safetensors")
        try out.write(weights, to: "there/out/model.safetensors")
        var result = try JSONValue(parsing: Array(out.bytes("there/out/result.json")))
        result["weights_sha256"] = .string(Toy.digest(weights))
        try out.write(result.encoded(), to: "there/out/result.json")
        let error = #expect(throws: TrainingError.self) { try handOff.receive { _ in } }
        #expect(error?.problem.contains("the weights give dev rows other scores here, by up to ") == true)
    }
}

/// Models that were trained by others.
struct ModelImportTests {
    private func imported(
        _ change: (TemporaryFolder) throws -> Void = { _ in }
    ) throws -> (ModelImport.Imported, ModelFolder) {
        let (data, start, shards, source) = try FineTuningTests.folders()
        let out = try TemporaryFolder()
        let tuning = try FineTuning(
            shards: shards, start: source, tokenizerDigest: nil, options: FineTuningTests.options())
        _ = try tuning.run(.init(checkpoints: out.file("checkpoints"), output: out.file("theirs")))
        var configuration = try JSONValue(parsing: Array(out.bytes("theirs/config.json")))
        configuration["splitvote"] = nil
        try out.write(configuration.encoded(), to: "theirs/config.json")
        try change(out)
        let found = try ModelImport(
            ModelFolder(out.file("theirs")), shards: shards, options: FineTuningTests.options()
        ).write(to: out.file("model"))
        let model = try ModelFolder(out.file("model"))
        withExtendedLifetime((data, start)) {}
        return (found, model)
    }

    private static func edit(_ out: TemporaryFolder, _ change: (inout JSONValue) -> Void) throws {
        var configuration = try JSONValue(parsing: Array(out.bytes("theirs/config.json")))
        change(&configuration)
        try out.write(configuration.encoded(), to: "theirs/config.json")
    }

    @Test func aModelOfOthersGetsWhatTheShardsSayOfIt() throws {
        let (found, model) = try imported()
        #expect(found.notes.isEmpty && found.dev?.rows == 10)
        #expect(model.provenance?.labelSet == "ls-1" && model.provenance?.tokenizerDigest == "ab12")
        #expect(model.provenance?.trainedBy == "others; imported")
        #expect(model.labels == ["uncontroversial", "controversial"])
    }

    @Test func namesThatNobodyGaveAreThoseOfTheShardsAndThatIsSaid() throws {
        let (found, model) = try imported { out in
            try Self.edit(out) { $0["id2label"] = ["0": "LABEL_0", "1": "LABEL_1"] }
        }
        #expect(
            found.notes == [
                "config.json of the model names no classes: its scores are taken to be those of uncontroversial, "
                    + "controversial, in this order"
            ])
        #expect(model.labels == ["uncontroversial", "controversial"])
    }

    @Test func otherNamesAreRefused() throws {
        let error = #expect(throws: TrainingError.self) {
            try imported { out in try Self.edit(out) { $0["id2label"] = ["0": "bad", "1": "good"] } }
        }
        #expect(
            error?.problem.hasSuffix("are bad, good, those of the shards uncontroversial, controversial")
                == true)
    }
}
