import Testing
import TextEncoding

struct TranscoderTests {
    private func text(_ bytes: [UInt8], _ encoding: String, piece: Int = 1 << 16) throws -> (
        [UInt8], faults: Int
    ) {
        let transcoder = try #require(Transcoder(encoding))
        var result: [UInt8] = []
        bytes.withUnsafeBytes { all in
            var at = 0
            while at < all.count {
                let end = min(at + piece, all.count)
                transcoder.feed(UnsafeRawBufferPointer(rebasing: all[at..<end])) {
                    result.append(contentsOf: $0)
                }
                at = end
            }
            transcoder.feed(UnsafeRawBufferPointer(start: nil, count: 0), final: true) {
                result.append(contentsOf: $0)
            }
        }
        return (result, transcoder.faults)
    }

    /// 뷁 is one of the syllables that EUC-KR lacks and cp949 has.
    @Test(arguments: 1...7)
    func aCharacterThatIsCutByThePieceIsReadWhole(piece: Int) throws {
        let bytes: [UInt8] = [0xB1, 0xDB, 0x20, 0x94, 0xEE, 0x0A, 0x61]
        let (found, faults) = try text(bytes, "CP949", piece: piece)
        #expect(String(decoding: found, as: UTF8.self) == "글 뷁\na")
        #expect(faults == 0)
    }

    @Test(arguments: 1...5)
    func wideCharactersAreReadWhole(piece: Int) throws {
        let bytes = Array("글 😀\n".utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        let (found, faults) = try text(bytes, "UTF-16LE", piece: piece)
        #expect(String(decoding: found, as: UTF8.self) == "글 😀\n")
        #expect(faults == 0)
    }

    @Test func whatIsNotACharacterMarksItsRowAndNoOther() throws {
        let (found, faults) = try text([0x61, 0xFF, 0xFF, 0x0A, 0xB1, 0xDB, 0x0A, 0xB1], "CP949")
        #expect(found == [0x61, 0xFF, 0x0A] + Array("글\n".utf8) + [0xFF])
        #expect(faults == 2)
    }

    @Test func anUnknownEncodingIsNone() { #expect(Transcoder("CP00") == nil) }
}

struct EncodingGuessTests {
    private func guess(_ bytes: [UInt8], isWhole: Bool = true) -> EncodingGuess {
        bytes.withUnsafeBytes { EncodingGuess($0, isWhole: isWhole) }
    }

    @Test func aMarkDecides() {
        #expect(guess([0xEF, 0xBB, 0xBF, 0x61]) == .mark("UTF-8", length: 3))
        #expect(guess([0xFF, 0xFE, 0x61, 0]) == .mark("UTF-16LE", length: 2))
        #expect(guess([0xFE, 0xFF, 0, 0x61]) == .mark("UTF-16BE", length: 2))
        #expect(guess([0xFF, 0xFE, 0, 0]) == .mark("UTF-32LE", length: 4))
    }

    @Test func zeroesShowUTF16WithoutAMark() {
        let text = "id,comment\n1,text\n".utf16
        #expect(guess(text.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }) == .wide("UTF-16LE"))
        #expect(guess(text.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }) == .wide("UTF-16BE"))
    }

    @Test func oneBadByteMakesNoOtherEncoding() {
        #expect(guess(Array("글 둘".utf8)) == .utf8)
        #expect(guess(Array("글 둘".utf8) + [0xFF]) == .utf8)
        #expect(guess([0xB1, 0xDB, 0x0A]) == .other)
        #expect(guess([]) == .utf8)
    }

    @Test func aCharacterThatTheHeadCutsIsNotAFault() {
        let cut = Array(Array("a글".utf8).dropLast())
        #expect(guess(cut, isWhole: false) == .utf8)
        #expect(guess(cut, isWhole: true) == .other)
    }
}
