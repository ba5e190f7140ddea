import Models

/// Copies the tensors of a folder's weights into a model, whatever dialect of names they use.
struct WeightLoader {
    let weights: StoredWeights
    let dialect: Dialect
    /// Tensors of the model that are not taken from the file.
    var leftOut: Set<String> = []

    init(weights: StoredWeights, dialect: Dialect) {
        self.weights = weights
        self.dialect = dialect
    }

    private var names: TensorNames { TensorNames(dialect: dialect) }

    func load(into parameters: ParameterSet) throws -> LoadReport {
        var sources: [String: StoredTensor] = [:]
        var ignored: [StoredTensor] = []
        for tensor in weights.tensors {
            let known = { parameters.entry(named: $0) != nil }
            guard let name = names.modelName(of: tensor.name, known: known), !leftOut.contains(name) else {
                ignored.append(tensor)
                continue
            }
            if let other = sources.updateValue(tensor, forKey: name) {
                throw TrainingError.file(
                    path: tensor.path,
                    problem: "tensors '\(other.name)' and '\(tensor.name)' are both '\(name)'")
            }
        }
        useTiedDecoder(of: parameters, for: &sources, among: &ignored)
        var loaded: [LoadReport.Line] = []
        var initialized: [LoadReport.Line] = []
        for entry in parameters.entries {
            guard let source = sources[entry.name] else {
                // Encoders are published without a head for what is to be learned.
                guard entry.part == .head else {
                    throw TrainingError.file(
                        path: weights.path,
                        problem: "has no tensor '\(entry.name)' \(entry.shape), which config.json requires")
                }
                initialized.append(.init(tensor: entry.name, shape: entry.shape, note: ""))
                continue
            }
            try copy(source, to: entry, of: parameters)
            let note = source.name == entry.name ? "" : "as \(source.name)"
            loaded.append(.init(tensor: entry.name, shape: entry.shape, note: note))
        }
        let unused = ignored.map {
            LoadReport.Line(tensor: $0.name, shape: $0.shape, note: reason($0.name))
        }
        let others = weights.others.map { LoadReport.Line(tensor: $0, shape: [], note: "no tensor") }
        return LoadReport(
            file: weights.title, loaded: loaded, initialized: initialized, ignored: unused + others)
    }

    private func reason(_ name: String) -> String {
        names.modelName(of: name, known: leftOut.contains) == nil
            ? names.reason(name) : "training starts with a new one"
    }

    /// Files that keep shared memory once may have the word vectors under the name of the decoder only.
    private func useTiedDecoder(
        of parameters: ParameterSet, for sources: inout [String: StoredTensor],
        among ignored: inout [StoredTensor]
    ) {
        guard let words = parameters.entry(for: .words)?.name, sources[words] == nil,
            let place = ignored.firstIndex(where: { $0.name == dialect.tiedDecoder })
        else { return }
        sources[words] = ignored.remove(at: place)
    }

    private func copy(_ tensor: StoredTensor, to entry: ParameterSet.Entry, of parameters: ParameterSet)
        throws
    {
        guard tensor.shape == entry.shape else {
            throw TrainingError.file(
                path: tensor.path,
                problem:
                    "tensor '\(tensor.name)' has shape \(tensor.shape); the model's '\(entry.name)' has shape "
                    + "\(entry.shape)")
        }
        let values = UnsafeMutableBufferPointer(rebasing: parameters.values[entry.range])
        do {
            try tensor.copy(values)
        } catch {
            throw TrainingError.file(path: tensor.path, problem: "\(error)")
        }
        guard let strange = values.firstIndex(where: { !$0.isFinite }) else { return }
        throw TrainingError.file(
            path: tensor.path,
            problem:
                "tensor '\(tensor.name)' holds \(values[strange]) at place \(strange); weights are finite")
    }
}
