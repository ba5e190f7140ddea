internal import StageKit

/// What is kept of an author: enough to distinguish authors, but not to identify them without the salt.
enum AuthorHash {
    /// First 16 hex digits of SHA-256(salt, 0x1F, author).
    static func of(_ author: [UInt8], salt: [UInt8]) -> String {
        String(ContentDigest.of(salt + [0x1F] + author).prefix(16))
    }
}
