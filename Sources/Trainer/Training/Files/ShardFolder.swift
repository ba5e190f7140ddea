import Foundation
public import ShardFormat

/// A folder of token shards with its manifest.
public struct ShardFolder: Sendable {
    public let path: String
    public let manifest: ShardManifest

    /// Reads the manifest of a folder.
    ///
    /// - Throws: ``TrainingError`` or `ShardError` that names the file.
    public init(_ path: String) throws {
        self.path = path
        let file = try MappedFile(path + "/" + ShardManifest.fileName)
        do {
            manifest = try ShardManifest(decoding: Data(file.copied()))
        } catch {
            throw TrainingError.file(path: path, problem: error.description)
        }
    }

    /// Maps the rows of a split; checks that files, rows and tokens are those of the manifest.
    ///
    /// - Parameters:
    ///   - split: such as `train`.
    ///   - digest: SHA-256 in hexadecimal, compared with the manifest's where given.
    /// - Throws: ``TrainingError`` that names the file and the field.
    public func rows(
        of split: String, digest: ((UnsafeRawBufferPointer) -> String)? = nil
    ) throws -> TokenRows {
        guard manifest.rows[split] != nil else {
            throw TrainingError.data(
                "\(path) has no split '\(split)'; it has \(manifest.rows.keys.sorted().joined(separator: ", "))"
            )
        }
        let files = manifest.files.filter { $0.split == split }
        let mapped = try files.map { file in
            let mapped = try MappedFile(path + "/" + file.path)
            guard mapped.bytes.count == file.bytes else {
                throw TrainingError.file(
                    path: mapped.path,
                    problem: "has \(mapped.bytes.count) bytes; the manifest says \(file.bytes)")
            }
            if let found = digest.map({ mapped.withBytes($0) }), found != file.sha256 {
                throw TrainingError.file(
                    path: mapped.path, problem: "has SHA-256 \(found); the manifest says \(file.sha256)")
            }
            return mapped
        }
        let rows = try TokenRows(
            owners: mapped, vocabularySize: manifest.tokenizer.vocabularySize,
            labelCount: manifest.labelNames.count,
            maxTokens: manifest.maxTokens)
        let (expectedRows, expectedTokens) = files.reduce((0, 0)) { ($0.0 + $1.rows, $0.1 + $1.tokens) }
        guard rows.count == expectedRows, rows.tokenCount == expectedTokens else {
            throw TrainingError.data(
                "\(path), split '\(split)': \(rows.count) rows and \(rows.tokenCount) tokens; the manifest says "
                    + "\(expectedRows) and \(expectedTokens)")
        }
        return rows
    }
}
