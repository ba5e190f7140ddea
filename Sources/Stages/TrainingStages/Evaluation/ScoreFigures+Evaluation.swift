internal import StageKit
internal import Training

extension ScoreFigures {
    /// The scores of an evaluation, those by votes where the rows tell of any.
    init(_ evaluation: ModelEvaluation) {
        self.init(evaluation.scores, of: evaluation.scored)
        let votes = VoteScores(evaluation)
        softAccuracy = votes?.softAccuracy
        softMacroF1 = votes?.softMacroF1
        voteDivergence = votes?.divergence
    }

    /// The same with intervals, and with what comes of the answers that the folder's rule gives.
    /// - Parameter resamples: samples that 95 % intervals come from; 0 for none.
    init(_ evaluation: ModelEvaluation, resamples: Int) throws {
        self.init(evaluation)
        asAnswered = try evaluation.answered().map(Answered.init)
        self = with(evaluation.intervals(resamples: resamples))
    }
}
