import HubFiles
package import Models
import ShardFormat

extension ModelFolder {
    /// Makes the model to train on, with the folder's weights where it has some.
    ///
    /// Pooler and classifier may be missing from the weights; they then start from random numbers. Any other
    /// missing tensor is an error, as is a tensor of another shape.
    ///
    /// - Parameters:
    ///   - labelCount: number of classes.
    ///   - seed: decides all random numbers.
    package func makeModel(
        labelCount: Int, seed: UInt64, threads: Int, precision: Precision = .fp32
    ) throws -> (model: any TrainableModel, report: LoadReport) {
        try makeModel(
            configuration, labelCount: labelCount, seed: seed, threads: threads, precision: precision,
            weights: try openWeights())
    }

    /// Makes the model to train on rows with classes of these names.
    ///
    /// The folder's classifier, the last linear map, is left out where the method fits a new one, where it is of a head for
    /// something else, and where it was trained for as many other classes, or for another task.
    ///
    /// - Parameter pooling: of the states that the classifier is to read; `nil` for the family's own head.
    /// - Returns: the model, what became of each tensor, and why a classifier that could have been kept was not.
    /// - Throws: ``TrainingError`` where it was trained for another number of classes, and as
    ///   ``makeModel(labelCount:seed:threads:precision:)``.
    package func makeModel(
        for labels: [String], task: TrainingTask, options: TrainingOptions, pooling: StatePooling? = nil
    ) throws -> (model: any TrainableModel, report: LoadReport, note: String?) {
        let weights = try openWeights()
        let configuration = configuration.answeringTokens(task.tokenUse).pooled(by: pooling)
        if let other = task.rowsHave, configuration.plan.convolution != nil {
            throw TrainingError.advised(
                "a Text-CNN keeps no state for each token, and the rows have \(other)",
                hint: "start from an encoder")
        }
        let found = weights.flatMap { classifier(in: $0, configuration) }
        let isFitted = options.method == .features
        if isFitted, !configuration.hasClassifierBias {
            throw TrainingError.advised(
                "method: features fits weights and a bias, and the head of '\(configuration.dialect.modelType)' has no bias",
                hint:
                    "give it the vectors of a features stage, whose classifier has one, or set method: fine_tune"
            )
        }
        let note = isFitted ? nil : found.flatMap { strangeness($0, labels, task) }
        let (model, report) = try makeModel(
            configuration, labelCount: labels.count, seed: options.seed, threads: options.threads,
            precision: options.precision, weights: weights, newClassifier: isFitted || note != nil)
        return (model, report, note)
    }

    /// Makes a model whose encoder has the folder's weights, for its features and states; its classifier means nothing.
    ///
    /// - Parameters:
    ///   - pooling: of the states that become features; `nil` for what the family's own head reads.
    ///   - seed: of the random numbers of a folder without weights.
    package func makeEncoder(
        pooling: StatePooling?, seed: UInt64, threads: Int, precision: Precision
    ) throws -> any TrainableModel {
        try makeModel(
            configuration.answeringTokens(nil).pooled(by: pooling), labelCount: 1, seed: seed,
            threads: threads,
            precision: precision, weights: try openWeights(), newClassifier: true
        ).model
    }

    /// Copies the folder's weights into a model with other heads than a classifier's; those that the folder lacks stay as
    /// they are.
    ///
    /// - Throws: ``TrainingError`` where a tensor of the encoder is missing or of another shape.
    package func load(into parameters: ParameterSet) throws -> LoadReport {
        guard let weights = try openWeights() else { return LoadReport(randomStart: parameters) }
        return try WeightLoader(weights: weights, dialect: configuration.dialect).load(into: parameters)
    }

    private func openWeights() throws -> StoredWeights? {
        try weightsName.map { try weights(named: $0) }
    }

    /// The weights, with the adapters in them where the folder has some.
    private func weights(named name: String) throws -> StoredWeights {
        let weights = try StoredWeights(folder: weightsFolder, name: name)
        return try adapter?.merged(into: weights) ?? weights
    }

    /// Why the folder's classifier is no start for rows of these classes; nil if the folder says nothing against it, or
    /// if it is for another number of them.
    private func strangeness(_ classifier: StoredTensor, _ names: [String], _ task: TrainingTask) -> String? {
        let start = "'\(classifier.name)' in the weights of \(path)"
        let end = "training starts with a new one"
        if let other = otherArchitecture(for: task.tokenUse) {
            return "\(start) belongs to \(other): \(end)"
        }
        guard classifier.shape.first == names.count else { return nil }
        if let labels, labels != names {
            return
                "\(start) is for \(labels.joined(separator: ", ")), and the rows have \(names.joined(separator: ", ")): \(end)"
        }
        if let type = configuration.problemType, type != task.problemType {
            return "\(start) is for \(type), and the rows are for \(task.problemType): \(end)"
        }
        return nil
    }

    /// - Parameter newClassifier: whether the last linear map in the weights is left out.
    private func makeModel(
        _ configuration: ModelConfiguration, labelCount: Int, seed: UInt64, threads: Int,
        precision: Precision, weights: StoredWeights?, newClassifier: Bool = false
    ) throws -> (model: any TrainableModel, report: LoadReport) {
        let model = try configuration.makeModel(
            labelCount: labelCount, seed: seed, threads: threads,
            precision: precision)
        guard let weights else { return (model, LoadReport(randomStart: model.parameters)) }
        if !newClassifier, let classifier = classifier(in: weights, configuration),
            let found = classifier.shape.first, found != labelCount
        {
            throw TrainingError.advised(
                "\(path) has a head of \(found) score\(found == 1 ? "" : "s") ('\(classifier.name)'), the rows need "
                    + "\(labelCount)",
                hint:
                    "start from the model that it was trained from, set init_weights: random to start from random "
                    + "weights, or remove that tensor and its bias")
        }
        var loader = WeightLoader(weights: weights, dialect: configuration.dialect)
        if newClassifier { loader.leftOut = configuration.classifierNames }
        return (model, try loader.load(into: model.parameters))
    }

    /// Makes a trained model to predict with; every tensor must be there.
    ///
    /// - Returns: the model with the names of its classes. Where `config.json` names none they are `LABEL_0`, `LABEL_1`
    ///   and so on, as transformers has it.
    package func makeTrainedModel(
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

    /// Heads for other things may have tensors of the same names. A folder that does not say what it is goes by these.
    private func checkArchitecture() throws(TrainingError) {
        guard let other = otherArchitecture(for: configuration.tokenUse),
            configuration.plan.pooling == nil
        else { return }
        let wanted = configuration.dialect.sequenceArchitecture
        throw .advised(
            "\(path) belongs to \(other) ('architectures' in config.json); predict and evaluate take \(wanted)",
            hint:
                "name the folder of a text classifier, or train one that starts from this folder; if it is one, "
                + "set architectures to [\"\(wanted)\"]")
    }

    /// The class of transformers that opens the folder, if it is not one for sequences, or for such a use of tokens.
    private func otherArchitecture(for use: TokenHeadPlan.Use?) -> String? {
        let names = configuration.architectures
        let ending = use?.classEnding ?? Dialect.sequenceEnding
        return names.contains { $0.hasSuffix(ending) } ? nil : names.first
    }

    /// The names of the classes that ``makeTrainedModel(threads:precision:)`` gives, without reading the weights: only what
    /// tensors there are.
    package func trainedLabels() throws -> [String] {
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
        try checkArchitecture()
        let weights = try weights(named: weightsName)
        if configuration.tokenUse != nil { return (weights, configuration, weightsName) }
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
        // Whatever transformers made up: the two scores are of the ends of an answer.
        if configuration.tokenUse == .answers, inWeights == 2, let names = TaskName.answers.ownNames {
            return names
        }
        let labels = givenLabels ?? Self.madeUp(inWeights ?? said ?? 2)
        try checkThresholds(classCount: labels.count)
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
