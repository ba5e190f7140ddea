internal import ActiveLabeling
package import Diagnostics

/// What `splitvote read-next` is asked for.
package struct ReadingRequest: Hashable, Sendable {
    /// `nil`: as fits what the pipeline has.
    let mixture: ReadingMixture?
    /// Comments in all; `nil` if nobody said it.
    let count: Int?
    let measure: UncertaintyMeasure
    let seed: Int
    /// The predict stage that is meant; `nil` for the only one.
    let answers: String?
    /// Whether a person is to see nothing but the text.
    let isBlind: Bool

    /// - Parameters:
    ///   - by: strategies with their numbers, as ``/ActiveLabeling/ReadingMixture`` reads them.
    ///   - uncertainty: name of a measure.
    /// - Throws: `DiagnosticsError` for what cannot be meant.
    package init(
        by: String?, count: Int?, uncertainty: String, seed: Int, answers: String?, isBlind: Bool
    ) throws(DiagnosticsError) {
        if let count, !(1...ReadingMixture.most ~= count) {
            throw DiagnosticsError("-n is \(count); it takes 1 ... \(ReadingMixture.most)")
        }
        guard seed >= 0 else { throw DiagnosticsError("--seed is \(seed); it takes 0 or more") }
        guard let measure = UncertaintyMeasure(rawValue: uncertainty) else {
            let names = UncertaintyMeasure.allCases.map(\.rawValue).joined(separator: ", ")
            throw DiagnosticsError("--uncertainty is '\(uncertainty)'; it takes \(names)")
        }
        do throws(ReadingProblem) {
            mixture = if let by { try ReadingMixture(by, total: count) } else { nil }
        } catch {
            throw DiagnosticsError("--by: \(error)", hint: error.hint)
        }
        self.count = count
        self.measure = measure
        self.seed = seed
        self.answers = answers
        self.isBlind = isBlind
    }
}
