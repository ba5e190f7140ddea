import Digests
import Files
import Foundation
package import ShardFormat

/// A folder of token shards with its manifest.
package struct ShardFolder: Sendable {
    package let path: String
    package let manifest: ShardManifest

    /// Reads the manifest of a folder.
    ///
    /// - Throws: ``TrainingError`` or `ShardError` that names the file.
    package init(_ path: String) throws {
        self.path = path
        let file = try MappedFile(path: path + "/" + ShardManifest.fileName)
        do {
            manifest = try ShardManifest(decoding: Data(file.copied()))
        } catch {
            throw TrainingError.file(path: path, problem: error.description)
        }
    }

    /// Maps the rows of a split; checks that files, rows and tokens are those of the manifest, and every byte of them by
    /// its SHA-256.
    ///
    /// - Parameter split: such as `train`.
    /// - Throws: ``TrainingError`` that names the file and the field.
    package func rows(of split: String) throws -> TokenRows {
        guard manifest.rows[split] != nil else {
            throw TrainingError.data(
                "\(path) has no split '\(split)'; it has \(manifest.rows.keys.sorted().joined(separator: ", "))"
            )
        }
        let files = manifest.files.filter { $0.split == split }
        let mapped = try files.map(map)
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
        for (file, mapped) in zip(files, mapped) { try check(mapped, against: file) }
        return rows
    }

    /// Checks the files of sides that are not read, so that a folder is either whole or refused.
    ///
    /// - Parameter splits: those that ``rows(of:)`` checks.
    /// - Throws: ``TrainingError`` that names the file.
    package func checkFiles(besides splits: Set<String>) throws {
        for file in manifest.files where !splits.contains(file.split) {
            try check(map(file), against: file)
        }
    }

    private func map(_ file: ShardManifest.File) throws -> MappedFile {
        let mapped = try MappedFile(path: path + "/" + file.path)
        guard mapped.bytes.count == file.bytes else {
            throw TrainingError.file(
                path: mapped.path,
                problem: "has \(mapped.bytes.count) bytes; the manifest says \(file.bytes)")
        }
        return mapped
    }

    /// A shard may be well-formed and still say something else than when it was made.
    private func check(_ mapped: MappedFile, against file: ShardManifest.File) throws(TrainingError) {
        let found = mapped.withBytes { ContentDigest.of($0) }
        guard found == file.sha256 else {
            throw .file(
                path: mapped.path,
                problem:
                    "was changed since it was made: its SHA-256 is \(found), the manifest says \(file.sha256). "
                    + "Make the shards again, or copy them again from where they were made")
        }
    }
}
