internal import ShardFormat
internal import StageKit

extension ColumnTable {
    /// Writes a file of the stage's output.
    /// - Returns: SHA-256 of the file, 64 hex digits.
    func writeDigested(to path: String) throws -> String {
        let file = try FileWriter(path: path)
        var digest = ContentDigest()
        try write { bytes in
            digest.update(bytes)
            try file.write(bytes)
        }
        try file.finish()
        return digest.hexadecimal()
    }
}
