internal import TextBasics

/// The characters that stand for bytes in byte-level vocabularies, so that a vocabulary is text.
///
/// The printable bytes 21-7E, A1-AC and AE-FF stand for themselves, the 68 others for U+0100 and what follows, in order:
/// the space is `Ġ` (U+0120), the line feed `Ċ` (U+010A).
enum ByteAlphabet {
    /// Scalar value of each byte.
    static let scalars: [UInt32] = {
        var next: UInt32 = 0x100
        return (0...255).map { (byte: UInt32) in
            switch byte {
            case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return byte
            default:
                defer { next += 1 }
                return next
            }
        }
    }()

    private static let bytes: [UInt32: UInt8] = Dictionary(
        uniqueKeysWithValues: scalars.enumerated().map { ($1, UInt8($0)) })

    /// The bytes that a piece stands for; nil if one of its characters stands for none.
    static func bytes(of piece: [UInt8]) -> [UInt8]? {
        guard let scalars = UTF8Decoding.scalars(of: piece) else { return nil }
        let found = scalars.compactMap { bytes[$0] }
        return found.count == scalars.count ? found : nil
    }

    /// The piece that stands for these bytes.
    static func piece(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var piece: [UInt8] = []
        for byte in bytes { UTF8Decoding.append(scalars[Int(byte)], to: &piece) }
        return piece
    }
}
