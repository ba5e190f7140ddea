import Diagnostics
import Testing
import Training
import TrainingStages

struct StandaloneFlagsTests {
    private static func flags(_ change: (inout StandaloneFlags) -> Void = { _ in }) -> StandaloneFlags {
        var flags = StandaloneFlags()
        flags.initial = "start"
        flags.output = "model"
        change(&flags)
        return flags
    }

    private static func setting(_ key: String, _ text: String) throws -> (TrainingSetting, String) {
        (try #require(TrainingSetting.named(key)), text)
    }

    @Test func whatIsNotSaidIsAsByDefault() throws {
        let (training, seeds) = try Self.flags().checked(machineThreads: 3)
        #expect(training.options.threads == 3 && seeds == [TrainingOptions().seed])
        #expect(!Self.flags().hasRandomWeights)
    }

    @Test func whatIsSaidHolds() throws {
        let seed = try Self.setting("seed", "7")
        let flags = Self.flags {
            $0.threads = 1
            $0.initialWeights = "random"
            $0.settings = [seed]
        }
        let (training, seeds) = try flags.checked(machineThreads: 3)
        #expect(training.options.threads == 1 && seeds == [7] && training.options.seed == 7)
        #expect(flags.hasRandomWeights)
        #expect(flags.given == ["--init", "--init-weights", "--out", "--threads", "--seed"])
        #expect(try Self.flags { $0.seeds = "3,1" }.checked(machineThreads: 1).seeds == [3, 1])
    }

    static let refused: [(String, @Sendable (inout StandaloneFlags) -> Void)] = [
        ("--init is missing: the model folder to start from", { $0.initial = nil }),
        ("--out is missing: the folder for the trained model", { $0.output = nil }),
        ("--threads is 0; at least 1", { $0.threads = 0 }),
        ("--seeds is '1,1'; it names a seed twice", { $0.seeds = "1,1" }),
        (
            "--find-lr takes one seed",
            {
                $0.findsRate = true
                $0.seeds = "1,2"
            }
        ),
        ("--init-weights is 'none'; expected folder or random", { $0.initialWeights = "none" }),
        ("--engine is 'spark'; expected splitvote or torchrun", { $0.engine = "spark" }),
        ("--processes is for --engine torchrun", { $0.processes = 2 }),
        (
            "--processes is 0; it takes 1 ... 4096",
            {
                $0.engine = "torchrun"
                $0.processes = 0
            }
        ),
        (
            "--launcher is 'mpirun'; expected torchrun or sbatch",
            {
                $0.engine = "torchrun"
                $0.launcher = "mpirun"
            }
        ),
        (
            "--find-lr is for splitvote's own trainer; leave --engine out",
            {
                $0.engine = "torchrun"
                $0.findsRate = true
            }
        ),
    ]

    @Test(arguments: refused.indices)
    func whatCannotBeMeantIsSaid(number: Int) {
        let (text, change) = Self.refused[number]
        let error = #expect(throws: DiagnosticsError.self) {
            try Self.flags(change).checked(machineThreads: 1)
        }
        #expect(error?.findings.map(\.message) == [text])
    }

    @Test func aSeedIsSaidInOneWay() throws {
        let seed = try Self.setting("seed", "7")
        let flags = Self.flags {
            $0.seeds = "1,2"
            $0.settings = [seed]
        }
        let error = #expect(throws: DiagnosticsError.self) { try flags.checked(machineThreads: 1) }
        #expect(error?.findings.map(\.message) == ["--seed and --seeds are two ways to say it; give one"])
    }

    @Test func settingsOutOfRangeAreNamedByTheirFlags() throws {
        let texts = [try Self.setting("epochs", "0"), try Self.setting("batch_size", "x")]
        let error = #expect(throws: DiagnosticsError.self) {
            try Self.flags { $0.settings = texts }.checked(machineThreads: 1)
        }
        #expect(error?.findings.count == 2)
        #expect(error?.findings.first?.message.hasPrefix("--epochs is 0; it takes ") == true)
    }

    @Test func lookingForARateNeedsNoOutput() throws {
        let flags = Self.flags {
            $0.output = nil
            $0.findsRate = true
        }
        #expect(try flags.checked(machineThreads: 1).seeds.count == 1)
    }
}
