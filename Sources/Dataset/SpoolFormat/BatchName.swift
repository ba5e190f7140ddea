internal import TextBasics

/// The name of a sealed batch, `v1-<SHA-256>.batch`: the version of its format, and the SHA-256 of its bytes. A file with
/// such a name is whole, because it is renamed to it when it is written and synced.
package struct BatchName: Hashable, Sendable, CustomStringConvertible {
    package let version: Int
    /// 64 hex digits.
    package let digest: String

    /// Of the batches that this program writes.
    package static let currentVersion = 1
    /// What a batch that is being written ends with.
    package static let partialSuffix = ".partial"
    /// What the names of sealed batches match.
    package static let pattern = "*.batch"

    package init(digest: String) {
        version = Self.currentVersion
        self.digest = digest
    }

    /// - Parameter text: a file's name without its folder. `nil` if no batch is called so.
    package init?(_ text: String) {
        guard text.hasPrefix("v"), text.hasSuffix(".batch"), let dash = text.firstIndex(of: "-"),
            let version = Int(text[text.index(after: text.startIndex)..<dash])
        else { return nil }
        let digest = text[text.index(after: dash)...].dropLast(".batch".count)
        let isHex = digest.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        guard digest.utf8.count == 64, isHex else { return nil }
        self.version = version
        self.digest = String(digest)
    }

    package var description: String { "v\(version)-\(digest).batch" }
}
