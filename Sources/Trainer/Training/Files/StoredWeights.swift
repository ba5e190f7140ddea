import Files
import Foundation
import HubFiles
import ShardFormat
import TorchFormat

/// One tensor of a folder's weights, in whatever kind of file it is.
struct StoredTensor {
    let name: String
    let shape: [Int]
    /// Path of the file.
    let path: String
    /// Copies its elements, as many as the shape says; they are not checked.
    let copy: (UnsafeMutableBufferPointer<Float>) throws -> Void
}

/// The weights of a model folder: one file, or several with an index.
struct StoredWeights {
    /// The file that was opened first, and how many belong to it.
    let title: String
    /// Path of that file.
    let path: String
    let tensors: [StoredTensor]
    /// Things in the files that are not tensors, by name.
    let others: [String]

    static let singleSafetensors = "model.safetensors"

    /// What is read, the first that is there.
    static let readableNames = [
        singleSafetensors, "model.safetensors.index.json", "pytorch_model.bin",
        "pytorch_model.bin.index.json",
    ]

    /// Name of the weights' file in a folder, or nil if there is none.
    static func name(in folder: String, exists: (String) throws -> Bool) rethrows -> String? {
        try readableNames.first { try exists(folder + "/" + $0) }
    }

    init(title: String, path: String, tensors: [StoredTensor], others: [String]) {
        (self.title, self.path, self.tensors, self.others) = (title, path, tensors, others)
    }

    /// Opens the weights of a folder, which must have some.
    ///
    /// - Throws: ``TrainingError`` that names the file.
    init(folder: String, name: String) throws {
        path = folder + "/" + name
        if name.hasSuffix(".index.json") {
            let files = try WeightIndex(path).open(in: folder)
            tensors = files.flatMap(\.tensors)
            others = files.flatMap(\.others)
            title = "\(name), \(files.count) file\(files.count == 1 ? "" : "s")"
        } else {
            let file = try Self.open(path)
            (tensors, others, title) = (file.tensors, file.others, name)
        }
    }

    /// Names of all files that the weights under a name are in.
    static func fileNames(of name: String, in folder: String) throws -> [String] {
        name.hasSuffix(".index.json") ? try WeightIndex(folder + "/" + name).fileNames : [name]
    }

    typealias File = (tensors: [StoredTensor], others: [String])

    /// Opens one file by the end of its name.
    static func open(_ path: String) throws -> File {
        let file = try MappedFile(path: path)
        if let standIn = file.withBytes({ StandIn(start: $0.prefix(1024), size: $0.count) }) {
            throw TrainingError.file(path: path, problem: standIn.problem)
        }
        do {
            return path.hasSuffix(".safetensors") ? (try safetensors(file), []) : try torch(file)
        } catch let error as TrainingError {
            throw error
        } catch {
            throw TrainingError.file(path: path, problem: "\(error)")
        }
    }

    private static func safetensors(_ file: MappedFile) throws -> [StoredTensor] {
        let view = try SafetensorsView(file.bytes)
        return view.header.entries.map { entry in
            StoredTensor(name: entry.name, shape: entry.shape, path: file.path) { values in
                let tensor = view.tensor(entry)
                try tensor.copyFloats(to: values)
                file.release(tensor.bytes)  // and keeps the file mapped until here
            }
        }
    }

    private static func torch(_ file: MappedFile) throws -> File {
        let saved = try TorchFile(file.bytes, release: file.release)
        let tensors = saved.tensors.map { tensor in
            StoredTensor(name: tensor.name, shape: tensor.shape, path: file.path) { values in
                try saved.copyFloats(of: tensor, to: values)
                file.release(saved.bytes(of: tensor))
            }
        }
        return (tensors, saved.others)
    }
}
