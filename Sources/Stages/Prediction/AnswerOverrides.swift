package import Diagnostics
package import Training

/// How scores become answers where the command line says so, instead of as the model's folder says.
package struct AnswerOverrides: Hashable, Sendable {
    private var threshold: Double?
    private var temperature: Double?
    private var abstention: Abstention?

    private enum Abstention: Hashable {
        case never
        case band(ClosedRange<Double>)
    }

    /// - Parameters:
    ///   - threshold: the least probability of a label that is given; `nil` leaves it as it is, as for the others.
    ///   - temperature: what scores are divided by.
    ///   - abstain: two probabilities with a comma between which no label is given, or `none`.
    /// - Throws: `DiagnosticsError` naming the flag that is out of range.
    package init(threshold: Double?, temperature: Double?, abstain: String?) throws(DiagnosticsError) {
        if let threshold, !(0...1 ~= threshold) {
            throw DiagnosticsError("--threshold is \(threshold); a probability lies in 0 ... 1")
        }
        if let temperature, !(temperature > 0 && temperature <= 1e6) {
            throw DiagnosticsError("--temperature is \(temperature); it must be above 0, at most 1000000")
        }
        self.threshold = threshold
        self.temperature = temperature
        if let abstain { abstention = abstain == "none" ? .never : .band(try Self.band(abstain)) }
    }

    private static func band(_ text: String) throws(DiagnosticsError) -> ClosedRange<Double> {
        let ends = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
        guard ends.count == 2, let low = ends[0], let high = ends[1], 0 <= low, low <= high, high <= 1 else {
            throw DiagnosticsError(
                "--abstain is '\(text)'; expected two probabilities, as in 0.4,0.6, or none")
        }
        return low...high
    }

    /// Puts what was given instead of what the folder says.
    /// - Throws: `DiagnosticsError` naming the flag that means nothing for such answers.
    package func apply(to answers: inout ModelAnswers) throws(DiagnosticsError) {
        let wanted: ClosedRange<Double>?? =
            switch abstention {
            case .never: .some(nil)
            case .band(let band): band
            case nil: nil
            }
        if let (name, problem) = answers.set(
            threshold: threshold, temperature: temperature, abstention: wanted)
        {
            throw DiagnosticsError("--\(name) \(problem)")
        }
    }
}
