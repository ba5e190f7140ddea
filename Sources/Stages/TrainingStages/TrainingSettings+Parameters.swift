package import StageKit
package import Training

extension TrainingSettings {
    /// Warns of a rate that no encoder learns at. It is allowed, for what is tried is the user's to say.
    func warnOfRate(_ parameters: inout ParameterReader) {
        guard options.learningRate > Self.highestUsualRate else { return }
        parameters.warn(
            "learning_rate",
            "'learning_rate' is \(options.learningRate); encoders learn at rates of 1e-5 to 1e-3, and at this one the loss "
                + "will hardly fall",
            hint: "a usual rate for weights that are there is 5e-5, for random ones 5e-4")
    }

    private static let highestUsualRate = 0.01

    /// Reads the values of a pipeline file, or of another caller that uses the same names.
    package init(_ parameters: inout ParameterReader) {
        self.init()
        for setting in TrainingSetting.all {
            if let value = parameters.value(of: setting) { setting.write(value, to: &self) }
        }
        for conflict in options.conflicts(classCount: nil) {
            parameters.reject(conflict.key, "'\(conflict.key)' \(conflict.text)")
        }
    }
}

extension ParameterReader {
    /// The setting's value, or its default; `nil` if it has neither.
    ///
    /// - Parameter standard: the default, where a kind has another one.
    mutating func value(
        of setting: TrainingSetting, default standard: TrainingSetting.Value? = nil
    ) -> TrainingSetting.Value? {
        let (key, unit, help) = (setting.key, setting.unit, setting.help)
        switch (setting.form, standard ?? setting.defaultValue) {
        case (.integer(let bounds), .integer(let number)?):
            return .integer(
                setting.isFingerprinted
                    ? int(key, default: number, in: bounds, unit: unit, help: help)
                    : unfingerprintedInt(key, default: number, in: bounds, help: help))
        case (.integer(let bounds), _):
            return optionalInt(key, in: bounds, unit: unit, help: help).map { .integer($0) }
        case (.number(let bounds), .number(let standard)?):
            return .number(number(key, default: standard, in: bounds, unit: unit, help: help))
        case (.number(let bounds), _):
            return optionalNumber(key, in: bounds, unit: unit, help: help).map { .number($0) }
        case (.choice(let words), let standard?):
            return .word(choice(key, default: standard.text, of: words, help: help))
        case (.choice(let words), nil):
            return optionalChoice(key, of: words, help: help).map { .word($0) }
        case (.flag, let standard):
            return .flag(bool(key, default: standard == .flag(true), help: help))
        case (.wordOrNumbers(let words, let bounds), let standard):
            switch wordOrNumbers(key, default: standard?.text ?? "", of: words, in: bounds, help: help) {
            case .word(let word): return .word(word)
            case .numbers(let numbers): return .numbers(numbers)
            }
        }
    }
}
