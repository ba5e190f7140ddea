internal import StageKit
internal import Training

extension ScoreFigures {
    /// What an evaluation comes to.
    /// - Parameter resamples: samples that 95 % intervals come from; 0 for none.
    init(_ evaluation: ModelEvaluation, resamples: Int) throws {
        self.init(evaluation.scores, of: evaluation.scored)
        asAnswered = try evaluation.answered().map(Answered.init)
        self = with(evaluation.intervals(resamples: resamples))
    }
}
