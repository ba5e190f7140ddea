internal import Sampling
internal import ShardFormat
internal import StageKit

/// The signatures of texts that a split compares. They depend on the text and the rules that clean it alone, so a stage
/// keeps them beside its split and the next run signs only texts that it has not met.
struct SplitSignatures {
    static let fileName = "signatures.safetensors"
    private static let clean = "clean"
    private static let near = "near_copies"

    static func bandName(_ band: Int) -> String { "band\(band)" }

    /// - Parameter rules: the clean rules in canonical JSON.
    /// - Returns: SHA-256 of the file, 64 hex digits.
    static func write(
        _ signatures: CopySignatures, toFolder folder: String, rules: String, _ rule: NearDuplicateRule
    ) throws -> String {
        let bands = signatures.bands.enumerated().map { band, keys in
            (name: bandName(band), column: ColumnTable.Column.int32(keys.map { Int32(bitPattern: $0) }))
        }
        let table = try ColumnTable(
            columns: [
                ("id", .int64(signatures.ids)), ("short", .uint8(signatures.short)),
                ("exact", .int64(signatures.exact.map { Int64(bitPattern: $0) })),
            ] + bands, metadata: [clean: rules, near: text(rule)])
        let file = try FileWriter(path: folder + "/" + fileName)
        var digest = ContentDigest()
        try table.write { bytes in
            digest.update(bytes)
            try file.write(bytes)
        }
        try file.finish()
        return digest.hexadecimal()
    }

    private static func text(_ rule: NearDuplicateRule) -> String { "\(rule.shingle) \(rule.threshold)" }

    /// What an earlier split kept; `nil` if it kept nothing for these rules, or the file is not as it was written.
    static func read(_ earlier: EarlierResult?, _ rule: NearDuplicateRule, rules: String) -> CopySignatures? {
        guard let earlier, let digest = earlier["split"]?.locator["signatures"]?.stringValue,
            let file = try? MappedFile(path: earlier.folder + "/" + fileName),
            file.withBytes({ ContentDigest.of($0) }) == digest,
            let table = try? file.withBytes({ try ColumnTable(decoding: $0) }),
            table.metadata[clean] == rules, table.metadata[near] == text(rule),
            let ids = try? table.int64("id"),
            let exact = try? table.int64("exact"), let short = try? table.uint8("short"),
            let bands = try? (0..<CopySignatures(rule).bands.count).map({ try table.int32(bandName($0)) })
        else { return nil }
        return CopySignatures(
            rule, ids: ids, exact: exact.map { UInt64(bitPattern: $0) },
            bands: bands.map { $0.map { UInt32(bitPattern: $0) } }, short: short)
    }
}
