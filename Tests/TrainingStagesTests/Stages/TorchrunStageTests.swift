import Foundation
import Programs
import StageKit
import StageKitTesting
import TestInputs
import Testing
import TrainingStages

/// What is said of a training by PyTorch, which a script plays here; that PyTorch gives the same model is shown in
/// `Tests/interop`.
struct TorchrunStageTests {
    private let task: SmallTask

    init() throws {
        task = try SmallTask()
    }

    /// A program in place of Python: `check` is run for the packages, `train` for the processes.
    private func python(check: String = "", train: String) throws -> JSONValue {
        let path = task.bench.folder.file("python")
        try TestProgram.write(
            "#!/bin/sh\nif [ \"$2\" = splitvote_torchrun ]; then\n:\n\(check)\nelse\n:\n\(train)\nfi\n",
            to: path)
        return ["torchrun": ["processes": 2, "python": .string(path)]]
    }

    private func train(
        _ engine: JSONValue, _ changes: (String, JSONValue)..., as name: String = "model"
    ) async throws -> StageOutcome {
        let settings = changes.reduce(SmallTask.settings.adding("engine", engine)) { $0.adding($1.0, $1.1) }
        return try await task.bench.run(
            TrainStage.self, settings, from: ["data": try await task.shards()], files: ["init": ["small"]],
            as: name)
    }

    private func refusal(_ body: () async throws -> StageOutcome) async -> StageError? {
        await #expect(throws: StageError.self) { try await body() }
    }

    private var work: String { task.bench.folder.file("work/model/torchrun") }

    @Test func whatIsMissingIsSaidAsPythonSaysIt() async throws {
        let engine = try python(
            check: """
                echo 'error: /usr/bin/python3 has no torch' >&2
                echo 'hint: install it with: /usr/bin/python3 -m pip install -r requirements.txt' >&2
                exit 2
                """, train: "touch \(task.bench.folder.file("started"))")
        let error = await refusal { try await train(engine) }
        #expect(error?.message == "/usr/bin/python3 has no torch")
        #expect(error?.hint == "install it with: /usr/bin/python3 -m pip install -r requirements.txt")
        #expect(!FileManager.default.fileExists(atPath: task.bench.folder.file("started")))
    }

    @Test func aFolderHasAllThatAnotherMachineNeeds() async throws {
        _ = await refusal { try await train(python(train: "exit 1")) }
        let names = try FileManager.default.contentsOfDirectory(atPath: work).sorted()
        #expect(
            names == [
                "README.md", "init", "job.sbatch", "requirements.txt", "run.sh", "settings.json", "shards",
                "splitvote_torchrun",
            ])
        let requirements = try String(contentsOfFile: work + "/requirements.txt", encoding: .utf8)
        #expect(requirements.contains("\ntorch==") && requirements.contains("\ntransformers=="))
        let package = try FileManager.default.contentsOfDirectory(atPath: work + "/splitvote_torchrun")
            .sorted()
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let written = try FileManager.default.contentsOfDirectory(
            atPath: root.appending(path: "python/splitvote_torchrun").path
        ).filter { $0.hasSuffix(".py") }.sorted()
        #expect(package == written, "files.c of CTorchrun lists every file")
    }

    @Test func aProcessThatDiesIsNamedAndTheRestIsKept() async throws {
        let engine = try python(
            train: """
                echo '{"event": "step", "step": 20, "loss": 0.5, "tokens_per_second": 12.5}'
                echo 'E1130 failed (exitcode: -9) local_rank: 1 (pid: 8126) of binary: python' >&2
                exit 1
                """)
        let error = await refusal { try await train(engine) }
        #expect(
            error?.message
                == "a process of the training was ended by signal 9 after step 20, as it is where memory runs out"
        )
        #expect(error?.hint == "what was trained is kept in \(work): run again to continue")
    }

    @Test func aTrainingThatLeavesNothingIsNotTakenForOne() async throws {
        let error = await refusal { try await train(python(train: "exit 0")) }
        #expect(error?.message == "the training by torchrun ended, and there is no \(work)/out")
    }

    @Test func aPythonThatIsNotThereIsSaid() async throws {
        let error = await refusal { try await train(["torchrun": ["python": "no-such-python"]]) }
        #expect(error?.message == "there is no program 'no-such-python', which is to train")
        #expect(error?.hint?.contains("name the Python that has PyTorch") == true)
    }

    @Test func withoutSlurmThereIsNoJob() async throws {
        guard Program.isMissing("sbatch") else { return }
        let error = await refusal { try await train(["torchrun": ["launcher": "sbatch"]]) }
        #expect(
            error?.message
                == "there is no program 'sbatch' here, and launcher: sbatch hands the training to Slurm")
    }

    @Test func whatPyTorchDoesNotDoIsRefusedBeforeAnythingRuns() {
        let engine: JSONValue = ["torchrun": ["processes": 2]]
        func complaints(_ changes: (String, JSONValue)...) -> [String] {
            TrainStage.complaints(
                about: changes.reduce(SmallTask.settings.adding("engine", engine)) { $0.adding($1.0, $1.1) })
        }
        #expect(complaints() == [])
        #expect(
            complaints(("method", "features"), ("gradient_checkpointing", true), ("keep_checkpoints", 3)) == [
                "'method' is features; engine torchrun trains all weights, method: fine_tune (or leave 'engine' out)",
                "'gradient_checkpointing' is not done by engine torchrun; accumulate needs less memory as well and gives "
                    + "the same result (or leave 'engine' out)",
                "'keep_checkpoints' is 3; engine torchrun keeps one (or leave 'engine' out)",
            ])
        #expect(
            TrainStage.complaints(about: ["model": "tfidf", "engine": engine]).contains {
                $0.hasPrefix("'model' is tfidf; engine torchrun trains encoders")
            })
        #expect(
            TrainStage.complaints(about: SmallTask.settings.adding("engine", [:])) == [
                "'engine' names no engine (write engine: {torchrun: {processes: 2}})"
            ])
    }
}

extension Program {
    fileprivate static func isMissing(_ name: String) -> Bool { Program([name], folder: "/").path == nil }
}
