import SeededRandom
import Testing
import TextBasics

struct HexadecimalTests {
    @Test func bytesTakeTwoLowerCaseDigits() {
        #expect(Hexadecimal.text([0x00, 0x0A, 0x7F, 0xFF] as [UInt8]) == "000a7fff")
        #expect(Hexadecimal.text([] as [UInt8]) == "")
    }

    @Test func wordsTakeSixteenDigits() {
        #expect(Hexadecimal.text(0 as UInt64) == "0000000000000000")
        #expect(Hexadecimal.text(0x0123_4567_89AB_CDEF as UInt64) == "0123456789abcdef")
        #expect(Hexadecimal.text(UInt64.max) == "ffffffffffffffff")
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func whatIsWrittenIsReadAgain(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let word = random.next() >> (seed % 64)
        var room: (UInt64, UInt64) = (0, 0)
        let read = withUnsafeMutableBytes(of: &room) { room in
            Hexadecimal.write(word, to: room.baseAddress!)
            return Hexadecimal.word(UnsafeRawBufferPointer(room))
        }
        #expect(read == word)
        #expect(Array(Hexadecimal.text(word).utf8).withUnsafeBytes { Hexadecimal.word($0) } == word)
    }

    @Test(arguments: [
        "", "0123", "0123456789abcdeF", "0123456789abcdeg", "0123456789abcdef0", "-123456789abcdef",
    ])
    func anythingButSixteenLowerCaseDigitsIsNotAWord(text: String) {
        #expect(Array(text.utf8).withUnsafeBytes { Hexadecimal.word($0) } == nil)
    }
}
