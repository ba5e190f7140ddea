import Foundation
import StageKit
import StageKitTesting
import Testing
import TrainingStages

/// Baselines beside the models of an evaluate stage.
struct BaselinesBesideTests {
    private let task: SmallTask

    init() throws {
        task = try SmallTask()
    }

    private func baselines(_ figures: JSONValue?) -> [JSONValue] { figures?["baselines"]?.arrayValue ?? [] }

    @Test func everyModelAndSideHasThemOnItsOwnRows() async throws {
        let shards = try await task.shards()
        let models = try await [
            task.model(on: shards, as: "one"), task.model(on: shards, ("epochs", 1), as: "two"),
        ]
        .flatMap { $0 }
        let outcome = try await task.evaluate(
            models, on: shards, ["split": ["test", "dev"], "resamples": 100])
        let results = try #require(outcome.figures["results"]?.arrayValue)
        #expect(results.count == 4)
        for result in results {
            let found = baselines(result)
            #expect(found.map { $0["name"]?.stringValue } == ["tfidf", "majority"])
            // One word tells the class.
            #expect(found[0]["scores"]?["accuracy"]?.doubleValue == 1)
            #expect(found[0]["scores"]?["rows"] == result["rows"])
            #expect(found[0]["train_rows"] == found[1]["train_rows"])
            let difference = try #require(found[0]["differences"]?.arrayValue?.first)
            #expect(difference["score"] == "macro_f1" && difference["model"] == result["macro_f1"])
            #expect(difference["difference"] == result["over_tfidf"])
            #expect(difference["interval"]?.arrayValue?.first == result["over_tfidf_low"])
            #expect(result["over_tfidf_p"] == found[0]["mcnemar_p"])
            #expect(result["majority_score"] == found[1]["scores"]?["macro_f1"])
        }
        // Of one side they are the same beside both models.
        #expect(baselines(results[0])[0]["scores"] == baselines(results[2])[0]["scores"])
        let told = outcome.progress.reports.filter { $0.contains("tfidf") }
        #expect(!told.isEmpty)
    }

    @Test func whoWantsNoneGetsNone() async throws {
        let shards = try await task.shards()
        let model = try await task.model(on: shards)
        let outcome = try await task.evaluate(model, on: shards, ["baselines": false, "resamples": 0])
        #expect(outcome.figures["baselines"] == nil)
        #expect(outcome.figures["tfidf_score"] == nil && outcome.figures["baselines_absent"] == nil)
        let some = try await task.evaluate(
            model, on: shards, ["baselines": ["length", "majority"], "resamples": 0])
        #expect(baselines(some.figures).map { $0["name"]?.stringValue } == ["length", "majority"])
        #expect(EvaluateStage.complaints(about: ["baselines": ["tfdif"]]).count == 1)
    }

    /// What is fitted is kept with the result, and taken over as long as train and dev are the same.
    @Test func aBaselineIsFittedOnceForTheSameRows() async throws {
        let shards = try await task.shards()
        let (one, two) = (
            try await task.model(on: shards), try await task.model(on: shards, ("seed", 2), as: "other")
        )
        let first = try await task.evaluate(one, on: shards)
        let second = try await task.evaluate(two, on: shards, after: first)
        #expect(try second.text("baselines.json") == first.text("baselines.json"))
        #expect(!second.progress.reports.contains { $0.contains("fits") })
        #expect(first.progress.reports.contains { $0.contains("fits") })
        let alone = try await task.evaluate(two, on: shards)
        #expect(alone.figures == second.figures)
        #expect(try alone.text("baselines.json") == second.text("baselines.json"))
        // Sides that no earlier result has answered, and results that are not as they were written, are fitted again.
        let train = try await task.evaluate(
            one, on: shards, ["split": "train", "resamples": 0], after: first)
        #expect(train.progress.reports.contains { $0.contains("fits") })
        let path = first.folder + "/baselines.json"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacing("\"train_rows\":", with: "\"train_rows\":1").write(
            toFile: path, atomically: true, encoding: .utf8)
        let damaged = try await task.evaluate(two, on: shards, after: first)
        #expect(
            damaged.progress.reports.contains { $0.contains("fits") } && damaged.figures == second.figures)
        let other = try SmallTask()
        let others = try await other.shards(["train": 0.5, "dev": 0.3, "test": 0.2])
        let moved = try await other.bench.run(
            EvaluateStage.self, ["resamples": 0], from: ["model": one, "data": others], after: second)
        #expect(moved.progress.reports.contains { $0.contains("fits") })
    }

    @Test func whatIsKeptHoldsNoTexts() async throws {
        let shards = try await task.shards()
        let outcome = try await task.evaluate(try await task.model(on: shards), on: shards)
        let text = try outcome.text("baselines.json")
        #expect(!text.contains("good") && !text.contains("bad") && text.contains("\"sha256\""))
    }

    @Test func withoutATrainSideItIsSaid() async throws {
        let model = try await task.model(on: try await task.shards())
        let other = try SmallTask()
        let outcome = try await other.bench.run(
            EvaluateStage.self, ["resamples": 0],
            from: ["model": model, "data": try await other.shards(["test": 1])])
        #expect(
            outcome.figures["baselines_absent"]
                == "the shards have no side train with rows, which baselines could be fitted to")
        #expect(outcome.figures["tfidf_score"] == nil && outcome.figures["accuracy"] != nil)
    }

    @Test func withoutDevThePenaltyIsChosenInParts() async throws {
        let shards = try await task.shards(["train": 0.7, "test": 0.3])
        let outcome = try await task.evaluate(try await task.model(on: shards), on: shards)
        #expect(baselines(outcome.figures)[0]["scores"]?["accuracy"]?.doubleValue == 1)
        #expect(outcome.progress.reports.contains { $0.contains("of 26 fits") })
    }

    @Test func aModelThatIsNoBetterIsWarnedOfOnce() async throws {
        let shards = try await task.shards()
        let model = try await task.model(on: shards)
        let outcome = try await task.evaluate(model, on: shards, ["split": ["test", "dev"], "resamples": 0])
        let dev = outcome.figures["results"]?.arrayValue?[1]
        try #require(dev?["over_tfidf"]?.doubleValue ?? 1 <= 0)
        // As good is no better.
        let told = "on dev the model of 'model' is no better than TF-IDF: macro F1 1.000, TF-IDF 1.000"
        #expect(outcome.warnings == [told])
        // Where dev is not scored it goes by what the training says of it.
        let test = try await task.evaluate(model, on: shards)
        #expect(test.warnings == [told])
        // A baseline is not warned of.
        let tfidf = try await task.bench.run(
            TrainStage.self, ["model": "tfidf"], from: ["data": shards], as: "tfidf")["model"]
        #expect(try await task.evaluate(tfidf, on: shards).warnings.isEmpty)
    }

    @Test func theCardIsTheModelsWithItsScores() async throws {
        let shards = try await task.shards()
        let model = try await task.model(on: shards)
        let outcome = try await task.evaluate(
            model, on: shards, ["split": ["dev", "test"], "card": "out/card.md", "resamples": 100])
        let readme = try String(
            contentsOfFile: try #require(model.first?.path) + "/README.md", encoding: .utf8)
        let card = try outcome.text("card.md")
        #expect(card.hasPrefix(readme))
        let rest = card.dropFirst(readme.count)
        #expect(rest.contains("## Scores on the dev split") && rest.contains("## Scores on the test split"))
        #expect(rest.contains("| Score | Model | TF-IDF | The most frequent answer |"))
        #expect(rest.contains("- Macro F1 "))
        #expect(outcome.result.publications.map(\.template) == ["out/card.md"])
        let two = try await [model, task.model(on: shards, ("seed", 2), as: "two")].flatMap { $0 }
        let error = await #expect(throws: StageError.self) {
            try await task.evaluate(two, on: shards, ["card": "out/card.md"])
        }
        #expect(error?.message == "'card' is for one model, and 2 are scored")
    }
}
