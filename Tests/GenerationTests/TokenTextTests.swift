import Generation
import Testing
import TextBasics
import Tokenization

/// Tokens become text as they come, and half of a character never does.
struct TokenTextTests {
    /// Each id below 256 is a byte; others are special.
    private struct Bytes: Tokenizer {
        let kind = "bytes"
        let tablesVersion: String? = nil
        let vocabularySize = 258
        let lowercase = false
        let stripsAccents = false
        let modelMaxTokens: Int? = nil
        let unknownID = -1
        let unknownToken = ""
        let specialIDs = ["<end>": 256]
        let frame = SequenceFrame()
        let maskID: Int? = nil
        let identity: [UInt8] = []
        let canonicalIdentity: [UInt8] = []
        let remarks: [String] = []
        let warnings: [String] = []

        func continuesWord(_ id: Int) -> Bool { false }
        func text(of id: Int) -> String { "\(id)" }
        func spelling(of id: Int) -> [UInt8] { [UInt8(id)] }

        func encodeBatch(
            _ rows: UTF8Rows, pairs: UTF8Rows?, maxTokens: Int?, cutting side: TruncationSide,
            addsSpecialTokens: Bool, threads: Int
        ) throws(TokenizationError) -> EncodedBatch { throw .request("texts are not read here") }

        func encode(
            _ text: [UInt8], pair: [UInt8]?, maxTokens: Int?, cutting side: TruncationSide,
            addsSpecialTokens: Bool
        ) throws(TokenizationError) -> Encoding { throw .request("texts are not read here") }

        func parityEvidence() throws(TokenizationError) -> ParityEvidence { throw .request("no evidence") }
    }

    private static func pieces(_ bytes: [UInt8]) -> [String] {
        var text = TokenText(Bytes())
        let shown = bytes.map { text.append(Int32($0)) }
        return shown + [text.finish()]
    }

    @Test func aCharacterIsShownWhenItIsWhole() {
        #expect(Self.pieces(Array("가a".utf8)) == ["", "", "가", "a", ""])
        #expect(Self.pieces(Array("é😀".utf8)) == ["", "é", "", "", "", "😀", ""])
    }

    @Test func whatCanBecomeNoCharacterIsReplaced() {
        #expect(Self.pieces([0xEA, 0xB0, 0x61]).joined() == "\u{FFFD}a")
        #expect(Self.pieces([0x80]).joined() == "\u{FFFD}")
        #expect(Self.pieces([0xF0, 0x9F]).last == "\u{FFFD}", "held back to the end")
        #expect(Self.pieces([0xFF, 0x62]).joined() == "\u{FFFD}b")
    }

    @Test func specialTokensHaveNoText() {
        var text = TokenText(Bytes())
        #expect(text.append(0xEA) + text.append(256) + text.append(0xB0) + text.append(0x80) == "가")
    }

    /// Whatever the bytes, the pieces are the text of all of them.
    @Test(arguments: 0..<200 as Range<UInt64>)
    func piecesJoinToTheWhole(seed: UInt64) {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        let bytes: [UInt8] = (0..<40).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let choices: [UInt8] = [0x61, 0xEA, 0xB0, 0x80, 0xF0, 0x9F, 0x98, 0xC3, 0xA9, 0xFF, 0xE0, 0xED]
            return choices[Int(state >> 60) % choices.count]
        }
        let joined = Self.pieces(bytes).joined()
        let whole = String(decoding: bytes, as: UTF8.self)
        let letters = { (text: String) in text.unicodeScalars.map(\.value).filter { $0 != 0xFFFD } }
        #expect(letters(joined) == letters(whole), "seed \(seed): \(bytes)")
    }
}
