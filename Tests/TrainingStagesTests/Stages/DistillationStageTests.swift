import DatasetStages
import Diagnostics
import Foundation
import StageKit
import StageKitTesting
import Testing
import TrainingStages

/// `train` with a teacher: a student learns from the answers, states and attention of other models, on labeled and unlabeled rows.
struct DistillationStageTests {
    private let task: SmallTask

    init() throws {
        task = try SmallTask()
        try Self.configure(task)
    }

    /// A student of half the width.
    private static func configure(_ task: SmallTask) throws {
        try task.bench.folder.write(
            SmallTask.configuration.adding("hidden_size", 8).adding("intermediate_size", 16).prettyText,
            to: "narrow/config.json")
        try task.bench.folder.write(
            SmallTask.configuration.adding("num_hidden_layers", 2).prettyText, to: "deep/config.json")
    }

    private func teacher(on shards: [InputArtifact], named name: String = "teacher") async throws
        -> [InputArtifact]
    {
        try await task.bench.run(
            TrainStage.self, SmallTask.settings, from: ["data": shards], files: ["init": ["deep"]], as: name)[
                "model"]
    }

    private func tfidf(on shards: [InputArtifact]) async throws -> [InputArtifact] {
        try await task.bench.run(
            TrainStage.self, ["model": "tfidf", "tfidf": ["min_df": 1]], from: ["data": shards], as: "tfidf")[
                "model"]
    }

    private func student(
        _ shards: [InputArtifact], of teachers: [InputArtifact], _ distillation: JSONValue? = [:],
        _ changes: (String, JSONValue)..., model: String? = "narrow", texts: [InputArtifact] = [],
        split: [InputArtifact] = [], as name: String = "student", stopAfter checkpoints: Int = .max,
        in task: SmallTask? = nil
    ) async throws -> StageOutcome {
        var settings = changes.reduce(SmallTask.settings) { $0.adding($1.0, $1.1) }
        if model == nil {
            settings = .object((settings.members ?? []).filter { $0.key != "init" })
        }
        if let distillation { settings = settings.adding("distillation", distillation) }
        return try await (task ?? self.task).bench.run(
            TrainStage.self, settings,
            from: ["data": shards, "teacher": teachers, "texts": texts, "split": split],
            files: model.map { ["init": [$0]] } ?? [:], as: name, stopAfter: checkpoints)
    }

    private func refusal(_ body: () async throws -> StageOutcome) async -> StageError? {
        await #expect(throws: StageError.self) { try await body() }
    }

    private static let all: JSONValue = [
        "temperature": 3, "weight": 0.8, "hidden": 0.5, "attention": 0.1,
    ]

    @Test func aStudentLearnsFromAnswersStatesAndAttention() async throws {
        let shards = try await task.shards()
        let outcome = try await student(shards, of: try await teacher(on: shards), Self.all)
        #expect((outcome.figures["best_metric"]?.doubleValue ?? 0) > 0.9)
        let told = try #require(outcome.figures["distillation"])
        #expect(told["teachers"] == 1 && told["temperature"]?.doubleValue == 3)
        #expect(told["hidden"]?.doubleValue == 0.5)
        #expect((told["teacher_metric"]?.doubleValue ?? 0) > 0.9)
        let card = try outcome.text("model/README.md")
        #expect(
            card.contains("It learned from the answers of an encoder of 2 layers, 16 channels wide."),
            "\(card)")
        #expect(
            card.contains("0.80 of the distance from the teacher's answers at temperature 3.00"), "\(card)")
        // What was learned beside the student is no part of it.
        #expect(try outcome.text("model/config.json").contains("\"hidden_size\": 8"))
        let scores = try await task.evaluate(outcome["model"], on: shards)
        #expect((scores.figures["accuracy"]?.doubleValue ?? 0) > 0.9)
    }

    /// With labels that say nothing, what is learned is the teacher's.
    @Test func theTeacherAloneIsEnough() async throws {
        let shards = try await task.shards()
        let alone = try await student(
            shards, of: try await teacher(on: shards), ["weight": 1, "temperature": 1],
            ("label_smoothing", 0.99),
            ("epochs", 20))
        #expect((alone.figures["best_metric"]?.doubleValue ?? 0) > 0.9)
    }

    @Test func aRunThatWasStoppedEndsWithTheBytesOfOneThatWasNot() async throws {
        let shards = try await task.shards()
        let teachers = try await teacher(on: shards)
        let undisturbed = try await student(shards, of: teachers, Self.all, as: "undisturbed")
        // While the teacher is asked, and in the middle of the steps.
        for checkpoints in [2, 20] {
            await #expect(throws: StageInterrupted.self) {
                try await student(shards, of: teachers, Self.all, stopAfter: checkpoints)
            }
        }
        let resumed = try await student(shards, of: teachers, Self.all)
        #expect(resumed.progress.metadata(of: "resuming training") != nil)
        #expect(try resumed.contents() == undisturbed.contents())
        #expect(resumed.figures["distillation"] == undisturbed.figures["distillation"])
    }

    @Test func aDamagedFileOfAnswersIsMadeAgain() async throws {
        let shards = try await task.shards()
        let teachers = try await teacher(on: shards)
        let undisturbed = try await student(shards, of: teachers, as: "undisturbed")
        await #expect(throws: StageInterrupted.self) {
            try await student(shards, of: teachers, stopAfter: 10)
        }
        let work = task.bench.folder.file("work/student")
        let names = try FileManager.default.subpathsOfDirectory(atPath: work).filter {
            $0.contains("/teacher-") && $0.hasSuffix(".safetensors")
        }
        #expect(names.count >= 2)
        for name in names {
            var bytes = try Data(contentsOf: URL(filePath: work + "/" + name))
            bytes[bytes.count - 3] ^= 1
            try bytes.write(to: URL(filePath: work + "/" + name))
        }
        #expect(try await student(shards, of: teachers).contents() == undisturbed.contents())
    }

    @Test func threadsDoNotChangeAByte() async throws {
        var contents: [[String: Data]] = []
        for threads in [1, 3] {
            let task = try SmallTask(threads: threads)
            try Self.configure(task)
            let shards = try await task.shards()
            let teacher = try await task.bench.run(
                TrainStage.self, SmallTask.settings, from: ["data": shards], files: ["init": ["deep"]],
                as: "teacher")["model"]
            contents.append(try await student(shards, of: teacher, Self.all, in: task).contents())
        }
        #expect(contents[0] == contents[1])
    }

    @Test func severalModelsTeachTogether() async throws {
        let shards = try await task.shards()
        let teachers = try await teacher(on: shards) + tfidf(on: shards)
        let outcome = try await student(shards, of: teachers, ["hidden": 0.1])
        #expect((outcome.figures["best_metric"]?.doubleValue ?? 0) > 0.9)
        #expect(outcome.figures["distillation"]?["teachers"] == 2)
        #expect(
            try outcome.text("model/README.md").contains(
                "the mean of the answers of 2 models: an encoder of 2"))
        let two = try await teachers + teacher(on: shards, named: "second")
        let error = await refusal { try await student(shards, of: two, ["hidden": 0.1]) }
        #expect(error?.message.contains("go by the layers of one encoder, and 2 of the 3 teachers") == true)
    }

    @Test func aTextCNNLearnsFromAnEncoder() async throws {
        let shards = try await task.shards()
        let outcome = try await task.bench.run(
            TrainStage.self,
            [
                "model": "text_cnn", "epochs": 8, "batch_size": 8, "learning_rate": 0.01, "seed": 1,
                "text_cnn": ["filters": 4, "vector_size": 8],
            ], from: ["data": shards, "teacher": try await teacher(on: shards)])
        #expect((outcome.figures["best_metric"]?.doubleValue ?? 0) > 0.9)
        #expect(outcome.figures["distillation"]?["teachers"] == 1)
    }

    @Test func aStudentMayBeginWithLayersOfItsTeacher() async throws {
        let shards = try await task.shards()
        let teachers = try await teacher(on: shards)
        let outcome = try await student(
            shards, of: teachers, ["copy_layers": [1]], ("epochs", 1), model: nil)
        #expect(outcome.figures["initialised"] == "pretrained weights")
        #expect(outcome.figures["model"]?["layers"] == 1 && outcome.figures["model"]?["hidden"] == 16)
        let far = await refusal {
            try await student(
                shards, of: teachers, ["copy_layers": [0, 5]], model: nil)
        }
        #expect(far?.message == "copy_layers names layer 5, and the teacher has 2 layers, 0 to 1")
        let none = await refusal {
            try await student(
                shards, of: try await tfidf(on: shards), ["copy_layers": [0]], model: nil)
        }
        #expect(none?.message.contains("0 of the 1 teacher are encoders") == true)
    }

    @Test func teachersThatDoNotFitAreRefused() async throws {
        let shards = try await task.shards()
        let teachers = try await teacher(on: shards)
        func altered(_ name: String, _ old: String, _ new: String) throws -> [InputArtifact] {
            let place = "altered-\(name)"
            let files = FileManager.default
            try? files.removeItem(atPath: task.bench.folder.file(place))
            try files.copyItem(atPath: teachers[0].path, toPath: task.bench.folder.file(place))
            let path = task.bench.folder.file(place) + "/config.json"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            #expect(text.contains(old), "\(text)")
            try text.replacing(old, with: new).write(toFile: path, atomically: true, encoding: .utf8)
            return [
                InputArtifact(
                    stage: name, kind: "train", type: "model-v1", path: task.bench.folder.file(place),
                    digest: "0", locator: .null, figures: [:])
            ]
        }
        func message(_ teachers: [InputArtifact]) async -> String {
            await refusal { try await student(shards, of: teachers) }?.message ?? ""
        }
        #expect(
            await message(try altered("classes", "\"controversial\"", "\"divided\"")).hasPrefix(
                "teacher 'classes': the teacher knows uncontroversial, divided, and the rows have uncontroversial, controversial"
            ))
        #expect(
            await message(try altered("cleaning", "\"clean_rules\": \"", "\"clean_rules\": \"un")).hasPrefix(
                "teacher 'cleaning': it does not fit the shards: clean_rules is "))
        // A digest of other files, which give the same ids.
        let same = try altered("tokens", "\"tokenizer_digest\": \"", "\"tokenizer_digest\": \"0")
        _ = try await student(shards, of: same, [:], ("epochs", 1))
        try FileManager.default.removeItem(atPath: task.bench.folder.file("altered-tokens/vocab.txt"))
        try task.bench.folder.write(
            "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nbad\ngood\nnews\n", to: "altered-tokens/vocab.txt")
        let tokens = InputArtifact(
            stage: "tokens", kind: "train", type: "model-v1", path: task.bench.folder.file("altered-tokens"),
            digest: "0", locator: .null, figures: [:])
        #expect(await message([tokens]).contains("tokenizer is"))
        let long = try SmallTask()
        try Self.configure(long)
        let longer = try await long.shards(parameters: ["max_tokens": 16])
        try long.bench.folder.write(
            SmallTask.configuration.adding("max_position_embeddings", 32).prettyText, to: "narrow/config.json"
        )
        let short = try altered("short", "\"max_position_embeddings\": 16", "\"max_position_embeddings\": 12")
        let error = await refusal { try await student(longer, of: short, in: long) }
        #expect(
            error?.message.hasPrefix(
                "teacher 'short': rows of the shards have up to 16 tokens; the teacher has 12 positions")
                == true,
            "\(error?.message ?? "")")
    }

    @Test func whatSaysNothingWithoutAnotherIsRefused() async throws {
        let shards = try await task.shards()
        #expect(
            await refusal { try await student(shards, of: []) }?.message
                == "'distillation' says how to learn from a teacher, and nothing is connected to input 'teacher'"
        )
        let stray = await refusal { try await student(shards, of: [], nil, texts: shards) }
        #expect(stray?.message.hasPrefix("input 'texts' is for a student") == true)
        let teachers = try await teacher(on: shards)
        let split = await refusal { try await student(shards, of: teachers, split: shards) }
        #expect(split?.message.hasPrefix("input 'split' says which texts without labels") == true)
        let fitted = await refusal {
            try await student(shards, of: teachers, nil, ("method", "features"))
        }
        #expect(fitted?.message.hasPrefix("input 'teacher' is for models that learn step by step") == true)
    }

    static let strange: [(JSONValue, String)] = [
        (["model": "tfidf", "distillation": [:]], "the model is tfidf"),
        (["init": "small", "method": "features", "distillation": [:]], "is for method: fine_tune"),
        (["model": "text_cnn", "distillation": ["hidden": 1]], "learns from answers alone"),
        (["init": "small", "distillation": ["copy_layers": [0]]], "leave one of them out"),
        (["distillation": ["copy_layers": [3, 1]]], "whole numbers that rise"),
        (["init": "small", "distillation": ["temperature": 0]], "temperature"),
        (["init": "small", "distillation": ["weight": 2]], "weight"),
        (["init": "small", "distillation": ["alpha": 0.5]], "alpha"),
    ]

    @Test(arguments: strange)
    func settingsThatMeanNothingAreRefused(parameters: JSONValue, problem: String) {
        let complaints = TrainStage.complaints(about: parameters)
        #expect(complaints.contains { $0.contains(problem) }, "\(complaints)")
    }
}
