internal import Crypto

/// The key of a comment within its source.
enum CommentKey {
    /// Length of the key of a comment that has no number of its source's own.
    static let derivedCount = 16
    /// Stands between article key and text where a key is made of them.
    static let separator: UInt8 = 0x1F
    private static let digits = Array("0123456789abcdef".utf8)

    /// First 8 bytes of SHA-256(`bytes`), big-endian. Over article key, 0x1F and text it is the key of a comment
    /// without a number.
    static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        SHA256.hash(data: bytes).withUnsafeBytes { UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)) }
    }

    /// Writes `value` as 16 hex digits.
    static func write(_ value: UInt64, to target: UnsafeMutableRawPointer) {
        digits.withUnsafeBytes { digits in
            for index in 0..<derivedCount {
                let nibble = Int(value >> UInt64(60 - 4 * index) & 15)
                target.storeBytes(of: digits[nibble], toByteOffset: index, as: UInt8.self)
            }
        }
    }

    /// The number under which a key is remembered: its value where it is 16 lower-case hex digits, so that derived
    /// keys never meet another's number, and a hash of its bytes otherwise.
    static func number(of key: UnsafeRawBufferPointer) -> (value: UInt64, isExact: Bool) {
        if let value = derivedValue(key) { return (value, true) }
        var state: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in key { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return (mixed(state), false)
    }

    /// The value of a key that may be made of article and text: 16 lower-case hex digits; `nil` for all others.
    static func derivedValue(_ key: UnsafeRawBufferPointer) -> UInt64? {
        guard key.count == derivedCount else { return nil }
        var value: UInt64 = 0
        for byte in key {
            switch byte {
            case 0x30...0x39: value = value << 4 | UInt64(byte - 0x30)
            case 0x61...0x66: value = value << 4 | UInt64(byte - 0x57)
            default: return nil
            }
        }
        return value
    }

    /// Spreads the bits of an FNV-1a state; the finaliser of SplitMix64.
    private static func mixed(_ state: UInt64) -> UInt64 {
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
