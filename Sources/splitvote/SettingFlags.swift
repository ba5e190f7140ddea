internal import ArgumentParser
internal import Training
internal import TrainingStages

/// The settings of training as flags, in the order of the help. What each takes and says is in ``TrainingSetting``.
struct SettingFlags: ParsableArguments {
    @Option(setting: "method") var method: String?
    @Option(setting: "l2") var l2: String?
    @Option(setting: "epochs") var epochs: String?
    @Option(setting: "max_steps") var maxSteps: String?
    @Option(setting: "batch_size") var batchSize: String?
    @Option(setting: "accumulate") var accumulate: String?
    @Option(setting: "block_rows") var blockRows: String?
    @Option(setting: "learning_rate") var learningRate: String?
    @Option(setting: "warmup") var warmup: String?
    @Option(setting: "weight_decay") var weightDecay: String?
    @Option(setting: "clip") var clip: String?
    @Option(setting: "seed") var seed: String?
    @Option(setting: "metric") var metric: String?
    @Option(setting: "evaluate_every") var evaluateEvery: String?
    @Option(setting: "patience") var patience: String?
    @Option(setting: "class_weights") var classWeights: String?
    @Option(setting: "targets") var targets: String?
    @Option(setting: "label_smoothing") var labelSmoothing: String?
    @Option(setting: "layer_decay") var layerDecay: String?
    @Option(setting: "freeze_layers") var freezeLayers: String?
    @Option(setting: "lora_rank") var loraRank: String?
    @Option(setting: "lora_alpha") var loraAlpha: String?
    @Option(setting: "lora_maps") var loraMaps: String?
    @Option(setting: "answers") var answers: String?
    @Option(setting: "abstain") var abstain: String?
    @Flag(setting: "gradient_checkpointing") var gradientCheckpointing = false
    @Option(setting: "precision") var precision: String?
    @Option(setting: "checkpoint_every") var checkpointEvery: String?
    @Option(setting: "keep_checkpoints") var keepCheckpoints: String?

    /// What was given, by the settings' keys. Reads the properties as ArgumentParser itself does, so that none is left out.
    var given: [(setting: TrainingSetting, text: String)] {
        Mirror(reflecting: self).children.compactMap { child in
            let option = (child.value as? Option<String?>)?.wrappedValue
            let flag = (child.value as? Flag<Bool>)?.wrappedValue == true ? "true" : nil
            guard let text = option ?? flag, let label = child.label else { return nil }
            return (.declared(TrainingSetting.key(ofStorage: label)), text)
        }
    }
}

extension TrainingSetting {
    fileprivate var argumentHelp: ArgumentHelp {
        ArgumentHelp(flagHelp, valueName: unit.isEmpty ? nil : unit)
    }
}

extension Option where Value == String? {
    /// The flag of a setting; its value is read where all of them are.
    fileprivate init(setting key: String) {
        let setting = TrainingSetting.declared(key)
        self.init(
            name: .customLong(setting.flagName), help: setting.argumentHelp,
            completion: setting.words.isEmpty ? nil : .list(setting.words))
    }
}

extension Flag where Value == Bool {
    fileprivate init(wrappedValue: Bool, setting key: String) {
        let setting = TrainingSetting.declared(key)
        self.init(
            wrappedValue: wrappedValue, name: .customLong(setting.flagName), help: setting.argumentHelp)
    }
}
