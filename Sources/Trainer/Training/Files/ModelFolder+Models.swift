import HubFiles
public import Models

extension ModelFolder {
    /// Makes the model to train on, with the folder's weights where it has some.
    ///
    /// Pooler and classifier may be missing from the weights; they then start from random numbers. Any other
    /// missing tensor is an error, as is a tensor of another shape.
    ///
    /// - Parameters:
    ///   - labelCount: number of classes.
    ///   - seed: decides all random numbers.
    public func makeModel(
        labelCount: Int, seed: UInt64, threads: Int, precision: Precision = .fp32
    ) throws -> (model: any TrainableModel, report: LoadReport) {
        try makeModel(
            configuration, labelCount: labelCount, seed: seed, threads: threads, precision: precision,
            weights: try weightsName.map { try StoredWeights(folder: path, name: $0) })
    }

    private func makeModel(
        _ configuration: ModelConfiguration, labelCount: Int, seed: UInt64, threads: Int,
        precision: Precision, weights: StoredWeights?
    ) throws -> (model: any TrainableModel, report: LoadReport) {
        let model = try configuration.makeModel(
            labelCount: labelCount, seed: seed, threads: threads,
            precision: precision)
        guard let weights else { return (model, LoadReport(randomStart: model.parameters)) }
        if let classifier = classifier(in: weights, configuration), let found = classifier.shape.first,
            found != labelCount
        {
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
        let (weights, configuration, weightsName) = try trainedWeights()
        let labels = try labels(for: weights, configuration)
        let (model, report) = try makeModel(
            configuration, labelCount: labels.count, seed: 0, threads: threads, precision: precision,
            weights: weights)
        guard report.initialized.isEmpty else {
            throw TrainingError.model(
                "\(path) is not a trained classifier: \(weightsName) lacks "
                    + report.initialized.map(\.tensor).joined(separator: ", "))
        }
        return (model, labels)
    }

    /// The names of the classes that ``makeTrainedModel(threads:precision:)`` gives, without reading the weights: only what
    /// tensors there are.
    public func trainedLabels() throws -> [String] {
        let (weights, configuration, _) = try trainedWeights()
        return try labels(for: weights, configuration)
    }

    private func trainedWeights() throws -> (
        weights: StoredWeights, configuration: ModelConfiguration, name: String
    ) {
        guard let weightsName else {
            throw TrainingError.model(
                "\(path) has no weights (\(StoredWeights.readableNames.joined(separator: ", "))); "
                    + "name the folder of a trained model")
        }
        let weights = try StoredWeights(folder: path, name: weightsName)
        let dialect = configuration.dialect.withHead(
            ofTensors: weights.tensors.map(\.name), configuration.plan)
        return (weights, configuration.inDialect(dialect), weightsName)
    }

    /// The weights that give each class its score; nil if there are none.
    private func classifier(
        in weights: StoredWeights, _ configuration: ModelConfiguration
    ) -> StoredTensor? {
        let names = TensorNames(dialect: configuration.dialect)
        let classifier = configuration.classifierName
        return weights.tensors.first { names.modelName(of: $0.name) { $0 == classifier } != nil }
    }

    /// Names for all classes that the weights tell apart.
    private func labels(for weights: StoredWeights, _ configuration: ModelConfiguration) throws -> [String] {
        let tensor = classifier(in: weights, configuration)
        let inWeights = tensor?.shape.first
        let said = givenLabels?.count ?? configuration.labelCount
        if let said, let inWeights, said != inWeights {
            throw TrainingError.model(
                "\(path): \(givenLabels == nil ? "num_labels" : "id2label") in config.json has \(said) "
                    + "\(said == 1 ? "class" : "classes"), the weights have \(inWeights) ('\(tensor?.name ?? configuration.classifierName)')"
            )
        }
        let labels = givenLabels ?? Self.madeUp(inWeights ?? said ?? 2)
        if labels.count == 1, configuration.problemType == TrainingTask.singleLabel.problemType {
            throw TrainingError.model(
                "\(path): problem_type in config.json is \(TrainingTask.singleLabel.problemType), and there is one class "
                    + "('\(labels[0])'): each text would get it. Set problem_type to "
                    + "\(TrainingTask.multiLabel.problemType) for a yes or no, or to "
                    + "\(TrainingTask.regression.problemType) for a score")
        }
        return labels
    }
}

extension LoadReport {
    fileprivate init(randomStart parameters: ParameterSet) {
        self.init(
            file: nil, loaded: [],
            initialized: parameters.entries.map { Line(tensor: $0.name, shape: $0.shape, note: "") },
            ignored: [])
    }
}
