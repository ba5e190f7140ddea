/// What one of our safetensors files says about itself in its metadata.
struct FileMark {
    static let prefix = "splitvote."
    private static let formatKey = prefix + "format"
    private static let versionKey = prefix + "version"

    let format: String
    let version: String

    /// `metadata` with the mark; `format: pt` is beside it because some readers refuse files without it.
    func added(to metadata: [String: String]) -> [String: String] {
        metadata.merging([Self.formatKey: format, Self.versionKey: version, "format": "pt"]) { _, own in own }
    }

    static func removed(from metadata: [String: String]) -> [String: String] {
        metadata.filter { !$0.key.hasPrefix(prefix) && $0.key != "format" }
    }

    func check(_ metadata: [String: String]) throws(ShardError) {
        guard let found = metadata[Self.formatKey] else {
            throw ShardError(
                "a safetensors file without '\(Self.formatKey)' in its metadata; expected '\(format)'")
        }
        guard found == format else { throw ShardError("a file of format '\(found)'; expected '\(format)'") }
        let foundVersion = metadata[Self.versionKey] ?? "none"
        guard foundVersion == version else {
            throw ShardError(
                "a \(format) of version \(foundVersion); this program reads version \(version)")
        }
    }
}
