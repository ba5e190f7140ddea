internal import JSON

extension StatePooling {
    /// Where a `config.json` says that its classifier reads pooled states of layers, and which.
    static let key = "pooled_features"

    var json: JSONValue {
        var members: [String: JSONValue] = [
            "pooling": .string(tokens.rawValue), "layers": .array(layers.map(JSONValue.integer)),
        ]
        if isNormalized { members["normalized"] = true }
        return .object(members)
    }
}

extension ConfigurationReader {
    /// What a classifier reads in place of the family's own head; `nil` if nothing says so.
    /// - Parameter depth: layers of the model.
    mutating func pooling(depth: Int) -> StatePooling? {
        guard let value = object[StatePooling.key], value != .null else { return nil }
        if object["model_type"] == .string(Dialect.textCNN.modelType) {
            complain(
                StatePooling.key,
                "is for encoders; a model of type '\(Dialect.textCNN.modelType)' has no layers")
            return nil
        }
        let layers = value["layers"]?.arrayValue?.map(\.wholeNumber)
        guard let name = value["pooling"]?.stringValue, let layers, !layers.isEmpty, !layers.contains(nil)
        else {
            complain(
                StatePooling.key,
                "is \(value.shownText); it must hold 'pooling', a word, and 'layers', whole numbers")
            return nil
        }
        do {
            return try StatePooling(
                named: name, layers: layers.compactMap { $0 }, depth: depth,
                isNormalized: value["normalized"] == true)
        } catch {
            complain(StatePooling.key, "is refused: \(error.problems.joined(separator: "; "))")
            return nil
        }
    }
}

extension ModelConfiguration {
    /// The same with a classifier that reads pooled states of layers; `nil` for the family's own head.
    package func pooled(by pooling: StatePooling?) -> ModelConfiguration {
        var plan = plan
        plan.pooling = pooling
        return with(plan: plan)
    }

    /// Numbers that the last linear map reads of a row.
    package var featureWidth: Int {
        plan.pooling?.width(hidden: plan.hiddenSize) ?? plan.hiddenSize
    }

    /// Whether the last linear map adds a bias to each score.
    package var hasClassifierBias: Bool { headForm.hasBias }

    /// The head that ``makeModel(labelCount:seed:threads:precision:)`` gives the model.
    var headForm: SequenceHeadForm {
        plan.pooling == nil && plan.tokenHead == nil
            ? dialect.head : SequenceHeadForm(activation: nil, dropsInput: false)
    }

    /// Published name of a parameter. A map that reads other numbers than the family's own must not be taken for it.
    func name(_ role: ParameterRole) -> String {
        if plan.pooling != nil, case .head(.classifier, let dense) = role {
            return "pooled_classifier.\(dense.published)"
        }
        if let tokenUse, case .head(.classifier, let dense) = role {
            return "\(tokenUse.published).\(dense.published)"
        }
        return dialect.name(role, plan)
    }

    /// Class of transformers that opens the folder.
    var architecture: String {
        if let tokenUse { return dialect.architecture(for: tokenUse) }
        return plan.pooling == nil
            ? dialect.sequenceArchitecture
            : dialect.sequenceArchitecture.dropLast(Dialect.sequenceEnding.count) + "Model"
    }
}
