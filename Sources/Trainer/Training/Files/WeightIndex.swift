import Files
import JSON

/// The index of weights in several files: `model.safetensors.index.json` or `pytorch_model.bin.index.json`.
///
/// `{"metadata": {…}, "weight_map": {"bert.pooler.dense.bias": "model-00002-of-00002.safetensors", …}}`
struct WeightIndex {
    private let path: String
    /// File of each tensor, in the order of the index.
    private let places: [(tensor: String, file: String)]

    /// Reads an index and checks that it names files beside itself only.
    ///
    /// - Throws: ``TrainingError`` that names the index.
    init(_ path: String) throws {
        self.path = path
        let node: JSONValue
        do {
            node = try JSONValue(parsing: try MappedFile(path: path).copied())
        } catch let error as JSONError {
            throw TrainingError.file(path: path, problem: "\(error)")
        }
        guard let members = node["weight_map"]?.members, !members.isEmpty else {
            throw TrainingError.file(
                path: path, problem: "has no 'weight_map'; an index maps the name of each tensor to its file")
        }
        let ending = path.hasSuffix(".safetensors.index.json") ? ".safetensors" : ".bin"
        places = try members.map { member in
            guard let file = member.value.stringValue else {
                throw TrainingError.file(
                    path: path,
                    problem:
                        "weight_map gives \(member.value.kindName) for '\(member.key)'; expected a file's name"
                )
            }
            guard Self.isPlainName(file), file.hasSuffix(ending) else {
                throw TrainingError.file(
                    path: path,
                    problem:
                        "weight_map names '\(file)' for '\(member.key)'; expected a \(ending) file next to the index, "
                        + "without a folder")
            }
            return (member.key, file)
        }
    }

    private static func isPlainName(_ name: String) -> Bool {
        !name.isEmpty && !name.hasPrefix(".")
            && !name.utf8.contains { $0 == 0 || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }
    }

    /// Names of the files, each once, in the order of the index.
    var fileNames: [String] {
        var names: [String] = []
        for place in places where !names.contains(place.file) { names.append(place.file) }
        return names
    }

    /// Opens all files and checks that each tensor is where the index says, and nowhere else.
    ///
    /// - Throws: ``TrainingError`` that names the tensor and the files.
    func open(in folder: String) throws -> [StoredWeights.File] {
        let names = fileNames
        let files = try names.map { try StoredWeights.open(folder + "/" + $0) }
        var found: [[UInt8]: String] = [:]
        for (name, file) in zip(names, files) {
            for tensor in file.tensors {
                guard let other = found.updateValue(name, forKey: Array(tensor.name.utf8)) else { continue }
                throw TrainingError.file(
                    path: path, problem: "tensor '\(tensor.name)' is in \(other) and in \(name)")
            }
        }
        for place in places {
            let file = found[Array(place.tensor.utf8)]
            guard file != place.file else { continue }
            throw TrainingError.file(
                path: path,
                problem: "\(place.file) has no tensor '\(place.tensor)', which the index says it has"
                    + (file.map { "; it is in \($0)" } ?? ""))
        }
        return files
    }
}
