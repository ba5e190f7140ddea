package import Diagnostics
internal import StageKit
package import Training

extension TrainingSettings {
    /// Reads settings that were written as texts, on a command line, exactly as a train stage reads its parameters.
    /// - Throws: `DiagnosticsError` with everything that is wrong; lines are numbered as the texts are, from 1.
    package init(texts: [(setting: TrainingSetting, text: String)]) throws(DiagnosticsError) {
        let entries = texts.enumerated().map { line, entry in
            let span = SourceSpan(file: "", line: line + 1, column: 1)
            return LocatedValue.Entry(
                key: entry.setting.key, keySpan: span,
                value: LocatedValue(Self.content(entry.text, entry.setting.form), at: span))
        }
        var reader = ParameterReader(entries, kind: TrainStage.kind.name, at: nil)
        self.init(&reader)
        try reader.finish()
    }

    /// What a text would be in a pipeline file, where a list has brackets.
    private static func content(_ text: String, _ form: TrainingSetting.Form) -> LocatedValue.Content {
        func number(_ text: some StringProtocol) -> LocatedValue.Content {
            if let integer = Int(text) { return .integer(integer) }
            if let number = Double(text), number.isFinite { return .number(number) }
            return .string(String(text))
        }
        switch form {
        case .integer, .number: return number(text)
        case .choice: return .string(text)
        case .flag: return .bool(text == "true")
        case .wordOrNumbers(let words, _):
            if words.contains(text) { return .string(text) }
            let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { number($0) }
            if case .string? = parts.first, parts.count == 1 { return .string(text) }
            let span = SourceSpan(file: "", line: 1, column: 1)
            return .list(parts.map { LocatedValue($0, at: span) })
        }
    }
}
