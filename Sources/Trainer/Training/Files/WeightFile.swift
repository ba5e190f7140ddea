import Files
package import Models
import ShardFormat

/// Writes weights as Hugging Face names them.
package enum WeightFile {
    /// Name of the file in a model's folder.
    package static let name = StoredWeights.singleSafetensors

    /// Writes tensors as one safetensors file, whole or not at all; the same weights give the same bytes.
    ///
    /// - Parameters:
    ///   - tensors: with the sets that they are in.
    ///   - name: of each in the file.
    package static func write(
        _ tensors: [(entry: ParameterSet.Entry, set: ParameterSet)], to path: String,
        name: (ParameterSet.Entry) -> String = \.name
    ) throws {
        let layout = try SafetensorsLayout(
            tensors.map { SafetensorsDeclaration(name($0.entry), .float32, shape: $0.entry.shape) },
            metadata: ["format": "pt"])
        try DurableFile.write(path) { sink in
            try layout.headerBytes.withUnsafeBytes(sink)
            for placed in layout.entries {
                guard let tensor = tensors.first(where: { name($0.entry) == placed.name }) else { continue }
                try sink(
                    UnsafeRawBufferPointer(
                        UnsafeMutableBufferPointer(rebasing: tensor.set.values[tensor.entry.range])))
            }
        }
    }
}
