import Foundation
import Testing

/// `train --shards`: the trainer alone, without pipeline file and store.
struct StandaloneTrainingTests {
    /// A folder with shards as a pipeline made them, in `shards`, and a model without weights in `init`.
    static func sandbox() throws -> Sandbox {
        let sandbox = try Sandbox()
        let pipeline = SampleComments.pipeline(("salt: v1", "salt: v1, group_by: comment"))
        try sandbox.write(pipeline + SampleComments.training, to: "p.yaml")
        try sandbox.write(SampleComments.table(), to: "data/one.tsv")
        try sandbox.write(SampleComments.tinyConfiguration, to: "init/config.json")
        try makeShards(sandbox)
        return sandbox
    }

    /// Puts the shards of the pipeline `p.yaml` into `shards`.
    private static func makeShards(_ sandbox: Sandbox) throws {
        let made = try sandbox.splitvote("run", "p.yaml", "--until", "shards", "--quiet")
        guard made.status == 0,
            let manifest = try sandbox.files(below: "artifacts").first(where: {
                $0.hasSuffix("manifest.json")
            })
        else { throw SandboxError(made.errors) }
        let folder = "artifacts/" + manifest.dropLast("/manifest.json".count)
        try FileManager.default.copyItem(
            at: sandbox.folder.appending(path: folder), to: sandbox.folder.appending(path: "shards"))
    }

    static let flags = [
        "--shards", "shards", "--init", "init", "--epochs", "2", "--batch-size", "8", "--learning-rate",
        "1e-3",
        "--precision", "fp32", "--threads", "1",
    ]

    private static func train(_ sandbox: Sandbox, _ more: String...) throws -> Sandbox.Outcome {
        try sandbox.run(Sandbox.command, ["train"] + flags + more)
    }

    @Test func aModelComesOutThatPredicts() throws {
        let sandbox = try Self.sandbox()
        let outcome = try Self.train(sandbox, "--out", "model", "--metrics", "steps.jsonl")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.first == "seed\tsteps\tepochs\tbest_step\tmacro_f1")
        #expect(lines.count == 2 && lines[1].hasPrefix("42\t"), "\(outcome.output)")
        #expect(outcome.errors.contains("the model starts from random ones"), "\(outcome.errors)")
        #expect(outcome.errors.contains("tokens; about "), "the budget: \(outcome.errors)")
        #expect(outcome.errors.contains("fp32 on "), "\(outcome.errors)")
        #expect(try sandbox.files(below: "model").contains("model.safetensors"))
        #expect(!sandbox.exists("model.checkpoints"))
        #expect(try JSONSchema("training").problems(of: sandbox.read("model/training.json")).isEmpty)
        let steps = try sandbox.read("steps.jsonl").split(separator: "\n")
        #expect("\(steps.count)" == lines[1].split(separator: "\t")[1])
        for line in steps {
            #expect(try JSONSchema("training-step").problems(of: String(line)).isEmpty, "\(line)")
            let step = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            for key in ["step", "epoch", "loss", "learning_rate", "tokens", "tokens_per_second"] {
                #expect(step[key] is NSNumber, "\(key): \(line)")
            }
        }
        let answers = try sandbox.splitvote("predict", "--model", "model", input: "찬성과 반대가 갈리는 의견\n")
        #expect(answers.status == 0 && answers.output.split(separator: "\n").count == 2, "\(answers.errors)")
        let before = try sandbox.data("model/model.safetensors")
        let again = try Self.train(sandbox, "--out", "model")
        #expect(again.errors.contains("this very training's model; nothing to do"), "\(again.errors)")
        #expect(again.output == outcome.output)
        #expect(try sandbox.data("model/model.safetensors") == before)
    }

    @Test func aTimeLimitStopsItAndTheNextRunEndsWithTheSameBytes() throws {
        let sandbox = try Self.sandbox()
        #expect(try Self.train(sandbox, "--out", "straight").status == 0)
        let stopped = try Self.train(sandbox, "--out", "model", "--time-limit", "0s")
        #expect(stopped.status == 10, "\(stopped.errors)")
        #expect(stopped.errors.contains("stopped with everything in "), "\(stopped.errors)")
        #expect(stopped.output.isEmpty)
        #expect(sandbox.exists("model.checkpoints/states/state.safetensors"))
        let rest = try Self.train(sandbox, "--out", "model")
        #expect(rest.status == 0, "\(rest.errors)")
        #expect(rest.errors.contains("resuming training"), "\(rest.errors)")
        for file in try sandbox.files(below: "straight") {
            #expect(try sandbox.data("straight/" + file) == sandbox.data("model/" + file), "\(file)")
        }
    }

    @Test func severalSeedsGiveTheirMean() throws {
        let sandbox = try Self.sandbox()
        let outcome = try Self.train(sandbox, "--out", "models", "--seeds", "1,2,3", "--max-steps", "3")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(!outcome.errors.contains("no side dev"), "\(outcome.errors)")
        let rows = outcome.output.split(separator: "\n").map {
            $0.split(separator: "\t", omittingEmptySubsequences: false)
        }
        try #require(rows.map { $0[0] } == ["seed", "1", "2", "3", "mean", "low_95", "high_95"])
        let scores = rows[1...3].compactMap { Double($0[4]) }
        #expect(abs((Double(rows[4][4]) ?? 0) - scores.reduce(0, +) / 3) < 1e-5)
        for seed in 1...3 { #expect(sandbox.exists("models/seed-\(seed)/model.safetensors")) }
    }

    @Test func aRegressionIsReportedByItsCorrelation() throws {
        let sandbox = try LabeledRows.sandbox(
            LabeledRows.pipeline("text: a, text_pair: b, score: score"),
            ["train.tsv": LabeledRows.pairs(60), "test.tsv": LabeledRows.pairs(10, from: 60)])
        try Self.makeShards(sandbox)
        let outcome = try Self.train(sandbox, "--out", "model", "--max-steps", "3")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.hasPrefix("seed\tsteps\tepochs\tbest_step\tpearson\n"), "\(outcome.output)")
    }

    @Test func aLearningRateIsLookedForWithoutLeavingAnything() throws {
        let sandbox = try Self.sandbox()
        let before = try sandbox.files(below: ".")
        let outcome = try Self.train(sandbox, "--find-lr")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.hasPrefix("learning_rate\t"), "\(outcome.output)")
        #expect(
            try sandbox.files(below: ".").filter { !$0.hasPrefix(".std") }
                == before.filter { !$0.hasPrefix(".std") })
    }

    @Test func theFrozenModelsFeaturesTrainInMoments() throws {
        let sandbox = try Self.sandbox()
        let outcome = try Self.train(sandbox, "--out", "model", "--method", "features", "--l2", "0.1")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try sandbox.read("model/README.md").contains("Logistic regression on the pooler's output"))
        #expect(try JSONSchema("training").problems(of: sandbox.read("model/training.json")).isEmpty)
    }

    /// A hundred million checkpoints of the smallest model take some 20 TB.
    @Test func whatCannotFitIsRefusedBeforeTheFirstStep() throws {
        let sandbox = try Self.sandbox()
        let outcome = try Self.train(
            sandbox, "--out", "model", "--metrics", "steps.jsonl", "--keep-checkpoints", "100000000")
        #expect(outcome.status == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains("checkpoints and model take up to "), "\(outcome.errors)")
        #expect(outcome.errors.contains(" of disk; "), "\(outcome.errors)")
        #expect(try sandbox.read("steps.jsonl").isEmpty)
        #expect(!sandbox.exists("model"))
    }

    /// Labels turned over, in a file as sound as before; also on a side that is not trained on.
    @Test(arguments: ["train", "dev", "test"], [[], ["--find-lr"]])
    func shardsThatSaySomethingElseAreRefused(side: String, more: [String]) throws {
        let sandbox = try Self.sandbox()
        let name = "shards/\(side)-00000.safetensors"
        var bytes = try sandbox.data(name)
        let header = bytes.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
        let facts = try #require(
            try JSONSerialization.jsonObject(with: bytes[8..<8 + header]) as? [String: Any])
        let labels = try #require((facts["labels"] as? [String: Any])?["data_offsets"] as? [Int])
        for place in stride(from: 8 + header + labels[0], to: 8 + header + labels[1], by: 8) {
            bytes[place] = 1 - bytes[place]
        }
        try sandbox.write(bytes, to: name)
        let place = more.isEmpty ? ["--out", "m"] : more
        let outcome = try sandbox.run(Sandbox.command, ["train"] + Self.flags + place)
        #expect(outcome.status == 1, "\(outcome.errors)")
        #expect(
            outcome.errors.contains("\(name): was changed since it was made: its SHA-256 is "),
            "\(outcome.errors)")
        #expect(!sandbox.exists("m"))
    }

    static let wrong: [([String], Int32, String)] = [
        (["--out", "data"], 1, "exists and holds something else than a model of this command"),
        (["--out", "m", "--init", "nowhere"], 1, "nowhere: there is no such folder"),
        (["--out", "m", "--init", "data"], 1, "data has no config.json"),
        (["--out", "m", "--shards", "data"], 1, "manifest.json"),
        (["--out", "m", "--freeze-layers", "3"], 1, "freeze_layers is 3; the model has 2 layers"),
        (["--out", "m", "--class-weights", "1,2,3"], 1, "class_weights are [1.0, 2.0, 3.0]; 2 are needed"),
        (["--out", "m", "--init", "short"], 1, "up to 32 tokens, the model's position table has 16"),
        (["--out", "m", "--metrics", "data/one.tsv/x"], 1, "data/one.tsv/x"),
    ]

    @Test(arguments: wrong)
    func whatDoesNotFitIsNamed(more: [String], status: Int32, expected: String) throws {
        let sandbox = try Self.sandbox()
        try sandbox.write(
            SampleComments.tinyConfiguration.replacing(
                "\"max_position_embeddings\": 64", with: "\"max_position_embeddings\": 16"),
            to: "short/config.json")
        let outcome = try sandbox.run(Sandbox.command, ["train"] + Self.flags + more)
        #expect(outcome.status == status, "\(outcome.errors)")
        #expect(outcome.errors.contains(expected), "\(outcome.errors)")
        #expect(!outcome.errors.contains("this is a bug"), "\(outcome.errors)")
        #expect(!sandbox.exists("m"))
    }

    static let usage: [([String], String)] = [
        ([], "give a pipeline file, or --shards, --init and --out"),
        (["p.yaml", "--shards", "s"], "p.yaml and --shards are two sources of data"),
        (["p.yaml", "--epochs", "3"], "--epochs is for training without a pipeline"),
        (["--shards", "s"], "--init is missing"),
        (["--shards", "s", "--init", "i"], "--out is missing"),
        (
            ["--shards", "s", "--init", "i", "--out", "o", "--epochs", "0"],
            "--epochs is 0; it takes 1 ... 10000"
        ),
        (
            ["--shards", "s", "--init", "i", "--out", "o", "--batch-size=-1"],
            "--batch-size is -1; it takes 1 ... 65536 rows"
        ),
        (
            ["--shards", "s", "--init", "i", "--out", "o", "--precision", "fp8"],
            "--precision is 'fp8'; it takes one of: auto, fp32, bf16"
        ),
        (["--shards", "s", "--init", "i", "--out", "o", "--time-limit", "soon"], "--time-limit is 'soon'"),
        (["--shards", "s", "--init", "i", "--out", "o", "--seeds", "1"], "at least two different numbers"),
        (["--shards", "s", "--init", "i", "--out", "o", "--seeds", "1,1"], "it names a seed twice"),
        (
            ["--shards", "s", "--init", "i", "--out", "o", "--seeds", "1,x"],
            "expected whole numbers with commas"
        ),
        (
            ["--shards", "s", "--init", "i", "--out", "o", "--class-weights", "even"],
            "it takes one of: uniform, balanced, or a list of numbers"
        ),
        (
            ["--shards", "s", "--init", "i", "--out", "o", "--keep-checkpoints", "0"],
            "--keep-checkpoints is 0; it takes 1 ... 100000000"
        ),
    ]

    @Test(arguments: usage)
    func aWrongCommandLineIsStatusTwo(arguments: [String], expected: String) throws {
        let sandbox = try Sandbox()
        let outcome = try sandbox.run(Sandbox.command, ["train"] + arguments)
        #expect(outcome.status == 2, "\(outcome.errors)")
        #expect(outcome.errors.contains(expected), "\(outcome.errors)")
    }
}
