package import Models

extension ModelFolder {
    /// Makes a model that answers with words of classes, by the folder's encoder and its head that names masked words.
    ///
    /// - Parameters:
    ///   - words: ids of the words of each class.
    ///   - options: threads and precision count.
    /// - Throws: ``TrainingError`` where the folder has no weights, or none of that head.
    package func makeClozeModel(
        words: [[Int32]], options: TrainingOptions
    ) throws -> any TrainableModel {
        let hint =
            "name a folder that \(configuration.maskedArchitecture) of transformers opens, or connect a pretrain stage that "
            + "learns masked words"
        guard hasWeights else {
            throw TrainingError.advised("\(path) has no weights that could name masked words", hint: hint)
        }
        let model = try configuration.makeClozeModel(
            words: words, seed: nil, threads: options.threads, precision: options.precision)
        let report = try load(into: model.parameters)
        guard report.initialized.isEmpty else {
            throw TrainingError.advised(
                "\(path) has no head that names masked words: \(report.file ?? "the weights") lacks "
                    + report.initialized.map(\.tensor).joined(separator: ", "), hint: hint)
        }
        return model
    }
}
