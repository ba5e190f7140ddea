import Models
import ShardFormat

/// Copies the tensors of a safetensors file into a model, whatever dialect of names they bear.
struct WeightLoader {
    let path: String

    func load(into parameters: ParameterSet) throws -> LoadReport {
        let file = try MappedFile(path)
        defer { withExtendedLifetime(file) {} }
        let view: SafetensorsView
        do {
            view = try SafetensorsView(file.bytes)
        } catch {
            throw TrainingError.file(path: path, problem: "\(error)")
        }
        var sources: [String: SafetensorsEntry] = [:]
        var ignored: [LoadReport.Line] = []
        for entry in view.header.entries {
            guard
                let name = TensorNames.modelName(
                    of: entry.name, known: { parameters.entry(named: $0) != nil })
            else {
                ignored.append(
                    .init(tensor: entry.name, shape: entry.shape, note: TensorNames.reason(entry.name)))
                continue
            }
            if let other = sources.updateValue(entry, forKey: name) {
                throw TrainingError.file(
                    path: path, problem: "tensors '\(other.name)' and '\(entry.name)' are both '\(name)'")
            }
        }
        var loaded: [LoadReport.Line] = []
        var initialised: [LoadReport.Line] = []
        for entry in parameters.entries {
            guard let source = sources[entry.name] else {
                guard TensorNames.mayBeMissing(entry.name) else {
                    throw TrainingError.file(
                        path: path,
                        problem: "has no tensor '\(entry.name)' \(entry.shape), which config.json asks for")
                }
                initialised.append(.init(tensor: entry.name, shape: entry.shape, note: ""))
                continue
            }
            let tensor = view.tensor(source)
            try copy(tensor, to: entry, of: parameters)
            file.release(tensor.bytes)
            let note = source.name == entry.name ? "" : "as \(source.name)"
            loaded.append(.init(tensor: entry.name, shape: entry.shape, note: note))
        }
        return LoadReport(
            file: ModelFolder.weightsFile, loaded: loaded, initialised: initialised, ignored: ignored)
    }

    private func copy(_ tensor: SafetensorsTensor, to entry: ParameterSet.Entry, of parameters: ParameterSet)
        throws
    {
        guard tensor.entry.shape == entry.shape else {
            throw TrainingError.file(
                path: path,
                problem:
                    "tensor '\(tensor.entry.name)' has shape \(tensor.entry.shape); the model's '\(entry.name)' "
                    + "has shape \(entry.shape)")
        }
        let values = UnsafeMutableBufferPointer(rebasing: parameters.values[entry.range])
        do {
            try tensor.copyFloats(to: values)
        } catch {
            throw TrainingError.file(path: path, problem: "\(error)")
        }
        guard let strange = values.firstIndex(where: { !$0.isFinite }) else { return }
        throw TrainingError.file(
            path: path,
            problem:
                "tensor '\(tensor.entry.name)' holds \(values[strange]) at place \(strange); weights are finite"
        )
    }
}

/// The names that published files give to BERT's tensors.
enum TensorNames {
    /// The model's name of a tensor in a file, or nil where the model has no such tensor.
    ///
    /// Accepts the old LayerNorm names `gamma` and `beta`, and files without the prefix `bert.`.
    static func modelName(of name: String, known: (String) -> Bool) -> String? {
        var renamed = name
        for (old, new) in [("LayerNorm.gamma", "LayerNorm.weight"), ("LayerNorm.beta", "LayerNorm.bias")] {
            if renamed.hasSuffix(old) { renamed = renamed.dropLast(old.count) + new }
        }
        return [renamed, "bert." + renamed].first(where: known)
    }

    /// Why a tensor of a file is of no use here.
    static func reason(_ name: String) -> String {
        if name.hasSuffix("position_ids") { return "positions are counted" }
        if name.hasPrefix("cls.") { return "head for pretraining" }
        return "the model has no such tensor"
    }

    /// Whether training may start without a tensor: what encoders are published without.
    static func mayBeMissing(_ name: String) -> Bool {
        name.hasPrefix("bert.pooler.") || name.hasPrefix("classifier.")
    }
}
