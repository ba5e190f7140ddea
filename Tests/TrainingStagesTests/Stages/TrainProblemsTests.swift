import DatasetStages
import Foundation
import StageKit
import StageKitTesting
import Testing
import TrainingStages

/// What is known to be wrong before anything has run.
struct TrainProblemsTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(SmallTask.configuration.prettyText, to: "small/config.json")
    }

    private func shards(maxTokens: Int, sides: [String]) -> StageSource {
        let split = StageSource(
            stage: "sides", kind: SplitStage.kind, parameters: [:],
            figures: ["rows"] + sides.map { "rows.\($0)" })
        return StageSource(
            stage: "tokens", kind: ShardsStage.kind, parameters: ["max_tokens": .integer(maxTokens)],
            sources: ["data": [split]])
    }

    private func look(
        _ model: String?, maxTokens: Int = 16, sides: [String] = ["train", "test"], connected: Bool = false
    ) -> StageLook {
        let found = model.map { FoundFile(path: folder.file($0), shownPath: $0) }
        var sources = ["data": [shards(maxTokens: maxTokens, sides: sides)]]
        if connected {
            sources["init"] = [StageSource(stage: "first", kind: TrainStage.kind, parameters: [:])]
        }
        return StageLook(
            naming: model == nil ? [] : ["init"], files: found.map { ["init": [$0]] } ?? [:], sources: sources
        )
    }

    private func problems(_ look: StageLook, _ parameters: JSONValue = [:]) throws -> [String] {
        try TrainStage(parameters).problems(in: look).map(\.message)
    }

    @Test func aModelThatFitsIsNoProblem() throws {
        #expect(try problems(look("small")) == [])
        #expect(try problems(look(nil, connected: true)) == [])
    }

    @Test(arguments: [
        ("tfidf", "tfidf"), ("encoder", "an encoder"), ("majority", "majority"),
    ])
    func vectorsAreForATextCNN(model: String, words: String) throws {
        var sources = look(nil).sources
        sources["vectors"] = [StageSource(stage: "words", kind: WordVectorStage.kind, parameters: [:])]
        let isEncoder = model == "encoder"
        let look = StageLook(
            naming: isEncoder ? ["init"] : [],
            files: isEncoder ? ["init": [FoundFile(path: folder.file("small"), shownPath: "small")]] : [:],
            sources: sources)
        #expect(
            try problems(look, ["model": .string(model)]) == [
                "input 'vectors' is for a Text-CNN, and the model is \(words)"
            ])
        #expect(try problems(look, ["model": "text_cnn"]) == [])
    }

    @Test func modelsAreNamedOnce() throws {
        #expect(try problems(look(nil)) == ["the train stage does not say which model to start from"])
        #expect(
            try problems(look("small", connected: true)) == [
                "the train stage has two models to start from: the folder small, and the one of input 'init'"
            ])
    }

    @Test func rowsMayNotBeLongerThanTheModelsPositions() throws {
        #expect(
            try problems(look("small", maxTokens: 17)) == [
                "rows of the shards may have 17 tokens ('max_tokens' of stage 'tokens'); the model has 16 positions"
            ])
    }

    @Test func withoutASideCalledTrainThereIsNothingToTrainOn() throws {
        #expect(
            try problems(look("small", sides: ["learn", "judge"])) == [
                "there are no rows to train on: the shards have the sides judge, learn, and none called train with rows"
            ])
    }

    @Test func aFolderThatIsNoModelIsToldByWhatItLacks() throws {
        try folder.makeFolder("empty")
        try folder.write("[1]", to: "list/config.json")
        try folder.write(
            "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", to: "lfs/config.json")
        #expect(try problems(look("empty")) == ["empty has no config.json"])
        #expect(try problems(look("list")) == ["list/config.json is not a JSON object"])
        #expect(try problems(look("lfs")).first?.hasPrefix("lfs/config.json ") == true)
    }

    @Test func weightsThatAreNotReadMatterOnlyWhereTheyAreWanted() throws {
        try folder.write("x", to: "small/tf_model.h5")
        let message = try #require(try problems(look("small")).first)
        #expect(message.hasPrefix("small has its weights as tf_model.h5, which is not read"))
        #expect(try problems(look("small"), ["init_weights": "random"]) == [])
    }

    private func unknownSides(_ split: JSONValue) throws -> [String] {
        try EvaluateStage(["split": split]).problems(in: look(nil)).map(\.message)
    }

    @Test func aSideToScoreHasToBeThere() throws {
        #expect(try unknownSides("test") == [])
        #expect(try unknownSides(["train", "test"]) == [])
        #expect(
            try unknownSides(["test", "dev"]) == [
                "there is no side 'dev' to score; the shards have test, train"
            ])
    }
}
