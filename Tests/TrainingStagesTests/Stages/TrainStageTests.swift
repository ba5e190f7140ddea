import Foundation
import StageKit
import StageKitTesting
import Testing
import TrainingStages

struct TrainStageTests {
    private let task: SmallTask

    init() throws {
        task = try SmallTask()
    }

    private func train(
        _ shards: [InputArtifact], _ changes: (String, JSONValue)..., model: String? = "small",
        from start: [InputArtifact] = [], as name: String = "model", stopAfter checkpoints: Int = .max
    ) async throws -> StageOutcome {
        let settings = changes.reduce(SmallTask.settings) { $0.adding($1.0, $1.1) }
        return try await task.bench.run(
            TrainStage.self, settings, from: ["data": shards, "init": start],
            files: model.map { ["init": [$0]] } ?? [:], as: name, stopAfter: checkpoints)
    }

    @Test func aRunThatWasStoppedEndsWithTheBytesOfOneThatWasNot() async throws {
        let shards = try await task.shards()
        let undisturbed = try await train(shards, as: "undisturbed")
        await #expect(throws: StageInterrupted.self) { try await train(shards, stopAfter: 20) }
        let resumed = try await train(shards)
        #expect(resumed.progress.metadata(of: "resuming training") != nil)
        #expect(try resumed.contents() == undisturbed.contents())
        #expect(resumed.figures["best_step"] == undisturbed.figures["best_step"])
        #expect((undisturbed.figures["best_metric"]?.doubleValue ?? 0) > 0.9)
    }

    /// The numbers of a curve of one stage, as MLflow has them, without the times.
    private func curve(_ name: String, of stage: String) throws -> [[Substring]] {
        let root = task.bench.folder.file("track/mlruns")
        let tag = "/tags/mlflow.runName"
        let runs = try Disk.files(below: root).filter { $0.hasSuffix(tag) }.map {
            root + "/" + $0.dropLast(tag.count)
        }
        let run = try runs.first {
            try String(contentsOfFile: $0 + tag, encoding: .utf8).hasPrefix(stage + "-")
        }
        let text = try String(contentsOfFile: try #require(run) + "/metrics/" + name, encoding: .utf8)
        return text.split(separator: "\n").map { Array($0.split(separator: " ").dropFirst()) }
    }

    @Test func aTrackedRunThatWasStoppedHasEachStepOnce() async throws {
        let shards = try await task.shards()
        let undisturbed = try await train(shards, ("track", ["mlflow"]), as: "undisturbed")
        await #expect(throws: StageInterrupted.self) {
            try await train(shards, ("track", ["mlflow"]), stopAfter: 20)
        }
        #expect(try curve("train/loss", of: "model").count < curve("train/loss", of: "undisturbed").count)
        _ = try await train(shards, ("track", ["mlflow"]))
        for name in ["train/loss", "train/learning_rate", "dev/macro_f1", "best_metric"] {
            let curve = try curve(name, of: "model")
            #expect(try curve == self.curve(name, of: "undisturbed"), "\(name)")
        }
        #expect(try curve("train/loss", of: "model").count == undisturbed.figures["steps"]?.intValue)
    }

    @Test func trackingIsNoPartOfWhatDecidesTheModel() throws {
        var reader = ParameterReader(describing: "train")
        _ = try TrainStage(parameters: &reader)
        #expect(reader.specifications.first { $0.key == "track" }?.isFingerprinted == false)
        let complaints = TrainStage.complaints(about: SmallTask.settings.adding("track", ["wandb"]))
        #expect(complaints.count == 1 && complaints[0].contains("tensorboard, mlflow"), "\(complaints)")
    }

    @Test func withoutADevSideTheLastCheckpointIsKept() async throws {
        let outcome = try await train(try await task.shards(["train": 0.8, "test": 0.2]))
        #expect(
            outcome.warnings.contains(
                "there is no side dev with rows, so the last checkpoint is kept, not the best"))
        #expect(outcome.figures["best_metric"] == nil || outcome.figures["best_metric"] == .null)
    }

    @Test func randomWeightsAreToldUnlessTheyWereAskedFor() async throws {
        let shards = try await task.shards()
        let untold = try await train(shards, ("epochs", 1), ("init_weights", "random"))
        let told = try await train(shards, ("epochs", 1))
        #expect(told.warnings.contains { $0.hasPrefix("no weights in the start folder") })
        #expect(!untold.warnings.contains { $0.hasPrefix("no weights in the start folder") })
    }

    @Test func aModelGoesWhereItsPathSaysFileByFile() async throws {
        let outcome = try await train(try await task.shards(), ("epochs", 1), ("path", "out/{date}"))
        let places = outcome.result.publications.map(\.template)
        #expect(places.contains("out/{date}/model.safetensors") && places.contains("out/{date}/config.json"))
        #expect(outcome.result.publications.allSatisfy { $0.path.hasPrefix("model/") })
    }

    private func refusal(_ body: () async throws -> StageOutcome) async -> String? {
        await #expect(throws: StageError.self) { try await body() }?.message
    }

    @Test func thereIsExactlyOneModelToStartFrom() async throws {
        let shards = try await task.shards()
        let none = await refusal { try await train(shards, model: nil) }
        #expect(none == "the train stage does not say which model to start from")
        let start = try await train(shards, ("epochs", 1))["model"]
        let two = await refusal { try await train(shards, from: start) }
        #expect(
            two
                == "the train stage has two models to start from: the folder small, and the one of input 'init'"
        )
        let further = try await train(shards, ("epochs", 1), model: nil, from: start, as: "further")
        #expect(!further.warnings.contains { $0.hasPrefix("no weights") })
    }

    @Test func rowsThatTheModelCannotTakeAreRefused() async throws {
        let unnamed = try await task.shards(["a": 0.5, "b": 0.5])
        #expect(
            await refusal { try await train(unnamed) }
                == "there are no rows to train on: the shards have the sides a, b, and none called train with rows"
        )
        let other = try SmallTask()
        let long = try await other.shards(parameters: ["max_tokens": 17])
        #expect(
            await refusal { try await train(long) }
                == "rows of the shards have up to 17 tokens; the model has 16 positions")
    }

    @Test func aModelsOwnTokenizerHasToBeThatOfTheShards() async throws {
        let shards = try await task.shards()
        try task.bench.folder.write(SmallTask.configuration.prettyText, to: "other/config.json")
        try task.bench.folder.write(
            "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nbad\ngood\nnews\n", to: "other/vocab.txt")
        let message = await refusal { try await train(shards, model: "other") }
        #expect(message?.hasPrefix("the tokenizer of the shards is not the model's: ") == true)
    }
}
