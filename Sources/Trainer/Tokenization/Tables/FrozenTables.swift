/// Character tables of one reference, as generated text.
///
/// Numbers are little-endian digits of five bits in the base-64 alphabet, the sixth bit saying that another
/// digit follows; white space between them means nothing. Decoded once into ``UnicodeTables``.
struct FrozenTables: Sendable {
    let version: String
    /// Runs over all code points: length, ``UnicodeTables/Properties`` bits.
    let properties: StaticString
    /// Runs over all code points: length, canonical combining class.
    let combiningClasses: StaticString
    /// Full canonical decompositions except of Hangul: distance to the entry before, length, scalar values.
    let decompositions: StaticString
    /// Lower-case mappings of one scalar value: distance to the entry before, length, scalar values.
    let lowercase: StaticString
    /// Canonical compositions except of Hangul: first, second, composed.
    let compositions: StaticString
}

/// Reads the numbers of a frozen table.
struct FrozenNumbers: Sequence, IteratorProtocol {
    private let text: UnsafeBufferPointer<UInt8>
    private var at = 0

    init(_ text: StaticString) {
        self.text = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    }

    mutating func next() -> UInt32? {
        var value: UInt32 = 0
        var shift: UInt32 = 0
        while at < text.count {
            let byte = text[at]
            at += 1
            guard let digit = Self.digit(byte) else { continue }
            value |= (digit & 31) << shift
            if digit < 32 { return value }
            shift += 5
        }
        return nil
    }

    private static func digit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte) - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte) - 97 + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte) - 48 + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
