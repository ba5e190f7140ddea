package import Diagnostics
internal import MessagePassing
package import Training

/// What a command line says of a training without a pipeline, as it was typed; `nil` for what was not given.
package struct StandaloneFlags {
    /// The model to start from.
    package var initial: String?
    /// Folder for the trained model.
    package var output: String?
    /// `folder` or `random`.
    package var initialWeights: String?
    package var seeds: String?
    package var threads: Int?
    package var metrics: String?
    /// Whether a learning rate is looked for instead of training.
    package var findsRate = false
    /// `splitvote` or `torchrun`.
    package var engine: String?
    package var processes: Int?
    package var launcher: String?
    package var python: String?
    /// Folder for checkpoints, which then stay.
    package var checkpoints: String?
    /// Settings as their flags have them.
    package var settings: [(setting: TrainingSetting, text: String)] = []

    package init() {}

    package init(
        initial: String?, output: String?, initialWeights: String?, seeds: String?, threads: Int?,
        metrics: String?, findsRate: Bool, engine: String?, processes: Int?, launcher: String?,
        python: String?, checkpoints: String? = nil, settings: [(setting: TrainingSetting, text: String)]
    ) {
        self.initial = initial
        self.output = output
        self.initialWeights = initialWeights
        self.seeds = seeds
        self.threads = threads
        self.metrics = metrics
        self.findsRate = findsRate
        self.engine = engine
        self.processes = processes
        self.launcher = launcher
        self.python = python
        self.checkpoints = checkpoints
        self.settings = settings
    }

    /// The flags that were given.
    package var given: [String] {
        let flags: [(String, Bool)] = [
            ("--init", initial != nil), ("--init-weights", initialWeights != nil), ("--out", output != nil),
            ("--seeds", seeds != nil), ("--threads", threads != nil),
            ("--metrics", metrics != nil), ("--find-lr", findsRate), ("--engine", engine != nil),
            ("--processes", processes != nil), ("--launcher", launcher != nil), ("--python", python != nil),
            ("--checkpoints", checkpoints != nil),
        ]
        return flags.filter(\.1).map(\.0) + settings.map(\.setting.flag)
    }

    /// Whether weights in the folder to start from are left alone.
    package var hasRandomWeights: Bool { initialWeights == "random" }

    /// Puts what needs no reading into the settings of a training.
    package func complete(_ settings: inout StandaloneTraining.Settings) {
        settings.metrics = metrics
        settings.checkpoints = checkpoints
        settings.hasRandomWeights = hasRandomWeights
        settings.torchrun = torchrun
        settings.launcher = MPILauncher()
        settings.hasOwnThreads = threads != nil
    }

    /// PyTorch, if it is to take the steps.
    private var torchrun: TorchrunEngine? {
        guard engine == TorchrunEngine.name else { return nil }
        var found = TorchrunEngine()
        found.processes = processes ?? found.processes
        found.launcher = launcher.flatMap(TorchrunEngine.Launcher.init) ?? found.launcher
        found.python = python ?? found.python
        return found
    }

    /// - Throws: `DiagnosticsError` for flags about the engine that do not go together.
    private func checkEngine(_ training: TrainingSettings) throws(DiagnosticsError) {
        if let engine, ![Self.ownEngine, TorchrunEngine.name].contains(engine) {
            throw DiagnosticsError(
                "--engine is '\(engine)'; expected \(Self.ownEngine) or \(TorchrunEngine.name)")
        }
        guard let torchrun else {
            let stray = given.first { ["--processes", "--launcher", "--python"].contains($0) }
            if let stray { throw DiagnosticsError("\(stray) is for --engine torchrun") }
            return
        }
        let launchers = TorchrunEngine.Launcher.allCases.map(\.rawValue)
        if let launcher, !launchers.contains(launcher) {
            throw DiagnosticsError(
                "--launcher is '\(launcher)'; expected \(launchers.joined(separator: " or "))")
        }
        guard (1...TorchrunEngine.mostProcesses).contains(torchrun.processes) else {
            throw DiagnosticsError(
                "--processes is \(torchrun.processes); it takes 1 ... \(TorchrunEngine.mostProcesses)")
        }
        if findsRate {
            throw DiagnosticsError("--find-lr is for splitvote's own trainer; leave --engine out")
        }
        if let conflict = torchrun.conflicts(training, model: BaselineParameters.encoder).first {
            let flag = "--" + conflict.key.replacing("_", with: "-")
            throw DiagnosticsError("\(flag) \(conflict.text)", hint: "or leave --engine out")
        }
    }

    private static let ownEngine = "splitvote"

    /// Reads the flags, before any file is opened.
    /// - Parameter machineThreads: how many threads there are where the flags do not say.
    /// - Returns: the settings, with their defaults where nothing was said, and the seeds to train with.
    /// - Throws: `DiagnosticsError` with what is wrong.
    package func checked(
        machineThreads: Int
    ) throws(DiagnosticsError) -> (training: TrainingSettings, seeds: [UInt64]) {
        guard initial != nil else {
            throw DiagnosticsError("--init is missing: the model folder to start from")
        }
        guard output != nil || findsRate else {
            throw DiagnosticsError("--out is missing: the folder for the trained model")
        }
        if checkpoints != nil, seeds != nil || findsRate || engine == TorchrunEngine.name {
            let other = seeds != nil ? "--seeds" : findsRate ? "--find-lr" : "--engine torchrun"
            throw DiagnosticsError("--checkpoints does not go with \(other)", hint: "leave it out")
        }
        if let threads, threads < 1 { throw DiagnosticsError("--threads is \(threads); at least 1") }
        if seeds != nil, settings.contains(where: { $0.setting.key == "seed" }) {
            throw DiagnosticsError("--seed and --seeds are two ways to say it; give one")
        }
        let several: SeedList? = if let seeds { try SeedList(seeds) } else { nil }
        if findsRate, several != nil { throw DiagnosticsError("--find-lr takes one seed") }
        if let initialWeights, !["folder", "random"].contains(initialWeights) {
            throw DiagnosticsError("--init-weights is '\(initialWeights)'; expected folder or random")
        }
        var training = try trainingSettings()
        training.options.threads = threads ?? machineThreads
        try checkEngine(training)
        return (training, several?.seeds ?? [training.options.seed])
    }

    /// Reads the settings exactly as a train stage reads its parameters.
    private func trainingSettings() throws(DiagnosticsError) -> TrainingSettings {
        do {
            return try TrainingSettings(texts: settings)
        } catch {
            throw DiagnosticsError(findings: error.findings.map(TrainingSetting.inFlags))
        }
    }
}
