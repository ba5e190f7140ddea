import Foundation
import StageKit
import StageKitTesting
import Testing
import TrainingStages

/// Models side by side.
struct CompareStageTests {
    private let task: SmallTask

    init() throws {
        task = try SmallTask()
    }

    private func baseline(_ kind: String, on shards: [InputArtifact]) async throws -> [InputArtifact] {
        try await task.bench.run(
            TrainStage.self, ["model": .string(kind)], from: ["data": shards], as: kind)["model"]
    }

    private func compare(
        _ models: [[InputArtifact]], on shards: [InputArtifact], _ parameters: JSONValue
    ) async throws -> StageOutcome {
        try await task.bench.run(
            CompareStage.self, parameters, from: ["model": models.flatMap { $0 }, "data": shards])
    }

    private func three(_ shards: [InputArtifact]) async throws -> [[InputArtifact]] {
        [
            try await baseline("majority", on: shards),
            try await task.model(on: shards, ("epochs", 1), ("learning_rate", 1e-4), as: "one"),
            try await task.model(on: shards, ("epochs", 2), ("learning_rate", 1e-3), ("seed", 2), as: "two"),
        ]
    }

    private func results(_ outcome: StageOutcome) throws -> [JSONValue] {
        try #require(outcome.figures["results"]?.arrayValue)
    }

    private func score(_ result: JSONValue, _ name: String) throws -> JSONValue {
        try #require(result["scores"]?.arrayValue?.first { $0["name"]?.stringValue == name })
    }

    @Test func aLineHasTheScoresThatEvaluateGives() async throws {
        let shards = try await task.shards()
        let models = try await three(shards)
        let outcome = try await compare(models, on: shards, ["split": ["test", "dev"]])
        let lines = try results(outcome)
        #expect(
            lines.map { $0["name"]?.stringValue } == ["majority", "one", "two", "majority", "one", "two"])
        for (model, number) in [(models[1], 1), (models[2], 2)] {
            let scored = try await task.evaluate(model, on: shards, ["baselines": false, "resamples": 0])
                .figures
            for name in ["accuracy", "macro_f1", "roc_auc", "mcc", "ece", "log_loss"] {
                #expect(try score(lines[number], name)["value"] == scored[name], "\(name)")
            }
            let classes = try #require(scored["classes"]?.arrayValue)
            for found in classes {
                let name = try #require(found["name"]?.stringValue)
                #expect(try score(lines[number], "recall.\(name)")["value"] == found["recall"])
            }
            let main = try score(lines[number], "macro_f1")
            #expect(main["main"] == true && main["interval"] != nil && main["p"] != nil)
            #expect(lines[number]["parameters"]?.intValue ?? 0 > 1_000)
        }
        #expect(try score(lines[0], "macro_f1")["over"] == nil)
        #expect(outcome.figures["against"] == "majority" && outcome.figures["models"] == 3)
        let times = try #require(outcome.figures["times"]?.arrayValue)
        #expect(times.count == 3 && times.allSatisfy { ($0["rows_per_second"]?.doubleValue ?? 0) > 0 })
    }

    @Test func seedsAreOneLineAndEnsemblesOneMore() async throws {
        let shards = try await task.shards()
        let models = try await three(shards)
        let outcome = try await compare(
            models, on: shards,
            [
                "seeds": ["small": ["one", "two"]], "ensembles": ["both": ["small", "majority"]],
                "against": "small", "resamples": 1_000,
            ])
        let lines = try results(outcome)
        #expect(lines.map { $0["name"]?.stringValue } == ["majority", "small", "both"])
        let runs = try #require(
            try score(lines[1], "macro_f1")["runs"]?.arrayValue?.compactMap(\.doubleValue))
        #expect(runs.count == 2)
        #expect(try score(lines[1], "macro_f1")["value"]?.doubleValue == runs.reduce(0, +) / 2)
        #expect(try score(lines[1], "macro_f1")["deviation"] != nil)
        #expect(try score(lines[2], "macro_f1")["runs"]?.arrayValue?.count == 2)
        #expect(lines[2]["ensemble"] == ["small", "majority"] && lines[2]["stages"] == nil)
        // A constant that is averaged in leaves the order of the rows as it was.
        #expect(try score(lines[2], "roc_auc")["value"] == score(lines[1], "roc_auc")["value"])
        // Of several seeds nobody can say which rows are right.
        #expect(lines[0]["mcnemar_p"] == nil && lines[2]["mcnemar_p"] == nil)
        let markdown = try outcome.text("table/comparison.md")
        #expect(markdown.contains("small (2 seeds)") && markdown.contains("both (small + majority)"))
        #expect(markdown.contains("**test, less small**"))
    }

    /// Seeds that were forgotten to change, and settings that were changed with them, are told.
    @Test func seedsThatAreNoneAreWarnedOf() async throws {
        let shards = try await task.shards()
        let models = try await [
            task.model(on: shards, ("epochs", 1), as: "one"),
            task.model(on: shards, ("epochs", 1), as: "two"),
            task.model(on: shards, ("epochs", 1), ("seed", 3), ("learning_rate", 0.001), as: "three"),
        ]
        let same = try await compare(models, on: shards, ["seeds": ["small": ["one", "two"]]])
        #expect(
            same.warnings == [
                "models of 'small' have the same seed: one 1, two 1; their deviation says less than that of different seeds"
            ])
        let other = try await compare(models, on: shards, ["seeds": ["small": ["one", "three"]]])
        #expect(
            other.warnings == ["models of 'small' differ in more than their seed: in their learning rate"])
        let plain = try await compare(models, on: shards, [:])
        #expect(plain.warnings.isEmpty)
    }

    @Test func theTablesHoldTheSameNumbers() async throws {
        let shards = try await task.shards()
        let outcome = try await compare(try await three(shards), on: shards, ["path": "out/table"])
        let lines = try outcome.text("table/comparison.tsv").split(separator: "\n").map {
            $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
        #expect(lines.count == 4 && lines.allSatisfy { $0.count == lines[0].count })
        let column = try #require(lines[0].firstIndex(of: "macro_f1"))
        for (line, result) in zip(lines.dropFirst(), try results(outcome)) {
            #expect(Double(line[column]) == (try score(result, "macro_f1")["value"]?.doubleValue))
        }
        let latex = try outcome.text("table/comparison.tex")
        #expect(latex.contains("\\toprule") && latex.contains("95 \\%") && !latex.contains("−"))
        #expect(latex.components(separatedBy: "\\begin{tabular}").count == 5)
        let picture = try outcome.text("table/comparison.svg")
        #expect(picture.hasPrefix("<svg") && !picture.contains("var(--"))
        #expect(
            picture.hasSuffix("</svg>\n")
                && picture.contains("<title id=\"picture-t\">macro F1 of 3 models</title>"))
        #expect(picture.split(separator: "<circle").count == 4, "a dot for each model")
        #expect(outcome.result.publications.count == 5)
        #expect(outcome.result.publications.contains { $0.template == "out/table/comparison.tex" })
    }

    /// Times are of the moment; nothing else differs between two equal runs.
    @Test func twoEqualRunsAgreeButForTimes() async throws {
        let shards = try await task.shards()
        let models = try await three(shards)
        let one = try await compare(models, on: shards, [:])
        let other = try await compare(models, on: shards, [:])
        #expect(try one.text("table/comparison.json") == other.text("table/comparison.json"))
        #expect(try one.text("table/comparison.svg") == other.text("table/comparison.svg"))
        #expect(one["table"].map(\.digest) == other["table"].map(\.digest))
        #expect(try !one.text("table/comparison.json").contains("seconds"))
    }

    @Test func modelsFindTheShardsThatFitThem() async throws {
        let shards = try await task.shards()
        let models = try await three(shards)
        try task.bench.folder.write(
            "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nnews\nbad\ngood\n", to: "other/vocab.txt")
        let others = try await task.shards(parameters: ["max_tokens": 8], tokenizer: "other")
        let other = try await task.model(on: others, as: "other")
        let outcome = try await compare(models + [other], on: shards + others, [:])
        #expect(try results(outcome).count == 4)
        let error = await #expect(throws: StageError.self) {
            try await compare(models + [other], on: shards, [:])
        }
        #expect(error?.message.hasPrefix("the shards do not fit the model: tokenizer is ") == true)
        // Other rows are no rows to compare on.
        let elsewhere = try SmallTask()
        try elsewhere.bench.folder.write(
            "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nnews\nbad\ngood\n", to: "other/vocab.txt")
        let fewer = try await elsewhere.shards(
            ["train": 0.4, "dev": 0.4, "test": 0.2], parameters: ["max_tokens": 8], tokenizer: "other")
        let wrong = await #expect(throws: StageError.self) {
            try await compare(models + [other], on: shards + fewer, ["split": "dev"])
        }
        #expect(wrong?.message.contains("are scored on other rows: ") == true)
    }

    @Test(
        arguments: [
            (
                ["against": "three"],
                "'against' is 'three', which is no model of this stage; there are majority, one, two"
            ),
            (
                ["seeds": ["small": ["one", "three"]]],
                "'seeds.small' names 'three', which is no model of this stage; there are majority, one, two"
            ),
            (
                ["seeds": ["a": ["one", "two"], "b": ["two", "majority"]]],
                "the model 'two' is among the seeds of 'a' and of 'b'"
            ),
            (["seeds": ["majority": ["one", "two"]]], "two models would be called 'majority'"),
            (["ensembles": ["one": ["one", "two"]]], "two models would be called 'one'"),
            (
                ["ensembles": ["both": ["one", "none"]]],
                "'ensembles.both' names 'none', which is no model of this stage; there are majority, one, two"
            ),
        ] as [(JSONValue, String)])
    func namesThatDoNotFitAreRefused(parameters: JSONValue, message: String) async throws {
        let shards = try await task.shards()
        let models = try await three(shards)
        let error = await #expect(throws: StageError.self) {
            try await compare(models, on: shards, parameters)
        }
        #expect(error?.message == message)
    }

    @Test func listsThatAreNoneAreRefused() {
        #expect(CompareStage.complaints(about: ["seeds": ["a": "one"]]).count == 1)
        #expect(CompareStage.complaints(about: ["seeds": ["a": ["one"]]]).count == 1)
        #expect(CompareStage.complaints(about: ["ensembles": ["a": ["one", "one"]]]).count == 1)
        #expect(CompareStage.complaints(about: ["split": []]).count == 1)
    }

    @Test func theReportShowsThem() async throws {
        let shards = try await task.shards()
        let outcome = try await compare(try await three(shards), on: shards, ["split": ["test", "dev"]])
        let report = try #require(CompareStage.kind.report)
        let stages = [StageSummary(stage: "table", kind: "compare", figures: outcome.figures)]
        let view = ReportView(stages: stages, own: stages)
        let section = try #require(report.sections.first?.section(view))
        #expect(section.title == "Models side by side")
        let sentence = try #require(report.sentence?(view))
        #expect(sentence.hasPrefix("On test ") && sentence.contains(" of 3 models, with "))
    }
}
