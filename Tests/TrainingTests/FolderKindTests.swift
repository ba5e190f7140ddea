import Foundation
import Models
import ShardFormat
import Testing
import Training

/// What a folder is for, where the names of its tensors do not tell.
struct FolderKindTests {
    private static func opened(_ folder: TemporaryFolder) -> String {
        message { _ = try ModelFolder(folder.path).makeTrainedModel(threads: 1) }
    }

    // MARK: Heads for something else

    @Test(arguments: FamilyCase.all)
    func aFolderForSomethingElseIsNotAnswered(family: FamilyCase) throws {
        let folder = try TemporaryFolder()
        let head = try #require(HeadCase.all.first { $0.name == "three classes" })
        let source = try Combination(family: family, head: head).modelFolder(in: folder, weights: true)
        let own = try #require(source.configuration.architectures.first)
        for kind in ["NextSentencePrediction", "MultipleChoice"] {
            let other = own.replacing("SequenceClassification", with: kind)
            #expect(other != own)
            try Toy.edit(folder) { $0["architectures"] = [other] }
            #expect(
                Self.opened(folder)
                    == "\(folder.path) belongs to \(other) ('architectures' in config.json); predict and evaluate take "
                    + "\(own); name the folder of a text classifier, or train one that starts from this folder; if it is "
                    + "one, set architectures to [\"\(own)\"]")
        }
        for silent in [nil, [], ["Custom", own]] as [[String]?] {
            try Toy.edit(folder) { $0["architectures"] = silent }
            #expect(Self.opened(folder) == "no error", "\(silent ?? [])")
        }
    }

    // MARK: Families

    /// An encoder alone is saved without the prefix that tells its family.
    @Test(arguments: FamilyCase.all)
    func anEncoderWhoseFamilyNothingTellsIsRefused(family: FamilyCase) throws {
        let folder = try TemporaryFolder()
        let head = try #require(HeadCase.all.first { $0.name == "two classes" })
        let source = try Combination(family: family, head: head).modelFolder(in: folder)
        let (dialect, type) = (source.configuration.dialect, source.configuration.dialect.modelType)
        let model = try family.configuration().makeModel(labelCount: 2, seed: 5, threads: 1)
        try folder.write(
            ModelFolderTests.weights(model) {
                $0.hasPrefix(dialect.prefix) ? String($0.dropFirst(dialect.prefix.count)) : nil
            }, to: "model.safetensors")
        let own = try #require(source.configuration.architectures.first)
        try Toy.edit(folder) { ($0["model_type"], $0["architectures"]) = (nil, nil) }
        #expect(
            message { _ = try ModelFolder(folder.path) }
                == "\(folder.file("config.json")): names no model_type, and the names of the weights do not tell it; add "
                + "\"model_type\": \"bert\" (or \"electra\", \"roberta\", \"xlm-roberta\", \"distilbert\", \"albert\", "
                + "\"ernie\", \"text_cnn\", \"gpt2\", \"openai-gpt\")"
        )
        // What the configuration says instead.
        let base = own.replacing("ForSequenceClassification", with: "Model")
        for name in [own, base] {
            try Toy.edit(folder) { $0["architectures"] = [name] }
            #expect(try ModelFolder(folder.path).configuration.dialect == dialect, "\(name)")
        }
        try Toy.edit(folder) { ($0["model_type"], $0["architectures"]) = (type, nil) }
        #expect(try ModelFolder(folder.path).configuration.dialect == dialect)
    }

    /// Without weights the keys have to do.
    @Test(arguments: FamilyCase.all)
    func aConfigurationAloneIsOfBERTUnlessItsKeysAreOfAnotherFamily(family: FamilyCase) throws {
        let folder = try TemporaryFolder()
        let head = try #require(HeadCase.all.first { $0.name == "two classes" })
        _ = try Combination(family: family, head: head).modelFolder(in: folder)
        try Toy.edit(folder) { ($0["model_type"], $0["architectures"]) = (NSNull(), nil) }
        let found = message { _ = try ModelFolder(folder.path) }
        if family.name == "bert" {
            #expect(try ModelFolder(folder.path).configuration.dialect == .bert)
        } else {
            #expect(found.contains("names no model_type, and its keys do not tell it"), "\(found)")
        }
    }

    // MARK: Tasks

    /// A single score of a folder that says nothing is a yes or no, for answers and evaluation alike.
    @Test func aFolderThatSaysNothingIsEvaluatedAsItAnswers() throws {
        let data = try TemporaryFolder()
        let folder = try ModelFolderTests.folder(classes: 1) {
            ($0["id2label"], $0["problem_type"]) = (nil, nil)
        }
        let shards = try Toy.shardFolder(
            in: data, shard: { Toy.targets($0, .regression) },
            change: { ($0.task, $0.labelNames) = (.regression, ["LABEL_0"]) })
        let model = try ModelFolder(folder.path)
        #expect(model.answers(["LABEL_0"]).form == .anyClasses)
        #expect(
            message {
                _ = try ModelEvaluation(of: model, on: "dev", of: shards, tokenizerDigest: nil, threads: 1)
            }.contains(
                "the shards are for \(TaskName.regression.rawValue), the model for \(TaskName.multiLabel.rawValue)"
            ))
    }

    // MARK: Thresholds

    private static func folder(thresholds: [Any], names: Bool = true) throws -> TemporaryFolder {
        try ModelFolderTests.folder(classes: 2) {
            if !names { $0["id2label"] = nil }
            $0["problem_type"] = "multi_label_classification"
            $0["splitvote"] =
                [
                    "clean_rules": "none", "tokenizer_digest": "a", "tokenizer_kind": "hf-fast",
                    "max_tokens": 16,
                    "label_set": "l", "thresholds": thresholds,
                ] as [String: Any]
        }
    }

    @Test(arguments: [1, 3])
    func thresholdsAreAsManyAsTheClasses(count: Int) throws {
        let noun = count == 1 ? "number" : "numbers"
        for names in [true, false] {
            let folder = try Self.folder(thresholds: Array(repeating: 0.5, count: count), names: names)
            #expect(
                Self.opened(folder)
                    == "\(folder.file("config.json")): 'splitvote.thresholds' has \(count) \(noun), "
                    + "\(names ? "id2label" : "the model") 2 classes; one is needed for each class, or no "
                    + "'splitvote.thresholds' at all")
        }
        #expect(try Self.opened(Self.folder(thresholds: [0.5, 0.25])) == "no error")
    }

    @Test func thresholdsAreProbabilities() throws {
        for strange in [[0.5, 1.5], [0.5, -0.1], [0.5, "a"], [0.5, NSNull()]] as [[Any]] {
            let folder = try Self.folder(thresholds: strange)
            #expect(
                Self.opened(folder)
                    == "\(folder.file("config.json")): 'splitvote.thresholds' must be numbers from 0 to 1")
        }
    }
}
