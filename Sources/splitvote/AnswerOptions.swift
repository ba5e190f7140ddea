internal import ArgumentParser
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

    func validate() throws {
        if let threshold, !(0...1 ~= threshold) {
            throw ValidationError("--threshold is \(threshold); a probability lies in 0 ... 1")
        }
        if let temperature, !(temperature > 0 && temperature <= 1e6) {
            throw ValidationError("--temperature is \(temperature); it must be above 0, at most 1000000")
        }
        if let abstain, abstain != "none" { _ = try band(abstain) }
    }

    /// Puts what was given instead of what the folder says.
    func apply(to answers: inout ModelAnswers) throws {
        if let temperature { answers.rule.temperature = temperature }
        if let threshold {
            answers.rule.threshold = threshold
            answers.thresholds = answers.labels.map { _ in threshold }
        }
        if let abstain { answers.rule.abstention = abstain == "none" ? nil : try band(abstain) }
    }

    private func band(_ text: String) throws -> ClosedRange<Double> {
        let ends = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
        guard ends.count == 2, let low = ends[0], let high = ends[1], 0 <= low, low <= high, high <= 1 else {
            throw ValidationError(
                "--abstain is '\(text)'; expected two probabilities, as in 0.4,0.6, or none")
        }
        return low...high
    }
}
