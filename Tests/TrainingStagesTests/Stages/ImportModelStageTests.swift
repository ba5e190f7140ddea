import Foundation
import StageKit
import StageKitTesting
import Testing
import TrainingStages

struct ImportModelStageTests {
    private let task: SmallTask

    init() throws {
        task = try SmallTask()
    }

    /// A model as others would hand it over: without a word of splitvote in it.
    private func theirs(_ shards: [InputArtifact]) async throws -> InputArtifact {
        let model = try #require(try await task.model(on: shards, ("epochs", 2)).first)
        let path = model.path + "/config.json"
        var configuration = try JSONValue(parsing: String(contentsOfFile: path, encoding: .utf8))
        configuration["splitvote"] = nil
        try configuration.prettyText.write(toFile: path, atomically: true, encoding: .utf8)
        return model
    }

    private func files(_ folder: String) -> InputArtifact {
        InputArtifact(stage: "gpu", kind: "command", type: "files-v1", path: folder, digest: "0")
    }

    @Test func whatAProgramMadeIsEvaluatedLikeAnyOtherModel() async throws {
        let shards = try await task.shards()
        let model = try await theirs(shards)
        let folder = (model.path as NSString).deletingLastPathComponent
        let imported = try await task.bench.run(
            ImportModelStage.self, ["folder": "model"], from: ["data": shards, "files": [files(folder)]])
        let scores = try await task.evaluate(imported["model"], on: shards, ["resamples": 0, "split": "dev"])
        #expect(imported.figures["macro_f1"] != nil)
        #expect(scores.figures["macro_f1"] == imported.figures["macro_f1"])
        #expect(imported.figures["family"] == "bert")
    }

    private func refusal(_ parameters: JSONValue, _ files: [InputArtifact] = []) async throws -> StageError? {
        let shards = try await task.shards()
        return await #expect(throws: StageError.self) {
            try await task.bench.run(
                ImportModelStage.self, parameters, from: ["data": shards, "files": files])
        }
    }

    @Test func withoutAModelItSaysHowToNameOne() async throws {
        let none = try await refusal([:])
        #expect(none?.message == "the import.model stage does not say which model to take over")
        let empty = try await refusal(["folder": "model"], [files(task.bench.folder.path)])
        #expect(
            empty?.message == "the command stage has made no model/config.json, so there is no model")
    }

    @Test func aModelOfAnotherTokenizerIsRefused() async throws {
        let shards = try await task.shards()
        let model = try await theirs(shards)
        try "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nbad\ngood\nnews\n".write(
            toFile: model.path + "/vocab.txt", atomically: true, encoding: .utf8)
        let error = await #expect(throws: StageError.self) {
            try await task.bench.run(
                ImportModelStage.self, from: ["data": shards, "files": [files(model.path)]])
        }
        #expect(error?.message.hasPrefix("the tokenizer of the shards is not the model's: ") == true)
    }

    @Test func foldersStayInsideTheFilesOfTheProgram() {
        #expect(
            ImportModelStage.complaints(about: ["folder": "../x"]) == [
                "'../x' is not among the files of the command stage (write a relative path without ..)"
            ])
    }
}
