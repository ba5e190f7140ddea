internal import Digests
internal import SeededRandom
internal import TextBasics

/// The key of a comment within its source.
enum CommentKeyHash {
    /// Length of the key of a comment that has no number of its source's own.
    static let derivedCount = Hexadecimal.digitsOfWord
    /// Stands between article key and text where a key is made of them.
    static let separator: UInt8 = 0x1F

    /// First 8 bytes of SHA-256(`bytes`), big-endian. Over article key, 0x1F and text it is the key of a comment
    /// without a number.
    static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        ContentDigest.words(of: bytes)[0]
    }

    /// The number under which a key is remembered: its value where it is 16 lower-case hex digits, so that derived
    /// keys never meet another's number, and a hash of its bytes otherwise.
    static func number(of key: UnsafeRawBufferPointer) -> (value: UInt64, isExact: Bool) {
        if let value = Hexadecimal.word(key) { return (value, true) }
        var state: UInt64 = 0xcbf2_9ce4_8422_2325
        // FNV-1a, its bits spread.
        for byte in key { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return (SplitMix64.mix(state), false)
    }
}
