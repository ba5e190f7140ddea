import Foundation
import StageKit
import StageKitTesting
import TestInputs
import Testing
import TrainingStages

/// What is said of a training by MPI, whose launcher a script plays here; that several processes give the same model is shown
/// in `Tests/interop`.
struct MPIStageTests {
    private let task: SmallTask

    init() throws {
        task = try SmallTask()
    }

    private func engine(_ launcher: String) throws -> JSONValue {
        let path = task.bench.folder.file("mpiexec")
        try TestProgram.write("#!/bin/sh\n" + launcher + "\n", to: path)
        return ["mpi": ["processes": 3, "launcher": .string(path), "options": "-hosts alpha,beta"]]
    }

    private func train(_ engine: JSONValue, _ changes: (String, JSONValue)...) async throws -> StageOutcome {
        let base = SmallTask.settings.adding("engine", engine).adding("block_rows", 2)
        let settings = changes.reduce(base) { $0.adding($1.0, $1.1) }
        return try await task.bench.run(
            TrainStage.self, settings, from: ["data": try await task.shards()], files: ["init": ["small"]],
            as: "model")
    }

    private func refusal(_ body: () async throws -> StageOutcome) async -> StageError? {
        await #expect(throws: StageError.self) { try await body() }
    }

    @Test func theLauncherIsToldWhatToStart() async throws {
        let told = task.bench.folder.file("told")
        _ = await refusal {
            try await train(
                engine("printf '%s\\n' \"$@\" > '\(told)'; exit 1"), ("batch_size", 24),
                ("class_weights", [1, 2.5]),
                ("gradient_checkpointing", true))
        }
        let words = try String(contentsOfFile: told, encoding: .utf8).split(separator: "\n").map(String.init)
        #expect(words.prefix(4) == ["-n", "3", "-hosts", "alpha,beta"])
        #expect(words.dropFirst(5).first == "train")
        func value(_ flag: String) -> String? {
            words.firstIndex(of: flag).flatMap { $0 + 1 < words.count ? words[$0 + 1] : nil }
        }
        #expect(value("--batch-size") == "24" && value("--block-rows") == "2")
        #expect(value("--class-weights") == "1,2.5")
        #expect(value("--checkpoints") == task.bench.folder.file("work/model/checkpoints"))
        #expect(words.contains("--gradient-checkpointing") && !words.contains("--threads"))
        #expect(!words.contains("--max-steps"), "what was not said has no flag")
    }

    @Test func whatAProcessSaysIsTheError() async throws {
        let error = await refusal {
            try await train(
                engine(
                    """
                    printf '%s\\n' '{"event": "log", "message": "3 processes share", "metadata": {}}'
                    printf '%s\\n' '{"event": "error", "message": "error: process 1 trains something else\\nhint: start all", "exit_status": 1}'
                    echo 'BAD TERMINATION OF ONE OF YOUR APPLICATION PROCESSES'
                    exit 1
                    """))
        }
        #expect(error?.message == "process 1 trains something else")
        #expect(error?.hint == "start all")
    }

    @Test func aLauncherThatSaysItInItsOwnWordsIsQuoted() async throws {
        let launcher = task.bench.folder.file("mpiexec")
        let error = await refusal { try await train(engine("echo 'KILLED BY SIGNAL: 9' >&2; exit 9")) }
        #expect(
            error?.message
                == "the training by \(launcher) ended with status 9; it said last:\n  KILLED BY SIGNAL: 9")
        #expect(error?.hint == "what was trained is kept: run again to continue")
    }

    /// It is never done by one process on the quiet.
    @Test func aTrainingThatLeavesNothingIsNotTakenForOne() async throws {
        let error = await refusal { try await train(engine("exit 0")) }
        #expect(
            error?.message.hasSuffix(
                "its last step is not in \(task.bench.folder.file("work/model/checkpoints"))") == true)
    }

    @Test func aLauncherThatIsNotThereIsSaid() async throws {
        let error = await refusal { try await train(["mpi": ["launcher": "no-such-launcher"]]) }
        #expect(error?.message == "there is no program 'no-such-launcher', which is to start 2 processes")
        #expect(error?.hint?.contains("pip install mpich") == true)
    }

    @Test func whatSeveralProcessesDoNotDoIsRefusedBeforeAnythingRuns() {
        func complaints(_ engine: JSONValue, _ changes: (String, JSONValue)...) -> [String] {
            let base = SmallTask.settings.adding("engine", engine).adding("batch_size", 32)
            return TrainStage.complaints(about: changes.reduce(base) { $0.adding($1.0, $1.1) })
        }
        #expect(complaints(["mpi": [:]]) == [])
        #expect(
            complaints(["mpi": [:]], ("method", "features"), ("accumulate", 2)) == [
                "'method' is features; engine mpi trains all weights, method: fine_tune (or leave 'engine' out)",
                "'accumulate' is 2; engine mpi takes the rows of a step in blocks, which need less memory as well (or leave "
                    + "'engine' out)",
            ])
        #expect(
            complaints(["mpi": ["processes": 5]]) == [
                "'engine' has 5 processes, and a step of 32 rows has 4 blocks of 8 rows to share; raise 'batch_size', or lower "
                    + "'block_rows' (or leave 'engine' out)"
            ])
        #expect(complaints(["mpi": ["processes": 5]], ("block_rows", 4)) == [])
        #expect(
            complaints(["mpi": [:], "torchrun": [:]]) == ["'engine' names two engines (keep torchrun or mpi)"]
        )
        #expect(
            TrainStage.complaints(about: ["model": "tfidf", "engine": ["mpi": [:]]]).contains {
                $0.hasPrefix("'model' is tfidf; engine mpi trains encoders")
            })
    }
}
