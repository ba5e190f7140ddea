import HubFiles
public import Models

extension ModelFolder {
    /// Makes the model to train on, with the folder's weights where it has some.
    ///
    /// Pooler and classifier may be missing from the weights; they then start from random numbers. Any other
    /// missing tensor is an error, as is a tensor of another shape.
    ///
    /// - Parameters:
    ///   - labelCount: classes to tell apart.
    ///   - seed: decides all random numbers.
    public func makeModel(
        labelCount: Int, seed: UInt64, threads: Int, precision: Precision = .fp32
    ) throws -> (model: any TrainableModel, report: LoadReport) {
        try makeModel(
            labelCount: labelCount, seed: seed, threads: threads, precision: precision,
            weights: try weightsName.map { try StoredWeights(folder: path, name: $0) })
    }

    private func makeModel(
        labelCount: Int, seed: UInt64, threads: Int, precision: Precision, weights: StoredWeights?
    ) throws -> (model: any TrainableModel, report: LoadReport) {
        let model = try configuration.makeModel(
            labelCount: labelCount, seed: seed, threads: threads,
            precision: precision)
        guard let weights else { return (model, LoadReport(randomStart: model.parameters)) }
        if let classifier = classifier(in: weights), let found = classifier.shape.first, found != labelCount {
            throw TrainingError.model(
                "\(path) tells \(found) \(found == 1 ? "class" : "classes") apart ('\(classifier.name)' in its weights), the rows "
                    + "have \(labelCount); start from the model that it was trained from, or from one for as many"
            )
        }
        let report = try WeightLoader(weights: weights, dialect: configuration.dialect).load(
            into: model.parameters)
        return (model, report)
    }

    /// Makes a trained model to predict with; every tensor must be there.
    ///
    /// - Returns: the model with the names of its classes. Where `config.json` names none they are `LABEL_0`, `LABEL_1`
    ///   and so on, as transformers has it.
    public func makeTrainedModel(
        threads: Int, precision: Precision = .fp32
    ) throws -> (model: any TrainableModel, labels: [String]) {
        guard let weightsName else {
            throw TrainingError.model(
                "\(path) has no weights (\(StoredWeights.readableNames.joined(separator: ", "))); "
                    + "name the folder of a trained model")
        }
        let weights = try StoredWeights(folder: path, name: weightsName)
        let labels = try labels(for: weights)
        let (model, report) = try makeModel(
            labelCount: labels.count, seed: 0, threads: threads, precision: precision, weights: weights)
        guard report.initialised.isEmpty else {
            throw TrainingError.model(
                "\(path) is no trained classifier: \(weightsName) lacks "
                    + report.initialised.map(\.tensor).joined(separator: ", "))
        }
        return (model, labels)
    }

    /// The weights that give each class its score; nil where there are none.
    private func classifier(in weights: StoredWeights) -> StoredTensor? {
        let names = TensorNames(dialect: configuration.dialect)
        let classifier = configuration.classifierName
        return weights.tensors.first { names.modelName(of: $0.name) { $0 == classifier } != nil }
    }

    /// Names for all classes that the weights tell apart.
    private func labels(for weights: StoredWeights) throws -> [String] {
        let tensor = classifier(in: weights)
        let inWeights = tensor?.shape.first
        let said = givenLabels?.count ?? configuration.labelCount
        if let said, let inWeights, said != inWeights {
            throw TrainingError.model(
                "\(path): \(givenLabels == nil ? "num_labels" : "id2label") in config.json has \(said) "
                    + "\(said == 1 ? "class" : "classes"), the weights have \(inWeights) ('\(tensor?.name ?? configuration.classifierName)')"
            )
        }
        return givenLabels ?? Self.madeUp(inWeights ?? said ?? 2)
    }
}

extension LoadReport {
    fileprivate init(randomStart parameters: ParameterSet) {
        self.init(
            file: nil, loaded: [],
            initialised: parameters.entries.map { Line(tensor: $0.name, shape: $0.shape, note: "") },
            ignored: [])
    }
}
