internal import TextBasics

/// Code points in UTF-8 bytes. Whatever the bytes are, no read goes beyond them; a byte that starts no well-formed
/// sequence counts as a code point of its own beyond Unicode.
enum ScalarBytes {
    /// Stands for a byte that belongs to no sequence.
    static let malformed: UInt32 = 0x110000

    /// The code point at `at` and the bytes it takes.
    @inline(__always)
    static func decode(_ bytes: UnsafePointer<UInt8>, _ at: Int, _ count: Int) -> (
        scalar: UInt32, length: Int
    ) {
        guard let (scalar, length) = UTF8Decoding.scalar(at: bytes + at, limit: count - at) else {
            return (malformed, 1)
        }
        return (scalar, length)
    }

    /// Writes a code point and returns the bytes it took, at most four.
    @inline(__always)
    static func encode(_ scalar: UInt32, _ target: UnsafeMutablePointer<UInt8>) -> Int {
        UTF8Decoding.encode(scalar, target)
    }
}
