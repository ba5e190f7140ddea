import SeededRandom
import Testing
import TextBasics

struct UTF8CheckTests {
    static let pieces = [
        "a", "b, ", "é", "한", "글", "ᄒ", "漢", "😀", "\u{7FF}", "\u{800}", "\u{FFFF}", "\u{10FFFF}", "\0",
    ]

    @Test(arguments: 0..<200 as Range<UInt64>)
    func agreesWithTheStandardLibrary(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<50 {
            var bytes = Array(
                (0..<40).map { _ in Self.pieces.randomElement(using: &random) ?? "" }.joined().utf8)
            for _ in 0..<Int.random(in: 0...2, using: &random) where !bytes.isEmpty {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                bytes[at] = UInt8.random(in: 0...255, using: &random)
            }
            let malformed = bytes.withUnsafeBytes { firstMalformedByte(in: $0) }
            #expect((String(validating: bytes, as: UTF8.self) == nil) == (malformed != nil), "\(bytes)")
            if let malformed {
                #expect(String(validating: bytes[..<malformed], as: UTF8.self) != nil, "\(bytes)")
            }
        }
    }

    @Test func everyScalarIsWellFormedAndEveryOtherSequenceOfThreeIsNot() {
        for value in 0...0x10FFFF as ClosedRange<UInt32> {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let bytes = Array(String(Character(scalar)).utf8) + [0x20, 0x20]
            if bytes.withUnsafeBytes({ firstMalformedByte(in: $0) }) != nil {
                Issue.record("U+\(String(value, radix: 16)) is refused")
            }
        }
        for surrogate in 0xD800...0xDFFF {
            let bytes: [UInt8] = [
                0xED, UInt8(0x80 | surrogate >> 6 & 0x3F), UInt8(0x80 | surrogate & 0x3F), 0x20,
            ]
            #expect(bytes.withUnsafeBytes { firstMalformedByte(in: $0) } == 0)
        }
    }

    /// Long texts are looked at in blocks; the place must not depend on where a block begins.
    @Test(arguments: 0..<33)
    func theFirstMalformedByteIsFoundWhereverItIs(shift: Int) throws {
        let whole = Array(
            (String(repeating: "x", count: shift) + "한 글é과 word😀 \u{D7A3}\u{E000}끝, and more of it 하나").utf8)
        #expect(whole.withUnsafeBytes { firstMalformedByte(in: $0) } == nil)
        let awkward: [UInt8] = [
            0x20, 0x80, 0x9F, 0xA0, 0xBF, 0xC0, 0xC3, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0xFF,
        ]
        for at in whole.indices {
            for byte in awkward {
                var bytes = whole
                bytes[at] = byte
                // The longest beginning that is well-formed ends where the first malformed sequence starts.
                let ends = (0...bytes.count).filter { String(validating: bytes[..<$0], as: UTF8.self) != nil }
                let longest = try #require(ends.last)
                let found = bytes.withUnsafeBytes { firstMalformedByte(in: $0) }
                #expect(found == (longest == bytes.count ? nil : longest), "\(shift): \(at) = \(byte)")
            }
            let cut = Array(whole[..<at])
            let found = cut.withUnsafeBytes { firstMalformedByte(in: $0) }
            #expect(
                (found == nil) == (String(validating: cut, as: UTF8.self) != nil), "\(shift), cut at \(at)")
        }
    }

    /// Long runs of ASCII are passed over, but not the beginning of a sequence before them.
    @Test(
        arguments: [
            [0xC3], [0xE3], [0xE3, 0x81], [0xF0], [0xF0, 0x9F], [0xF0, 0x9F, 0x98], [0x80], [0xFF],
        ] as [[UInt8]])
    func aSequenceThatARunOfASCIICutsOffIsFoundWhereverItIs(cut: [UInt8]) {
        for before in 0..<200 {
            for after in [0, 1, 15, 16, 63, 64, 65, 200] {
                let bytes =
                    Array(repeating: UInt8(ascii: "x"), count: before) + cut
                    + Array(repeating: UInt8(ascii: "y"), count: after)
                #expect(bytes.withUnsafeBytes { firstMalformedByte(in: $0) } == before)
            }
        }
    }
}
