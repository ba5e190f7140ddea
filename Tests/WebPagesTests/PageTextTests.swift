import SeededRandom
import TestInputs
import Testing
import WebPages

private func bytes(_ hex: String) -> [UInt8] {
    let digits = Array(hex.utf8).map { UInt8($0 > 0x60 ? $0 - 0x57 : $0 - 0x30) }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

private func text(_ page: PageText) -> String { String(decoding: page.utf8, as: UTF8.self) }

struct PageTextTests {
    /// In EUC-KR: 한국어 뉴스 댓글.
    static let eucKR = bytes("c7d1b1b9beee20b4babdba20b4f1b1db")

    @Test func everyEncodingIsReadAsPythonReadsIt() throws {
        let samples = try #require(Fixture.read("encodings.json")["samples"] as? [[String: String]])
        for sample in samples {
            let label = try #require(sample["label"])
            let page = PageText(bytes(try #require(sample["hex"])), headerCharset: label)
            #expect(
                Array(text(page).utf8) == Array((sample["text"] ?? "").utf8), "\(label): \(page.encoding)")
            #expect(page.replacements == 0 && page.reason == .header && page.contradicted == nil, "\(label)")
        }
        #expect(samples.count == 20)
    }

    @Test func allTwoByteCodesOfCP949AreThoseOfPython() throws {
        let wanted = try #require(Fixture.read("encodings.json")["cp949"] as? [String: Any])
        var count = 0
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for lead in UInt8(0x81)..<0xFF {
            for trail in UInt8(0x41)..<0xFF {
                let page = PageText([lead, trail], headerCharset: "euc-kr")
                let scalars = Array(text(page).unicodeScalars)
                // Two bytes can also be one character of UTF-8, but never enough of them to be believed.
                #expect(page.encoding == .korean)
                guard page.replacements == 0, scalars.count == 1 else { continue }
                count += 1
                for shift in stride(from: UInt32(0), to: 32, by: 8) {
                    hash = (hash ^ UInt64(scalars[0].value >> shift & 0xFF)) &* 0x100_0000_01B3
                }
            }
        }
        #expect(count == wanted["count"] as? Int)
        #expect(String(hash, radix: 16) == wanted["fnv"] as? String)
    }

    @Test func utf8WinsOverADeclarationThatItsBytesContradict() {
        let html = "<meta charset=euc-kr><title>한국어 뉴스 댓글</title>"
        let page = PageText(Array(html.utf8))
        #expect(page.encoding == .utf8 && page.reason == .content && page.contradicted == "euc-kr")
        #expect(text(page) == html)
        let header = PageText(Array("한국어 뉴스".utf8), headerCharset: "EUC-KR")
        #expect(header.encoding == .utf8 && header.contradicted == "EUC-KR")
        let western = PageText(Array("café".utf8), headerCharset: "iso-8859-1")
        #expect(western.encoding == .utf8 && text(western) == "café")
    }

    @Test func aTrueDeclarationIsBelieved() {
        let meta = PageText(
            Array("<html><META http-equiv='Content-Type' content='text/html; charset=euc-kr'><p>".utf8)
                + Self.eucKR)
        #expect(
            meta.encoding == .korean && meta.reason == .declaration && text(meta).hasSuffix("<p>한국어 뉴스 댓글"))
        let xml = PageText(Array("<?xml version='1.0' encoding='euc-kr'?><a>".utf8) + Self.eucKR)
        #expect(xml.encoding == .korean && text(xml).hasSuffix("한국어 뉴스 댓글"))
        let header = PageText(Array("<meta charset=utf-8>".utf8) + Self.eucKR, headerCharset: "euc-kr")
        #expect(header.encoding == .korean && header.reason == .header)
    }

    @Test func koreanBytesWithoutATrueDeclarationAreKnown() {
        #expect(PageText(Self.eucKR).encoding == .korean)
        let wrong = PageText(Array("<meta charset=utf-8>".utf8) + Self.eucKR)
        #expect(wrong.encoding == .korean && wrong.contradicted == "utf-8" && wrong.replacements == 0)
    }

    @Test func aByteOrderMarkDecidesAndIsNotPartOfTheText() {
        let utf8 = PageText([0xEF, 0xBB, 0xBF] + Array("가".utf8), headerCharset: "euc-kr")
        #expect(utf8.encoding == .utf8 && text(utf8) == "가" && utf8.reason == .byteOrderMark)
        #expect(text(PageText([0xFF, 0xFE, 0x00, 0xAC, 0x41, 0x00])) == "가A")
        #expect(text(PageText([0xFE, 0xFF, 0xAC, 0x00, 0x00, 0x41])) == "가A")
        let half = PageText([0xFF, 0xFE, 0x00, 0xAC, 0x3D, 0xD8, 0x41, 0x00, 0x42])
        #expect(text(half).hasPrefix("가\u{FFFD}") && half.replacements >= 1)
    }

    @Test func brokenBytesAreCountedAndCostNothingElse() {
        let cut = PageText(Array("한국어".utf8.dropLast()), headerCharset: "utf-8")
        #expect(cut.encoding == .utf8 && text(cut) == "한국\u{FFFD}" && cut.replacements == 1)
        let inside = PageText([0x61, 0xFF, 0x62, 0xC0, 0x80, 0x63], headerCharset: "utf-8")
        #expect(text(inside) == "a\u{FFFD}b\u{FFFD}\u{FFFD}c" && inside.replacements == 3)
        let korean = PageText(Self.eucKR + [0xC7] + Array("<b>".utf8) + Self.eucKR, headerCharset: "euc-kr")
        #expect(text(korean) == "한국어 뉴스 댓글\u{FFFD}<b>한국어 뉴스 댓글" && korean.replacements == 1)
        let known = PageText(Array("\u{FFFD}".utf8) + [0xFF], headerCharset: "utf-8")
        #expect(known.replacements == 1)
    }

    @Test func longTextsAreNotCutAtThePiecesOfTheConverter() {
        for shift in 0..<3 {
            let start = [UInt8](repeating: 0x61, count: shift)
            let page = PageText(
                start + Array(repeatElement([0xB0, 0xA1], count: 60_000).joined()), headerCharset: "cp949")
            #expect(page.replacements == 0)
            #expect(
                text(page) == String(repeating: "a", count: shift) + String(repeating: "가", count: 60_000))
        }
    }

    @Test(arguments: [
        ("<!-- <meta charset=big5> --><meta charset='koi8-r'>", "KOI8-R"),
        ("<meta name=x content='charset=koi8-r'>", "UTF-8"),
        ("<meta content='text/html;charset=koi8-r' http-equiv=content-type>", "KOI8-R"),
        ("<metal charset=koi8-r>", "UTF-8"),
        ("<meta charset=utf-16>", "UTF-8"), ("<meta charset=nonsense>", "UTF-8"),
        ("<meta/charset=\"koi8-r\"/>", "KOI8-R"),
        ("<meta charset", "UTF-8"), ("<meta charset='koi8-r", "KOI8-R"),
    ])
    func declarationsAreFoundAsBrowsersFindThem(html: String, encoding: String) {
        #expect(PageText(Array(html.utf8)).encoding.rawValue == encoding)
    }

    @Test(.timeLimit(.minutes(10)))
    func mutatedPagesAlwaysGiveWellFormedText() {
        let good = Array("<?xml encoding='x'?><meta charset=euc-kr>한국어 <b>".utf8) + Self.eucKR
        let labels = PageEncoding.allCases.map(\.rawValue) + ["", "nonsense"]
        for seed in 0..<fuzzCount {
            var random = SplitMix64(seed: UInt64(seed))
            let input = mutated(
                good, pieces: [[0xFF], [0xFE, 0xFF], [0x1B, 0x24, 0x42], [0x81, 0x30, 0x81], [0]],
                using: &random)
            let page = PageText(input, headerCharset: labels.randomElement(using: &random))
            #expect(String(validating: page.utf8, as: UTF8.self) != nil, "seed \(seed)")
        }
    }
}
