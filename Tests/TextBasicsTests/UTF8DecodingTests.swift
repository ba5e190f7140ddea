import Testing
import TextBasics

struct UTF8DecodingTests {
    private func first(_ bytes: [UInt8]) -> (value: UInt32, length: Int)? {
        bytes.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.flatMap { UTF8Decoding.scalar(at: $0, limit: buffer.count) }
        }
    }

    @Test func everyScalarIsReadAndWrittenAsTheStandardLibraryDoes() {
        var written: [UInt8] = []
        for value in 0...0x10FFFF as ClosedRange<UInt32> {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let bytes = Array(UTF8.encode(scalar)!)
            guard let (read, length) = first(bytes + [0x80]), read == value, length == bytes.count else {
                Issue.record("U+\(String(value, radix: 16)) is not read")
                continue
            }
            written.removeAll(keepingCapacity: true)
            UTF8Decoding.append(value, to: &written)
            if written != bytes { Issue.record("U+\(String(value, radix: 16)) is written as \(written)") }
        }
    }

    @Test(
        arguments: [
            [0x80], [0xBF, 0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x9F, 0xBF],
            [0xED, 0xA0, 0x80],
            [0xEA, 0xB0], [0xEA, 0xB0, 0x28], [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80],
            [0xF5, 0x80, 0x80, 0x80],
            [0xF0, 0x9F, 0x98], [0xFF],
        ] as [[UInt8]])
    func malformedSequencesAreRefused(bytes: [UInt8]) {
        #expect(first(bytes) == nil)
        #expect(bytes.withUnsafeBytes { firstMalformedByte(in: $0) } == 0)
    }
}
