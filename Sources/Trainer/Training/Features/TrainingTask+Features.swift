package import LinearModels
import Models

extension TrainingTask {
    /// Fits a linear model to features of rows.
    ///
    /// - Parameters:
    ///   - features: a row for each row that is fitted.
    ///   - places: numbers of these rows among `rows`; all of them if it is left out.
    ///   - options: `l2`, class weights and the kind of targets count.
    ///   - scoreCount: scores of the model.
    ///   - tolerance: largest entry of the mean loss's gradient at which the fit ends.
    package func fit(
        _ features: any FeatureMatrix, of rows: TokenRows, only places: [Int]? = nil,
        options: TrainingOptions,
        scoreCount: Int, tolerance: Double = LBFGS().tolerance
    ) -> LinearFit {
        let batch = rows.batch(
            places ?? Array(0..<rows.count), classWeights: rowWeights(options, rows, scoreCount),
            targets: SoftTargets(options, classCount: scoreCount))
        let objective = objective(options, rows, scoreCount)
        return linear.fit(
            FeatureRows(
                features, batch, scoreCount: scoreCount, l2: options.l2,
                positiveWeights: (objective as? BinaryCrossEntropyObjective)?.positiveWeights,
                tolerance: tolerance))
    }
}
