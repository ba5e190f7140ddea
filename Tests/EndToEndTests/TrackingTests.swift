import Foundation
import StageKit
import Testing

/// Trainings written down for other programs, while they are at work and later.
struct TrackingTests {
    private static func pipeline(_ train: String) -> String {
        LabeledRows.pipeline("id: id, text: document, label: label", train: train)
    }

    private func sandbox(_ train: String) throws -> Sandbox {
        let sandbox = try LabeledRows.sandbox(
            Self.pipeline(train),
            ["train.tsv": LabeledRows.classes(60), "test.tsv": LabeledRows.classes(24, from: 60)])
        try run(sandbox, "run", "p.yaml")
        return sandbox
    }

    @discardableResult
    private func run(_ sandbox: Sandbox, _ arguments: String...) throws -> Sandbox.Outcome {
        let outcome = try sandbox.splitvote(arguments)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome
    }

    /// The lines of a metric of the one run in a folder of MLflow's.
    private func metric(_ name: String, below folder: String, _ sandbox: Sandbox) throws -> [[Substring]] {
        let files = try sandbox.files(below: folder).filter { $0.hasSuffix("/metrics/" + name) }
        #expect(files.count == 1, "\(files)")
        return try sandbox.read(folder + "/" + (files.first ?? "")).split(separator: "\n").map {
            $0.split(separator: " ")
        }
    }

    private static let encoder = "epochs: 2, learning_rate: 3e-3"

    @Test func anEncoderIsTrackedStepByStep() throws {
        let sandbox = try sandbox(Self.encoder + ", track: [tensorboard, mlflow]")
        let losses = try metric("train/loss", below: "track/mlruns", sandbox)
        #expect(losses.map { $0.last.flatMap { Int($0) } } == (1...losses.count).map { $0 })
        #expect(losses.count > 10, "\(losses.count)")
        #expect(try metric("steps", below: "track/mlruns", sandbox).last?[1] == "\(losses.count).0")
        let events = try sandbox.files(below: "track/tensorboard")
        #expect(events.count == 1 && events[0].hasPrefix("rows/model-"), "\(events)")
    }

    @Test func toAskForItAfterwardsTrainsNothingAgain() throws {
        let sandbox = try sandbox(Self.encoder)
        #expect(!sandbox.exists("track"))
        try sandbox.write(Self.pipeline(Self.encoder + ", track: mlflow"), to: "p.yaml")
        let again = try run(sandbox, "run", "p.yaml")
        #expect(again.errors.contains("nothing to do"), "\(again.errors)")
        #expect(!sandbox.exists("track"))
    }

    @Test func whatNobodyTrackedIsExportedOnce() throws {
        let sandbox = try sandbox(Self.encoder)
        for tracker in ["tensorboard", "mlflow"] {
            let first = try run(sandbox, "runs", "p.yaml", "export", tracker, "--out", tracker, "--json")
            let problems = try JSONSchema("run-export").problems(of: first.output)
            #expect(problems.isEmpty, "\(problems)")
            let json = try JSONValue(parsing: first.output)
            #expect(
                json["written"]?.arrayValue?.compactMap { $0["stage"]?.stringValue } == ["model", "scores"])
            let before = try sandbox.files(below: tracker)
            let second = try run(sandbox, "runs", "p.yaml", "export", tracker, "--out", tracker)
            #expect(second.output.hasPrefix("wrote 0 trainings; 2 were there already: "), "\(second.output)")
            #expect(try sandbox.files(below: tracker) == before)
        }
        #expect(!(try metric("train/loss", below: "mlflow", sandbox).isEmpty))
        #expect(!(try metric("accuracy", below: "mlflow", sandbox).isEmpty))
    }

    @Test func aBaselineHasNoCurvesAndItsScores() throws {
        let sandbox = try LabeledRows.sandbox(
            Self.pipeline("model: tfidf, track: [mlflow]").replacing(
                "init: init, batch_size: 8, seed: 1, ", with: ""),
            ["train.tsv": LabeledRows.classes(60), "test.tsv": LabeledRows.classes(24, from: 60)])
        try run(sandbox, "run", "p.yaml")
        #expect(try metric("C", below: "track/mlruns", sandbox).count == 1)
        #expect(try sandbox.files(below: "track/mlruns").allSatisfy { !$0.contains("metrics/train") })
    }

    /// A folder that cannot be made is told once, and nothing of the model is lost.
    @Test func aTrackThatCannotBeWrittenStopsNoTraining() throws {
        let sandbox = try LabeledRows.sandbox(
            Self.pipeline(Self.encoder + ", track: [tensorboard]"),
            ["train.tsv": LabeledRows.classes(60), "test.tsv": LabeledRows.classes(24, from: 60)])
        try sandbox.write("mine", to: "track")
        let outcome = try run(sandbox, "run", "p.yaml")
        let warnings = outcome.errors.split(separator: "\n").filter { $0.contains("no longer tracked") }
        #expect(!warnings.isEmpty && warnings[0].contains("track/tensorboard"), "\(outcome.errors)")
        #expect(try sandbox.read("track") == "mine" && sandbox.exists("out/model/model.safetensors"))
    }

    @Test(arguments: [
        (["export"], "export takes the program to write for, tensorboard or mlflow"),
        (["export", "wandb", "--out", "x"], "export takes the program to write for, tensorboard or mlflow"),
        (["export", "mlflow"], "export needs --out, the folder to write into"),
        (["ls", "--out", "x"], "--out belongs to plot and export"),
    ])
    func whatCannotBeMeantIsRefused(arguments: [String], words: String) throws {
        let sandbox = try Sandbox()
        try sandbox.write(SampleComments.pipeline(), to: "p.yaml")
        try sandbox.write(SampleComments.table(), to: "data/one.tsv")
        try run(sandbox, "run", "p.yaml", "--until", "labels")
        let outcome = try sandbox.splitvote(["runs", "p.yaml"] + arguments)
        #expect(outcome.status != 0 && outcome.errors.contains(words), "\(outcome.errors)")
    }

    @Test func whereNothingWasTrainedThatIsSaid() throws {
        let sandbox = try Sandbox()
        try sandbox.write(SampleComments.pipeline(), to: "p.yaml")
        try sandbox.write(SampleComments.table(), to: "data/one.tsv")
        try run(sandbox, "run", "p.yaml", "--until", "labels")
        let outcome = try sandbox.splitvote("runs", "p.yaml", "export", "mlflow", "--out", "x")
        #expect(
            outcome.errors.contains("no stage trained or judged a model in the 1 run looked at"),
            "\(outcome.errors)")
        #expect(!sandbox.exists("x"))
    }
}
