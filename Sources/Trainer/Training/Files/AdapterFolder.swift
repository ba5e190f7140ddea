import Files
import Foundation
import HubFiles
import JSON

/// A folder of PEFT with low-rank adapters (LoRA) of a model that is elsewhere. The model is read as one whose weights have the
/// adapters in them.
struct AdapterFolder: Sendable {
    static let configurationFile = AdapterBase.configurationFile
    static let weightsFile = "adapter_model.safetensors"
    /// Before the names of the model's tensors.
    static let prefix = "base_model.model."
    private static let (down, up) = (".lora_A.weight", ".lora_B.weight")

    let path: String
    /// The folder of the model that they belong to.
    let base: String
    /// The class of transformers that the model with the adapters is of, or its ending; nil for one that gives rows scores.
    let architecture: String?
    /// Factor of the product of B and A.
    private let scale: Double
    /// Whether the maps are stored as `[in, out]`.
    private let storesInputFirst: Bool

    /// - Returns: `nil` for a folder without `adapter_config.json`.
    /// - Throws: ``TrainingError`` for adapters of another kind, or of a model that is not there.
    init?(_ path: String) throws {
        let file = path + "/" + Self.configurationFile
        guard FileManager.default.fileExists(atPath: file) else { return nil }
        let node: JSONValue
        do {
            node = try JSONValue(parsing: try MappedFile(path: file).copied())
        } catch let error as FileError {
            throw error
        } catch {
            throw TrainingError.file(path: file, problem: "\(error)")
        }
        self.path = path
        if let problem = Self.problem(with: node) { throw TrainingError.file(path: file, problem: problem) }
        guard let rank = node["r"]?.intValue, rank > 0, let alpha = node["lora_alpha"]?.doubleValue,
            alpha.isFinite
        else { throw TrainingError.file(path: file, problem: "names no rank (r) and lora_alpha") }
        let isStable = node["use_rslora"]?.boolValue == true
        scale = alpha / (isStable ? Double(rank).squareRoot() : Double(rank))
        storesInputFirst = node["fan_in_fan_out"]?.boolValue == true
        guard let name = node["base_model_name_or_path"]?.stringValue, !name.isEmpty else {
            throw TrainingError.file(path: file, problem: "names no base_model_name_or_path")
        }
        guard let base = AdapterBase.folder(named: name, of: path) else {
            throw TrainingError.advised(
                "\(file): the adapters belong to the model \(name), which is not on this machine",
                hint:
                    "put the model there, download it from the hub, or write its folder into base_model_name_or_path"
            )
        }
        self.base = base
        switch node["task_type"]?.stringValue {
        case "TOKEN_CLS": architecture = "ForTokenClassification"
        case "QUESTION_ANS": architecture = "ForQuestionAnswering"
        default: architecture = nil
        }
    }

    /// What of the configuration would be read otherwise than it is meant.
    private static func problem(with node: JSONValue) -> String? {
        let type = node["peft_type"]?.stringValue ?? "none"
        if type != "LORA" { return "peft_type is \(type); adapters of type LORA are read" }
        for key in ["use_dora", "use_qalora"] where node[key]?.boolValue == true {
            return "\(key) is true; such adapters are not read"
        }
        for key in ["layer_replication", "alora_invocation_tokens"] where node[key] ?? .null != .null {
            return "\(key) is set; such adapters are not read"
        }
        if let bias = node["bias"]?.stringValue, bias != "none" {
            return "bias is \(bias); adapters with bias none are read"
        }
        for key in ["rank_pattern", "alpha_pattern"] where node[key]?.objectValue?.isEmpty == false {
            return "\(key) gives some maps another rank or factor; adapters with one for all are read"
        }
        return nil
    }

    /// Paths of what says what the adapters do.
    var files: [String] { [Self.configurationFile, Self.weightsFile].map { path + "/" + $0 } }

    /// The weights of the base with the adapters in them, and with the modules that were trained whole.
    ///
    /// - Throws: ``TrainingError`` naming a tensor that belongs to nothing.
    func merged(into weights: StoredWeights) throws -> StoredWeights {
        let own = try StoredWeights.open(path + "/" + Self.weightsFile).tensors
        var adapters: [String: (down: StoredTensor?, up: StoredTensor?)] = [:]
        var whole: [String: StoredTensor] = [:]
        for tensor in own {
            guard tensor.name.hasPrefix(Self.prefix) else { throw strange(tensor, "belongs to no model") }
            let name = String(tensor.name.dropFirst(Self.prefix.count))
            if name.hasSuffix(Self.down) {
                adapters[name.dropLast(Self.down.count) + ".weight", default: (nil, nil)].down = tensor
            } else if name.hasSuffix(Self.up) {
                adapters[name.dropLast(Self.up.count) + ".weight", default: (nil, nil)].up = tensor
            } else if name.contains(".lora_") {
                throw strange(tensor, "is of an adapter that is no linear map's; such adapters are not read")
            } else {
                whole[name.replacing(".modules_to_save.", with: ".")] = tensor
            }
        }
        var tensors: [StoredTensor] = []
        let names = BaseNames(Array(adapters.keys) + Array(whole.keys))
        for tensor in weights.tensors {
            let name = names.name(of: tensor.name)
            if let trained = whole.removeValue(forKey: name) {
                tensors.append(trained.named(tensor.name))
            } else if let adapter = adapters.removeValue(forKey: name) {
                tensors.append(try merge(tensor, adapter.down, adapter.up))
            } else {
                tensors.append(tensor)
            }
        }
        if let (name, _) = adapters.first {
            throw TrainingError.model(
                "\(path): the base \(base) has no '\(name)', which an adapter belongs to")
        }
        // A head that the base lacks.
        tensors += whole.sorted { $0.key < $1.key }.map { $1.named($0) }
        return StoredWeights(
            title: "\(weights.title) with \(Self.weightsFile)", path: path + "/" + Self.weightsFile,
            tensors: tensors, others: weights.others)
    }

    private func strange(_ tensor: StoredTensor, _ what: String) -> TrainingError {
        .file(path: tensor.path, problem: "tensor '\(tensor.name)' \(what)")
    }

    /// W + scale · B · A, with W `[out, in]`, A `[rank, in]`, B `[out, rank]`; of W `[in, out]` the transposed product is added.
    private func merge(
        _ weight: StoredTensor, _ down: StoredTensor?, _ up: StoredTensor?
    ) throws -> StoredTensor {
        guard let down, let up else {
            throw TrainingError.model("\(path): the adapter of '\(weight.name)' lacks lora_A or lora_B")
        }
        let (outer, inner) = storesInputFirst ? (down, up) : (up, down)
        guard weight.shape.count == 2, down.shape.count == 2, up.shape.count == 2,
            down.shape[0] == up.shape[1],
            weight.shape == (storesInputFirst ? [down.shape[1], up.shape[0]] : [up.shape[0], down.shape[1]])
        else {
            throw TrainingError.model(
                "\(path): the adapter of '\(weight.name)' \(weight.shape) has the shapes \(down.shape) and \(up.shape)"
            )
        }
        let (scale, isTransposed) = (scale, storesInputFirst)
        return StoredTensor(name: weight.name, shape: weight.shape, path: up.path) { values in
            try weight.copy(values)
            let (rank, rows, columns) = (down.shape[0], weight.shape[0], weight.shape[1])
            let (left, right) = (try outer.values(), try inner.values())
            var sum = [Double](repeating: 0, count: columns)
            for row in 0..<rows {
                for column in sum.indices { sum[column] = 0 }
                for place in 0..<rank {
                    let factor = scale * Double(left[isTransposed ? place * rows + row : row * rank + place])
                    for column in 0..<columns {
                        sum[column] +=
                            factor
                            * Double(right[isTransposed ? column * rank + place : place * columns + column])
                    }
                }
                for column in 0..<columns {
                    values[row * columns + column] = Float(
                        Double(values[row * columns + column]) + sum[column])
                }
            }
        }
    }
}

/// What adapters call the tensors of their base. An encoder that was saved alone leaves out what its family's names begin with.
private struct BaseNames {
    private let names: Set<String>
    private let shortened: [String: String]

    init(_ names: [String]) {
        self.names = Set(names)
        shortened = Dictionary(
            names.compactMap { name in
                name.firstIndex(of: ".").map { (String(name[name.index(after: $0)...]), name) }
            }, uniquingKeysWith: { first, _ in first })
    }

    func name(of tensor: String) -> String {
        names.contains(tensor) ? tensor : shortened[tensor] ?? tensor
    }
}

extension StoredTensor {
    fileprivate func named(_ name: String) -> StoredTensor {
        StoredTensor(name: name, shape: shape, path: path, copy: copy)
    }

    fileprivate func values() throws -> [Float] {
        let count = shape.reduce(1, *)
        return try [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            let memory = UnsafeMutableBufferPointer(rebasing: buffer[0..<count])
            memory.initialize(repeating: 0)
            try copy(memory)
            initialized = count
        }
    }
}
