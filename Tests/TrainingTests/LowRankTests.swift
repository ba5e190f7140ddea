import Foundation
import JSON
import MessagePassingTesting
import Models
import ShardFormat
import Testing
import Training

/// Training of low-rank adapters from folder to folder.
struct LowRankTests {
    private let data: TemporaryFolder
    private let start: TemporaryFolder
    private let out: TemporaryFolder
    private let shards: ShardFolder
    private let source: ModelFolder

    init() throws {
        (data, start, out) = (try TemporaryFolder(), try TemporaryFolder(), try TemporaryFolder())
        shards = try Toy.shardFolder(in: data)
        _ = try Toy.modelFolder(in: start)
        let model = try Toy.model(seed: 3)
        try WeightFile.write(
            model.parameters.entries.map { ($0, model.parameters) }, to: start.file(WeightFile.name))
        source = try ModelFolder(start.path)
    }

    static func options(_ change: (inout TrainingOptions) -> Void = { _ in }) -> TrainingOptions {
        var options = FineTuningTests.options()
        options.loraRank = 4
        change(&options)
        return options
    }

    private func tuning(_ options: TrainingOptions) throws -> FineTuning {
        try FineTuning(shards: shards, start: source, tokenizerDigest: nil, options: options)
    }

    private func train(_ options: TrainingOptions, to name: String) throws -> ModelFolder {
        _ = try tuning(options).run(.init(checkpoints: out.file("checkpoints"), output: out.file(name)))
        return try ModelFolder(out.file(name))
    }

    private func logits(_ folder: ModelFolder) throws -> [Float] {
        let (model, _) = try folder.makeTrainedModel(threads: 1)
        let rows = try shards.rows(of: "dev")
        return try model.logits(rows.batch(Array(0..<rows.count)))
    }

    /// The folder of the adapters is read as the model that they make of their base.
    @Test func theAdaptersAloneAreTheSameModel() throws {
        let whole = try train(Self.options { $0.loraMaps = .all }, to: "model")
        let adapter = try ModelFolder(out.file("model/adapter"))
        let (one, other) = (try logits(whole), try logits(adapter))
        #expect(zip(one, other).allSatisfy { abs($0 - $1) < 1e-6 } && one.count == 20)
        #expect(adapter.labels == whole.labels)
        #expect(adapter.provenance?.answers == whole.provenance?.answers)
        let start = try logits(try train(Self.options { $0.learningRate = 1e-12 }, to: "still"))
        #expect(zip(one, start).contains { abs($0 - $1) > 1e-3 }, "something was learned")
    }

    @Test func onlyAdaptersAndHeadAreLearned() throws {
        let model = try train(Self.options(), to: "model").makeTrainedModel(threads: 1).model
        let (before, _) = try source.makeModel(labelCount: 2, seed: Self.options().seed, threads: 1)
        for entry in model.parameters.entries {
            let moved = entry.range.contains { model.parameters.values[$0] != before.parameters.values[$0] }
            let isLearned: Bool =
                switch entry.role {
                case .layer(_, .query(.weight)), .layer(_, .value(.weight)): true
                default: entry.part == .head
                }
            #expect(moved == isLearned, "\(entry.name)")
        }
        let files = try out.names(in: "model/adapter")
        #expect(
            files == [
                "adapter_config.json", "adapter_model.safetensors", "config.json", "tokenizer_config.json",
                "vocab.txt",
            ]
        )
        let peft = try JSONValue(parsing: out.bytes("model/adapter/adapter_config.json"))
        #expect(peft["r"] == 4 && peft["lora_alpha"] == 8)
        #expect(peft["modules_to_save"] == ["bert.pooler", "classifier"])
        #expect(peft["target_modules"]?.arrayValue?.count == 4)
    }

    @Test(arguments: [Precision.fp32, .bf16], [1, 2])
    func anInterruptedRunGivesTheSameFolders(precision: Precision, threads: Int) throws {
        let options = Self.options {
            ($0.precision, $0.threads, $0.layerDecay) = (precision, threads, 0.9)
        }
        _ = try train(options, to: "straight")
        for limit in [4, 5, 3] {
            var events = 0
            let stopped = try tuning(options).run(
                .init(checkpoints: out.file("b"), output: out.file("stopped")),
                observe: { _ in events += 1 }, shouldStop: { events == limit })
            #expect(stopped == nil)
        }
        _ = try tuning(options).run(.init(checkpoints: out.file("b"), output: out.file("stopped")))
        for name in ["model.safetensors", "adapter/adapter_model.safetensors", "adapter/adapter_config.json"]
        {
            #expect(try out.bytes("stopped/\(name)") == out.bytes("straight/\(name)"), "\(name)")
        }
    }

    @Test(arguments: [2, 3])
    func severalProcessesComeToTheSameBits(processes: Int) throws {
        let options = SharedTrainingTests.options()
        func train(_ processes: Int) throws -> [SharedTrainingTests.Outcome] {
            var options = options
            (options.loraRank, options.loraMaps) = (2, .all)
            return try SharedTrainingTests.train(processes, options)
        }
        let alone = try train(1)[0]
        #expect(try train(processes) == Array(repeating: alone, count: processes))
        #expect(try SharedTrainingTests.train(1, options)[0].weights != alone.weights)
    }

    @Test func settingsThatDoNotGoTogetherAreSaid() throws {
        func problems(_ change: (inout TrainingOptions) -> Void) -> [String] {
            Self.options(change).problems(classCount: 2)
        }
        #expect(problems { _ in } == [])
        #expect(
            problems { ($0.loraRank, $0.loraAlpha) = (nil, 3) }
                == ["lora_alpha is 3, and there is no lora_rank; set it, such as to 8"])
        #expect(problems { ($0.loraRank, $0.loraMaps) = (nil, .all) }.count == 1)
        #expect(problems { $0.frozenLayers = 1 } == [])
        #expect(problems { $0.method = .features }.count == 1)
        #expect(problems { $0.loraRank = 0 } == ["lora_rank is 0; it takes 1 ... 1024"])
        let wide = message {
            _ = try tuning(Self.options { $0.loraRank = 64 }).run(
                .init(checkpoints: out.file("c"), output: out.file("wide")))
        }
        #expect(wide.contains("lora_rank") && wide.contains("the rank is 64"), "\(wide)")
    }

    @Test func frozenLayersHaveNone() throws {
        _ = try train(Self.options { $0.frozenLayers = 1 }, to: "model")
        let peft = try JSONValue(parsing: out.bytes("model/adapter/adapter_config.json"))
        let modules = (peft["target_modules"]?.arrayValue ?? []).compactMap(\.stringValue)
        #expect(modules.map { $0.contains("layer.1.") } == [true, true])
        let error = message { _ = try train(Self.options { $0.frozenLayers = 2 }, to: "none") }
        #expect(error.contains("that are not frozen"))
    }

    /// The folder is the same wherever it is made, and found by its name from wherever the program is started.
    @Test func theBaseIsNamedAsPeopleNameIt() throws {
        var tuning = try tuning(Self.options())
        tuning.startName = "models/base"
        _ = try tuning.run(.init(checkpoints: out.file("c"), output: out.file("project/out/model")))
        let peft = try JSONValue(parsing: out.bytes("project/out/model/adapter/adapter_config.json"))
        #expect(peft["base_model_name_or_path"] == "models/base")
        let gone = message { _ = try ModelFolder(out.file("project/out/model/adapter")) }
        #expect(gone.contains("belong to the model models/base, which is not on this machine"))
        try FileManager.default.createDirectory(
            atPath: out.file("project/models"), withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: start.path, toPath: out.file("project/models/base"))
        let adapter = try ModelFolder(out.file("project/out/model/adapter"))
        #expect(try logits(adapter).count == 20)
        let card = String(decoding: try out.bytes("project/out/model/README.md"), as: UTF8.self)
        #expect(card.contains("low-rank adapters (LoRA) of rank 4, alpha 8"), "\(card)")
    }

    @Test func adaptersOfAdaptersAreRefused() throws {
        _ = try train(Self.options(), to: "model")
        let again = try FineTuning(
            shards: shards, start: ModelFolder(out.file("model/adapter")), tokenizerDigest: nil,
            options: Self.options())
        let error = message { _ = try again.run(.init(checkpoints: out.file("c"), output: out.file("n"))) }
        #expect(
            error.contains("holds adapters itself") && error.contains("such as the one that 'adapter' is in"))
        let merged = try FineTuning(
            shards: shards, start: ModelFolder(out.file("model")), tokenizerDigest: nil,
            options: Self.options())
        #expect(try merged.run(.init(checkpoints: out.file("c"), output: out.file("n"))) != nil)
    }

    @Test func aStartWithoutWeightsIsRefused() throws {
        let empty = try TemporaryFolder()
        let tuning = try FineTuning(
            shards: shards, start: Toy.modelFolder(in: empty), tokenizerDigest: nil, options: Self.options())
        let error = message { _ = try tuning.run(.init(checkpoints: out.file("c"), output: out.file("m"))) }
        #expect(error.contains("lora_rank leaves the weights of the start as they are"))
    }
}

/// Folders of PEFT, as `Tests/Fixtures/families/make_adapters.py` made them.
struct AdapterFolderTests {
    private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures/families")
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A base with an adapter beside it, as the fixture has them, and a vocabulary.
    private func adapter(_ name: String) throws -> String {
        let files = FileManager.default
        try files.createDirectory(atPath: folder.file("adapters"), withIntermediateDirectories: true)
        for part in [name, "adapters/\(name)"] {
            try files.copyItem(
                at: Self.fixtures.appending(path: part), to: URL(filePath: folder.file(part)))
        }
        let pieces = (0..<61).map { "piece\($0)\n" }.joined()
        try folder.write(Data(pieces.utf8), to: "\(name)/vocab.txt")
        return folder.file("adapters/\(name)")
    }

    private struct Golden: Decodable {
        struct Model: Decodable { let logits: [[Double]] }
        struct Batches: Decodable { let batches: [Batch] }
        struct Batch: Decodable {
            let rows: [[Int32]]
            let segments: [[UInt8]]
        }
        let models: [String: Model]
    }

    private func logits(_ path: String) throws -> [Float] {
        let golden = try JSONDecoder().decode(
            Golden.Batches.self, from: Data(contentsOf: Self.fixtures.appending(path: "golden.json")))
        let (model, labels) = try ModelFolder(path).makeTrainedModel(threads: 1)
        #expect(labels.count == 3)
        return try Predictor(model).logits(
            of: golden.batches[0].rows, segments: golden.batches[0].segments)
    }

    private func distance(_ name: String, _ logits: [Float]) throws -> Double {
        let golden = try JSONDecoder().decode(
            Golden.self, from: Data(contentsOf: Self.fixtures.appending(path: "adapters.json")))
        let expected = try #require(golden.models[name]).logits.joined()
        #expect(logits.count == expected.count)
        return zip(logits, expected).map { abs(Double($0) - $1) }.max() ?? .infinity
    }

    @Test(arguments: ["bert", "roberta", "albert", "distilbert", "electra", "gpt2"])
    func aFolderOfPEFTGivesItsScores(name: String) throws {
        let path = try adapter(name)
        #expect(try distance(name, logits(path)) < 1e-5)
        try Toy.edit(folder, "adapters/\(name)/adapter_config.json") { $0["lora_alpha"] = 7.5 }
        #expect(try distance(name, logits(path)) > 1e-5, "another factor gives other scores")
    }

    static let damages: [(key: String, value: any Sendable, words: String)] = [
        ("peft_type", "PROMPT_TUNING", "peft_type is PROMPT_TUNING; adapters of type LORA are read"),
        ("use_dora", true, "use_dora is true"), ("bias", "all", "bias is all"),
        ("layer_replication", [[0, 1]], "layer_replication is set"),
        ("rank_pattern", ["query": 3], "rank_pattern gives some maps another rank"),
        (
            "base_model_name_or_path", "owner/gone",
            "belong to the model owner/gone, which is not on this machine"
        ),
        ("r", 0, "names no rank"),
    ]

    @Test(arguments: damages.indices)
    func whatWouldBeReadOtherwiseThanItIsMeantIsRefused(index: Int) throws {
        let path = try adapter("bert")
        let (key, value, words) = Self.damages[index]
        try Toy.edit(folder, "adapters/bert/adapter_config.json") { $0[key] = value }
        let error = message { _ = try ModelFolder(path) }
        #expect(error.contains(words), "\(error)")
    }

    @Test func adaptersOfAnotherModelAreRefused() throws {
        let path = try adapter("bert")
        _ = try adapter("roberta")
        try Toy.edit(folder, "adapters/bert/adapter_config.json") {
            $0["base_model_name_or_path"] = "../../roberta"
        }
        let error = message { _ = try logits(path) }
        #expect(error.contains("which an adapter belongs to"), "\(error)")
    }
}
