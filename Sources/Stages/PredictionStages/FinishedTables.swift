internal import ShardFormat
internal import StageKit

/// Rows that are finished before their stage is, kept where a later run finds them.
///
/// Each file is called by how many there were before it and by its bytes' SHA-256, so that one which a failing machine left
/// damaged is not taken for finished.
struct FinishedTables {
    /// The stage's work folder: what lies there belongs to the same fingerprint.
    let folder: String
    /// What tables have to say of themselves: what their rows depend on beside the texts.
    let metadata: [String: String]

    /// All tables that earlier runs have finished, and how many files there are.
    func find() throws -> (tables: [ColumnTable], files: Int) {
        var tables: [ColumnTable] = []
        let names = try Disk.names(in: folder).filter { !$0.hasSuffix(Self.draft) }.sorted()
        for name in names {
            let parts = name.split(separator: ".")
            guard parts.count == 2 else { continue }
            let file = try MappedFile(path: folder + "/" + name)
            let table = try file.withBytes { bytes -> ColumnTable? in
                guard ContentDigest.of(bytes) == parts[1] else { return nil }
                let table = try ColumnTable(decoding: bytes)
                return table.metadata == metadata ? table : nil
            }
            if let table { tables.append(table) }
        }
        return (tables, names.count)
    }

    private static let draft = "draft"

    /// Keeps rows that have just been made.
    /// - Parameter number: how many files there are already.
    func keep(_ table: ColumnTable, number: Int) throws {
        let draft = folder + "/" + Self.draft
        let file = try FileWriter(path: draft)
        var digest = ContentDigest()
        try table.write { bytes in
            digest.update(bytes)
            try file.write(bytes)
        }
        try file.finish()
        _ = try Disk.rename(draft, to: "\(folder)/\(number).\(digest.hexadecimal())")
    }
}
