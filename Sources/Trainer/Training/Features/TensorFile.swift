import Digests
import Files
package import ShardFormat

/// A tensor that is written into a safetensors file.
package struct NamedTensor {
    let declaration: SafetensorsDeclaration
    let write: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void

    /// - Parameter values: row-major, as many as the shape says.
    package init<Scalar: SafetensorsScalar>(_ name: String, _ values: [Scalar], shape: [Int]) {
        declaration = SafetensorsDeclaration(name, Scalar.safetensorsType, shape: shape)
        write = { sink in try values.withUnsafeBytes(sink) }
    }
}

/// A safetensors file of a few tensors that are in memory; equal tensors give equal bytes.
package enum TensorFile {
    /// - Returns: bytes of the file, and its SHA-256 in hexadecimal.
    /// - Throws: `SafetensorsError` for two tensors of one name, `FileError` when it cannot be written.
    @discardableResult
    package static func write(
        _ tensors: [NamedTensor], metadata: [String: String], to path: String
    ) throws -> (bytes: Int, sha256: String) {
        let layout = try SafetensorsLayout(
            tensors.map(\.declaration), metadata: metadata.merging(["format": "pt"]) { own, _ in own })
        var digest = ContentDigest()
        try DurableFile.write(path) { sink in
            func put(_ bytes: UnsafeRawBufferPointer) throws {
                digest.update(bytes)
                try sink(bytes)
            }
            try layout.headerBytes.withUnsafeBytes(put)
            for entry in layout.entries {
                try tensors.first { $0.declaration.name == entry.name }?.write(put)
            }
        }
        return (layout.byteCount, digest.hexadecimal())
    }
}
