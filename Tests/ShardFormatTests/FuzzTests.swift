import Foundation
import ShardFormat
import Testing

/// A safetensors file that was right once, changed a little: reading ends, with tensors inside the file or with words.
struct FuzzTests {
    /// How many files; SPLITVOTE_FUZZ=100000 for the long form.
    static let count = ProcessInfo.processInfo.environment["SPLITVOTE_FUZZ"].flatMap { Int($0) } ?? 3000

    private static let pieces: [[UInt8]] =
        [
            "{", "}", "[", "]", ",", ":", "\"", "0", "-1", "1e9", "9223372036854775807",
            "9223372036854775808", "null",
        ].map {
            Array($0.utf8)
        } + [[0xFF], [255, 255, 255, 255, 255, 255, 255, 127]]

    private static func whole() throws -> [UInt8] {
        let layout = try SafetensorsLayout(
            [
                .init("weight", .float32, shape: [2, 3]), .init("half", .float16, shape: [4]),
                .init("brain", .bfloat16, shape: [1, 2]), .init("none", .float64, shape: [0, 7]),
                .init("ids", .int64, shape: []),
            ], metadata: ["format": "pt"])
        return layout.headerBytes + Array(repeating: 0x3C, count: layout.byteCount - layout.headerBytes.count)
    }

    @Test(.timeLimit(.minutes(10)))
    func mutatedFilesAreReadOrRefused() throws {
        let whole = try Self.whole()
        var (accepted, refused) = (0, 0)
        for seed in 0..<Self.count {
            var random = TestRandom(state: UInt64(seed))
            var bytes = whole
            for _ in 0...random.next(below: 3) {
                let at = random.next(below: bytes.count + 1)
                switch random.next(below: 5) {
                case 0: bytes.insert(contentsOf: Self.pieces[random.next(below: Self.pieces.count)], at: at)
                case 1: bytes.removeSubrange(at..<min(bytes.count, at + 1 + random.next(below: 20)))
                case 2: if at < bytes.count { bytes[at] = UInt8(random.next(below: 256)) }
                case 3: if at < bytes.count { bytes[at] ^= UInt8(1 << random.next(below: 8)) }
                default:
                    // Another digit in the header keeps it well-formed, so that sizes and places are tried.
                    if let digit = bytes[8...].indices.filter({ (0x30...0x39).contains(bytes[$0]) }).first(
                        where: { _ in random.next(below: 8) == 0 })
                    {
                        bytes[digit] = UInt8(0x30 + random.next(below: 10))
                    }
                }
            }
            if Self.readAll(bytes) { accepted += 1 } else { refused += 1 }
        }
        #expect(accepted > 0 && refused > 0, "\(accepted) read, \(refused) refused")
    }

    private static func readAll(_ file: [UInt8]) -> Bool {
        file.withUnsafeBytes { bytes in
            guard let view = try? SafetensorsView(bytes) else { return false }
            for entry in view.header.entries where entry.count <= 1 << 16 {
                var values = [Float](repeating: 0, count: entry.count)
                values.withUnsafeMutableBufferPointer { try? view.tensor(entry).copyFloats(to: $0) }
            }
            return true
        }
    }
}
