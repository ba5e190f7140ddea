package import Diagnostics
package import Training

extension TrainingSetting {
    /// `batch-size`, as a command line calls the setting.
    package var flagName: String { key.replacing("_", with: "-") }

    /// `--batch-size`
    package var flag: String { "--" + flagName }

    /// What the help of the command line says.
    package var flagHelp: String {
        var text = help.hasSuffix(".") ? String(help.dropLast()) : help
        switch form {
        case .choice(let words): text += ": " + words.joined(separator: ", ")
        case .wordOrNumbers(let words, _):
            text += ": " + words.joined(separator: ", ") + ", or numbers with commas, as in 1,2.5"
        case .integer, .number, .flag: break
        }
        if form != .flag, let defaultValue { text += "; \(defaultValue.text) by default" }
        return text + "."
    }

    /// The words that the setting takes; none where it takes numbers alone.
    package var words: [String] {
        switch form {
        case .choice(let words), .wordOrNumbers(let words, _): words
        case .integer, .number, .flag: []
        }
    }

    /// The setting of this key, which there is.
    package static func declared(_ key: String) -> TrainingSetting {
        guard let setting = named(key) else { preconditionFailure("there is no setting '\(key)'") }
        return setting
    }

    /// `batch_size` for the storage of a property, `_batchSize`.
    package static func key(ofStorage label: String) -> String {
        label.dropFirst().map { $0.isUppercase ? "_\($0.lowercased())" : String($0) }.joined()
    }

    /// A finding about settings as one about flags: `--batch-size is 0; it takes 1 ... 65536 rows`.
    package static func inFlags(_ finding: Finding) -> Finding {
        var finding = finding
        finding.message = all.reduce(finding.message) { message, setting in
            message.replacing("'\(setting.key)'", with: setting.flag)
        }
        return finding
    }
}
