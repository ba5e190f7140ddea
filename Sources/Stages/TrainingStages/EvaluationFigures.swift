internal import StageKit
internal import Training

/// What an evaluation reports, by the names that checks and reports read.
struct EvaluationFigures {
    private let evaluation: ModelEvaluation

    init(_ evaluation: ModelEvaluation) {
        self.evaluation = evaluation
    }

    /// - Parameter resamples: samples that 95 % intervals come from; 0 for none.
    func members(resamples: Int) throws -> [String: JSONValue] {
        var members = evaluation.scores.figures(evaluation.scored)
        members["as_answered"] = try evaluation.answered()?.figures
        let intervals = evaluation.intervals(resamples: resamples)
        if !intervals.isEmpty {
            members["intervals"] = .object(
                intervals.mapValues { [.number($0.low), .number($0.high)] })
        }
        return members
    }
}
