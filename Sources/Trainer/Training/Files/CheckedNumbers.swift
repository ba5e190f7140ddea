import Digests
import Files
import ShardFormat

/// A file of numbers with their checksum: what is computed once and kept while a stage works, so that a killed run continues, and
/// what is damaged is computed again.
enum CheckedNumbers {
    static func write<Number: SafetensorsScalar>(_ numbers: [Number], named name: String, to path: String)
        throws
    {
        let sum = numbers.withUnsafeBytes { ContentDigest.of($0) }
        try TensorFile.write(
            [NamedTensor(name, numbers, shape: [numbers.count])], metadata: [CheckpointKey.checksum: sum],
            to: path)
    }

    /// - Returns: nil if there is no such file with this many numbers, or it is damaged.
    static func read<Number: SafetensorsScalar>(
        _ path: String, named name: String, count: Int, of type: Number.Type = Number.self
    ) -> [Number]? {
        guard let file = try? MappedFile(path: path) else { return nil }
        defer { withExtendedLifetime(file) {} }
        guard let view = try? SafetensorsView(file.bytes),
            let numbers = try? view.vector(name, of: Number.self).copied(), numbers.count == count
        else { return nil }
        let sum = numbers.withUnsafeBytes { ContentDigest.of($0) }
        return sum == view.metadata[CheckpointKey.checksum] ? numbers : nil
    }
}
