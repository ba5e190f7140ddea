import CByteMasks
import Testing

/// The forms with vectors have to say what those without say.
struct ByteMasksTests {
    @Test func everyByteIsToldTheSameWithVectorsAndWithout() {
        for byte in 0...UInt8.max {
            for place in 0..<64 {
                var bytes = Array(repeating: byte &+ 1, count: 64)
                bytes[place] = byte
                #expect(byte_masks_spaces(bytes) == byte_masks_plain_spaces(bytes))
                #expect(byte_masks_alphanumeric(bytes) == byte_masks_plain_alphanumeric(bytes))
                #expect(byte_masks_beyond_ascii(bytes) == byte_masks_plain_beyond_ascii(bytes))
            }
        }
    }

    @Test func eachBitIsThatOfItsByte() {
        let text = Array("a b é Z09 [x]~".utf8)
        let bytes = text + Array(repeating: 0, count: 64 - text.count)
        func mask(_ holds: (UInt8) -> Bool) -> UInt64 {
            bytes.indices.reduce(0) { $0 | (holds(bytes[$1]) ? 1 << UInt64($1) : 0) }
        }
        #expect(byte_masks_spaces(bytes) == mask { $0 == 0x20 })
        #expect(byte_masks_beyond_ascii(bytes) == mask { $0 >= 0x80 })
        let letters = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".utf8)
        #expect(byte_masks_alphanumeric(bytes) == mask { letters.contains($0) })
    }
}
