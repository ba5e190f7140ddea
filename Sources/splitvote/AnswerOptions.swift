internal import ArgumentParser
internal import Diagnostics
internal import Prediction
internal import Training

/// How scores become answers, instead of as the model's folder says.
struct AnswerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "With two labels, the minimum probability at which the second one is given; with any number of labels, that of each.",
            valueName: "0...1"))
    var threshold: Double?
    @Option(
        help: ArgumentHelp(
            "What scores are divided by before they become probabilities; 1 leaves them unchanged.",
            valueName: "number"))
    var temperature: Double?
    @Option(
        help: ArgumentHelp(
            "Give no label if its probability (with two labels, that of the second) is in this band, as in 0.4,0.6; none for never.",
            valueName: "low,high"))
    var abstain: String?

    func validate() throws { _ = try overrides() }

    /// What was given, to be put instead of what the folder says.
    /// - Throws: `ValidationError` for what is out of range.
    func overrides() throws -> AnswerOverrides {
        try UsageProblem.reported { () throws(DiagnosticsError) in
            try AnswerOverrides(threshold: threshold, temperature: temperature, abstain: abstain)
        }
    }

    /// Puts it there.
    /// - Throws: `ValidationError` for what means nothing for the model's answers.
    func apply(to answers: inout ModelAnswers) throws {
        let overrides = try overrides()
        try UsageProblem.reported { () throws(DiagnosticsError) in try overrides.apply(to: &answers) }
    }
}
