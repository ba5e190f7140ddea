internal import ArgumentParser
internal import Diagnostics
internal import Training
internal import TrainingStages

/// How the trainer alone is to train; named as in the train stage.
struct TrainerOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Folder of token shards with its manifest.json.", valueName: "dir"))
    var shards: String?

    @Option(
        help: ArgumentHelp(
            "Model to start from: a Hugging Face folder, or the name of a model in the Hugging Face cache.",
            valueName: "model"))
    var `init`: String?

    @Option(help: "folder loads the weights of --init; random ignores them and draws new ones.")
    var initWeights: String?

    @Option(help: ArgumentHelp("Folder for the trained model.", valueName: "dir"))
    var out: String?

    @OptionGroup var settings: SettingFlags

    @Option(
        help:
            "Several seeds, separated by commas: one model each in DIR/seed-N, and their mean with its 95 % interval."
    )
    var seeds: String?

    @Option(help: "Threads; all processors by default. Results repeat exactly only with the same number.")
    var threads: Int?

    @Option(
        help: ArgumentHelp(
            "Stop cleanly after this long, as in 2h; run again to continue.", valueName: "time"))
    var timeLimit: String?

    @Option(help: ArgumentHelp("Write each step as one line of JSON.", valueName: "file.jsonl"))
    var metrics: String?

    @Flag(help: "Find a good learning rate instead of training; only --metrics is written.")
    var findLr = false

    /// The flags that were given.
    var given: [String] {
        let flags: [(String, Bool)] = [
            ("--init", self.`init` != nil), ("--init-weights", initWeights != nil), ("--out", out != nil),
            ("--seeds", seeds != nil), ("--threads", threads != nil), ("--time-limit", timeLimit != nil),
            ("--metrics", metrics != nil), ("--find-lr", findLr),
        ]
        return flags.filter(\.1).map(\.0) + settings.given.map(\.setting.flag)
    }

    /// - Throws: `ValidationError` for what can be seen to be wrong before any file is opened.
    func check() throws {
        guard self.`init` != nil else {
            throw ValidationError("--init is missing: the model folder to start from")
        }
        guard out != nil || findLr else {
            throw ValidationError("--out is missing: the folder for the trained model")
        }
        if let timeLimit, Quantity.seconds(timeLimit) == nil {
            throw ValidationError("--time-limit is '\(timeLimit)'; expected a time such as 30m or 2h")
        }
        if let threads, threads < 1 { throw ValidationError("--threads is \(threads); at least 1") }
        if seeds != nil, settings.seed != nil {
            throw ValidationError("--seed and --seeds are two ways to say it; give one")
        }
        _ = try seedList()
        if findLr, seeds != nil { throw ValidationError("--find-lr takes one seed") }
        if let initWeights, !["folder", "random"].contains(initWeights) {
            throw ValidationError("--init-weights is '\(initWeights)'; expected folder or random")
        }
        _ = try settings.settings()
    }

    /// The settings with their defaults where nothing was said, for this machine.
    func trainingSettings() throws -> TrainingSettings {
        var settings = try settings.settings()
        settings.options.threads = threads ?? Machine.threads
        return settings
    }

    /// The seeds to train with.
    func seedList() throws -> [UInt64] {
        guard let seeds else { return [try settings.settings().options.seed] }
        return try UsageProblem.reported { () throws(DiagnosticsError) in try SeedList(seeds).seeds }
    }

    /// Whether weights in the folder to start from are left alone.
    var hasRandomWeights: Bool { initWeights == "random" }
}
