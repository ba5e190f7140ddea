import Foundation
import Testing
import TextCleaning

/// Where the code points of a text are once it is cleaned, and back.
struct CleanedPlacesTests {
    private static func cleaned(_ text: String, _ rules: CleaningRules = .plain) -> [UInt8] {
        let cleaner = TextCleaner(rules)
        // What it returns is its own, and valid as long as it is.
        return withExtendedLifetime(cleaner) {
            Array(text.utf8).withUnsafeBytes { Array(cleaner.clean($0).bytes) }
        }
    }

    /// A text, some of its code points, and what is there once it is cleaned.
    static let places: [(text: String, codePoints: Range<Int>, found: String?)] = [
        ("홍길동이 왔다", 0..<3, "홍길동"),
        ("  홍길동이  왔다 ", 2..<5, "홍길동"),
        ("&lt;홍길동&gt; 왔다", 4..<7, "홍길동"),
        ("\u{1112}\u{1169}\u{11BC}길동", 0..<5, "홍길동"),
        ("a  b", 1..<3, " "),
        (" 홍", 0..<1, nil),
        ("e\u{301}t", 1..<2, nil),  // the accent became one with the letter before
    ]

    @Test(arguments: places)
    func codePointsAreFoundAgain(text: String, codePoints: Range<Int>, found: String?) {
        let cleaned = Self.cleaned(text)
        let places = CleanedPlaces(given: Array(text.utf8), cleaned: cleaned)
        let bytes = places.bytes(of: codePoints)
        #expect(bytes.map { String(decoding: cleaned[$0], as: UTF8.self) } == found)
    }

    @Test func whatIsFoundInACleanedTextHasItsPlaceInTheOneAsGiven() {
        let text = " 그는\u{200D} \u{1112}\u{1169}\u{11BC}길동\u{200D}, &amp; 서울"
        let cleaned = Self.cleaned(text)
        let places = CleanedPlaces(given: Array(text.utf8), cleaned: cleaned)
        let shown = String(decoding: cleaned, as: UTF8.self)
        #expect(shown.contains("홍길동") && shown.contains("& 서울"))
        let scalars = Array(text.unicodeScalars)
        for word in ["홍길동", "서울", "&"] {
            guard let range = shown.range(of: word) else { continue }
            let start = shown.utf8.distance(from: shown.startIndex, to: range.lowerBound)
            let found = places.codePoints(of: start..<start + word.utf8.count)
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars[found])
            #expect(Self.cleaned(String(view)).starts(with: word.utf8), "\(word): \(found)")
        }
        #expect(places.codePoints(of: 0..<0).isEmpty)
    }

    /// Of a text that cleaning leaves as it is, each code point has its own bytes.
    @Test func aTextThatStaysHasItsOwnPlaces() {
        let text = "박씨 🙂 왔다"
        let places = CleanedPlaces(given: Array(text.utf8), cleaned: Array(text.utf8))
        var start = 0
        for (place, scalar) in text.unicodeScalars.enumerated() {
            let own = start..<start + scalar.utf8.count
            #expect(
                places.bytes(of: place..<place + 1) == own && places.codePoints(of: own) == place..<place + 1)
            start = own.upperBound
        }
    }
}
