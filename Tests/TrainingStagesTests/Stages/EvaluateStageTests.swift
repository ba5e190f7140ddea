import Foundation
import StageKit
import StageKitTesting
import Testing
import TrainingStages

struct EvaluateStageTests {
    private let task: SmallTask

    init() throws {
        task = try SmallTask()
    }

    @Test func eachRowIsAnsweredUnderItsOwnName() async throws {
        let shards = try await task.shards()
        let outcome = try await task.evaluate(try await task.model(on: shards), on: shards)
        let rows = try outcome.text("predictions.tsv").split(separator: "\n").map {
            $0.split(separator: "\t").map(String.init)
        }
        #expect(
            rows.first == [
                "id", "split", "label", "predicted", "p_uncontroversial", "p_controversial",
            ])
        #expect(rows.count == 1 + (outcome.figures["rows"]?.intValue ?? 0))
        for row in rows.dropFirst() {
            // Comments with even numbers split their readers.
            let number = try #require(Int(row[0].dropFirst("news:".count)))
            #expect(row[2] == (number % 2 == 0 ? "controversial" : "uncontroversial"))
            #expect(row[1] == "test")
        }
        let right = rows.dropFirst().count { $0[2] == $0[3] }
        #expect(outcome.figures["accuracy"]?.doubleValue == Double(right) / Double(rows.count - 1))
    }

    /// Half of the comments have as many up- as down-votes, the others none of the latter.
    @Test func answersAreHeldAgainstTheVotesToo() async throws {
        let shards = try await task.shards()
        let model = try await task.model(on: shards)
        let found = try await task.evaluate(model, on: shards, ["resamples": 0]).figures
        let soft = try #require(found["soft_accuracy"]?.doubleValue)
        #expect(soft > 0.5 && soft < 1)
        #expect(try #require(found["soft_macro_f1"]?.doubleValue) > 0.5)
        let divergence = try #require(found["vote_divergence"]?.doubleValue)
        #expect(divergence > 0 && divergence < 0.5)
        // What always gives the same probability is further away.
        let majority = try #require(found["baselines"]?.arrayValue?.last?["scores"])
        #expect(majority["soft_accuracy"]?.doubleValue ?? 1 < soft)
        #expect(majority["vote_divergence"]?.doubleValue ?? 0 > divergence)
    }

    @Test func severalModelsAndSidesStandBesideOneAnother() async throws {
        let shards = try await task.shards()
        let models = try await [
            task.model(on: shards, as: "one"), task.model(on: shards, ("seed", 2), as: "two"),
        ]
        .flatMap { $0 }
        let outcome = try await task.evaluate(
            models, on: shards, ["split": ["test", "dev"], "resamples": 0])
        let results = try #require(outcome.figures["results"]?.arrayValue)
        let places = results.map { "\($0["model"]?.stringValue ?? "") \($0["split"]?.stringValue ?? "")" }
        #expect(places == ["one test", "one dev", "two test", "two dev"])
        // Checks and `status` read the first.
        #expect(outcome.figures["accuracy"] == results[0]["accuracy"] && outcome.figures["model"] == "one")
    }

    @Test func intervalsComeWhereTheyAreAskedFor() async throws {
        let shards = try await task.shards()
        let model = try await task.model(on: shards)
        let with = try await task.evaluate(model, on: shards, ["resamples": 50])
        let without = try await task.evaluate(model, on: shards)
        #expect(with.figures["intervals"]?["accuracy"]?.arrayValue?.count == 2)
        #expect(without.figures["intervals"] == nil)
    }

    @Test func aModelThatAlwaysAnswersTheSameIsWarnedOf() async throws {
        let shards = try await task.shards()
        let model = try await task.model(
            on: shards, ("epochs", 1), ("learning_rate", 1e-9), ("answers", "plain"))
        let outcome = try await task.evaluate(model, on: shards)
        #expect(outcome.warnings.count == 1)
        #expect(outcome.warnings.first?.hasPrefix("the model of 'model' calls all ") == true)
    }

    @Test func shardsThatWereMadeOtherwiseAreRefusedByWhatDiffers() async throws {
        let model = try await task.model(on: try await task.shards())
        let cleaned = try await task.shards(rules: ["nfc": false])
        let error = await #expect(throws: StageError.self) { try await task.evaluate(model, on: cleaned) }
        #expect(error?.message.hasPrefix("the shards do not fit the model: clean_rules is ") == true)
        let cut = try await task.shards(parameters: ["max_tokens": 8, "truncation_side": "left"])
        let side = await #expect(throws: StageError.self) { try await task.evaluate(model, on: cut) }
        #expect(
            side?.message
                == "the shards do not fit the model: truncation_side is left in the shards, right in the model"
        )
    }

    @Test func whatToDoComesAsAHint() async throws {
        let shards = try await task.shards()
        let model = try await task.model(on: shards, ("epochs", 1))
        let path = try #require(model.first?.path) + "/config.json"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacing("ForSequenceClassification", with: "ForMultipleChoice").write(
            toFile: path, atomically: true, encoding: .utf8)
        let error = await #expect(throws: StageError.self) { try await task.evaluate(model, on: shards) }
        #expect(error?.message.contains(" belongs to BertForMultipleChoice ") == true)
        #expect(error?.hint?.hasPrefix("name the folder of a text classifier") == true)
    }

    @Test(arguments: [[], ["test", "test"]] as [JSONValue])
    func aSideIsScoredOnce(split: JSONValue) {
        #expect(EvaluateStage.complaints(about: ["split": split]) == ["'split' names a side twice, or none"])
    }
}
