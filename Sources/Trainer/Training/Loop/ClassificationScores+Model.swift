public import Models

extension ClassificationScores {
    /// Scores a model on labelled rows; the model is not changed.
    public init(of model: any TrainableModel, on rows: TokenRows) throws {
        try self.init(
            labels: (0..<rows.count).map(rows.label(of:)),
            probabilities: try Predictor(model).probabilities(of: rows), classCount: model.labelCount)
    }
}
