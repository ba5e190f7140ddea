private import Foundation
internal import ShardFormat
internal import StageKit

/// Shards that are finished before their stage is, kept where a later run finds them.
///
/// A file's name says how many of its rows were cut and what its bytes' SHA-256 is, so that one that a failing machine
/// left damaged is not taken for finished.
struct ShardWork {
    /// The stage's work folder: what is there belongs to the same fingerprint.
    let folder: String
    let vocabularySize: Int

    /// A finished shard.
    struct Finished {
        /// In the work folder.
        var path: String
        var rows: Int
        var tokens: Int
        var truncatedRows: Int
        var bytes: Int
        var sha256: String
        fileprivate var file: MappedFile
        fileprivate var view: TokenShardView

        /// Counts its rows as if they had just been made.
        func audit(unknown: Int32, _ auditor: inout TokenAuditor) {
            var ids: [Int32] = []
            for row in 0..<rows {
                ids.removeAll(keepingCapacity: true)
                view.appendTokens(of: row, to: &ids)
                auditor.add(
                    length: ids.count, unknown: ids.count { $0 == unknown }, truncated: row < truncatedRows)
            }
        }
    }

    /// The shard of this name, where an earlier run has finished it.
    func find(_ name: String) throws -> Finished? {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return nil }
        for entry in names where entry.hasPrefix(name + ".") {
            let parts = entry.dropFirst(name.count + 1).split(separator: ".")
            guard parts.count == 2, let truncated = Int(parts[0]) else { continue }
            let path = folder + "/" + entry
            let file = try MappedFile(path: path)
            let found = file.withBytes { bytes -> Finished? in
                guard ContentDigest.of(bytes) == parts[1],
                    let view = try? TokenShardView(bytes, vocabularySize: vocabularySize)
                else {
                    return nil
                }
                return Finished(
                    path: path, rows: view.rowCount, tokens: view.tokenCount, truncatedRows: truncated,
                    bytes: bytes.count, sha256: String(parts[1]), file: file, view: view)
            }
            if let found { return found }
        }
        return nil
    }

    /// Keeps a shard that has just been made.
    /// - Returns: where it is.
    func keep(_ bytes: [UInt8], as name: String, truncatedRows: Int, sha256: String) throws -> String {
        let draft = folder + "/" + name + ".draft"
        let file = try FileWriter(path: draft)
        try file.write(bytes)
        try file.finish()
        let path = "\(folder)/\(name).\(truncatedRows).\(sha256)"
        try? FileManager.default.removeItem(atPath: path)
        try FileManager.default.moveItem(atPath: draft, toPath: path)
        return path
    }

    /// Gives a kept shard a second name, in the output folder: it stays here until the stage is recorded.
    func publish(_ path: String, at target: String) throws {
        do {
            try FileManager.default.linkItem(atPath: path, toPath: target)
        } catch {
            // A file system without hard links.
            try FileManager.default.copyItem(atPath: path, toPath: target)
        }
    }
}
