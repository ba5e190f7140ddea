internal import ShardFormat
internal import StageKit

/// Scores that are finished before their stage is, kept where a later run finds them.
///
/// Each file is called by how many there were before it and by its bytes' SHA-256, so that one which a failing machine left
/// damaged is not taken for finished.
struct PredictionWork {
    /// The stage's work folder: what lies there belongs to the same fingerprint.
    let folder: String
    /// What the scores depend on beside the texts.
    let key: String
    /// Scores of a row.
    let width: Int

    /// All rows that earlier runs have finished, and how many files they are in.
    func find() throws -> (blocks: [ScoredRows], files: Int) {
        var blocks: [ScoredRows] = []
        let names = try Disk.names(in: folder).filter { !$0.hasSuffix(Self.draft) }.sorted()
        for name in names {
            let parts = name.split(separator: ".")
            guard parts.count == 2 else { continue }
            let file = try MappedFile(path: folder + "/" + name)
            let rows = try file.withBytes { bytes -> ScoredRows? in
                guard ContentDigest.of(bytes) == parts[1] else { return nil }
                let table = try ColumnTable(decoding: bytes)
                return table.metadata == (try ScoredRows(width: width).table(key: key)).metadata
                    ? try ScoredRows(table, width: width) : nil
            }
            if let rows { blocks.append(rows) }
        }
        return (blocks, names.count)
    }

    private static let draft = "draft"

    /// Keeps rows that have just been scored.
    /// - Parameter number: how many files there are already.
    func keep(_ rows: ScoredRows, number: Int) throws {
        let draft = folder + "/" + Self.draft
        let file = try FileWriter(path: draft)
        var digest = ContentDigest()
        try rows.table(key: key).write { bytes in
            digest.update(bytes)
            try file.write(bytes)
        }
        try file.finish()
        _ = try Disk.rename(draft, to: "\(folder)/\(number).\(digest.hexadecimal())")
    }
}
