import GzipFormat
import Testing

struct DeflateInflaterTests {
    /// A text as zlib and as raw deflate: stored blocks, which need no encoder.
    private static let plain = Array("deflated deflated".utf8)

    private static var raw: [UInt8] {
        let count = UInt8(plain.count)
        return [1, count, 0, ~count, 0xFF] + plain
    }

    private static var zlib: [UInt8] {
        var (low, high): (UInt32, UInt32) = (1, 0)
        for byte in plain {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        let sum = high << 16 | low
        return [0x78, 0x01] + raw + (0..<4).map { UInt8(truncatingIfNeeded: sum >> (24 - 8 * UInt32($0))) }
    }

    private func inflated(_ bytes: [UInt8], step: Int) throws -> [UInt8] {
        let inflater = DeflateInflater()
        var result: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: step) {
            try Array(bytes[start..<min(bytes.count, start + step)]).withUnsafeBytes { piece in
                try inflater.inflate(piece) { result += $0 }
            }
        }
        try inflater.finish()
        return result
    }

    @Test(arguments: [1, 2, 3, 100])
    func bothFormsAreRead(step: Int) throws {
        #expect(try inflated(Self.raw, step: step) == Self.plain)
        #expect(try inflated(Self.zlib, step: step) == Self.plain)
    }

    @Test func whatIsCutOffOrDamagedIsRefused() throws {
        #expect(throws: GzipError.self) { try inflated(Array(Self.zlib.dropLast(8)), step: 100) }
        var damaged = Self.zlib
        damaged[damaged.count - 1] ^= 1
        #expect(throws: GzipError.self) { try inflated(damaged, step: 100) }
    }
}
