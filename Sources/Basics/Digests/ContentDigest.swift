internal import Crypto
internal import TextBasics

/// SHA-256, by which everything here is named: 64 lower-case hex digits.
package struct ContentDigest {
    private var hash = SHA256()

    package init() {}

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        hash.update(bufferPointer: bytes)
    }

    package mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

    /// The digest of all bytes so far; more may follow.
    package func hexadecimal() -> String { Hexadecimal.text(hash.finalize()) }

    package static func of(_ bytes: UnsafeRawBufferPointer) -> String {
        var digest = ContentDigest()
        digest.update(bytes)
        return digest.hexadecimal()
    }

    package static func of(_ bytes: [UInt8]) -> String { bytes.withUnsafeBytes { of($0) } }

    package static func of(_ text: String) -> String { of(Array(text.utf8)) }

    /// The digest as four numbers, each of 8 bytes, big-endian, so that comparing numbers compares bytes.
    package static func words(of bytes: UnsafeRawBufferPointer) -> SIMD4<UInt64> {
        var hash = SHA256()
        hash.update(bufferPointer: bytes)
        return hash.finalize().withUnsafeBytes { digest in
            var words = SIMD4<UInt64>.zero
            for word in 0..<4 {
                words[word] = UInt64(
                    bigEndian: digest.loadUnaligned(fromByteOffset: word * 8, as: UInt64.self))
            }
            return words
        }
    }
}
