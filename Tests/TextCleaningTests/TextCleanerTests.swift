import Foundation
import SeededRandom
import TestInputs
import Testing
import TextCleaning

struct TextCleanerTests {
    struct Case: Decodable {
        let text: String
        /// What each rule makes of the text, where that is something else.
        let changed: [String: String]

        func cleaned(by rules: String) -> String { changed[rules] ?? text }
    }

    static func cases() throws -> [Case] {
        try Fixture.text("cleaning/cleaning.jsonl").split(separator: "\n").dropFirst().map {
            try JSONDecoder().decode(Case.self, from: Data($0.utf8))
        }
    }

    static let rules: [String: CleaningRules] = [
        "kcbert-2020": CleaningRules(.kcbert2020),
        "kcbert-2022": CleaningRules(.kcbert2022),
        "kcbert-2020 repeats3": CleaningRules(.kcbert2020, repeats: RepeatRule(shortestRun: 3, keep: 2)),
        "kcbert-2022 entities nfc": CleaningRules(.kcbert2022, decodesEntities: true, normalizes: true),
        "kcbert-2020 nfc": CleaningRules(.kcbert2020, normalizes: true),
        "none": CleaningRules(.none),
        "none nfc": CleaningRules(.none, normalizes: true),
        "none entities": CleaningRules(.none, decodesEntities: true),
        "none urls": CleaningRules(.none, removesURLs: true),
        "none repeats": CleaningRules(.none, repeats: .soynlp),
        "none entities nfc urls repeats": CleaningRules(
            .none, decodesEntities: true, normalizes: true, removesURLs: true, repeats: .soynlp),
    ]

    static func utf8(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test(arguments: rules.keys.sorted())
    func agreesWithThePublishedPython(name: String) throws {
        let cleaner = TextCleaner(try #require(Self.rules[name]))
        let cases = try Self.cases()
        #expect(cases.count > 150)
        for one in cases {
            let expected = one.cleaned(by: name)
            let found = cleaner.clean(one.text)
            #expect(Self.utf8(found) == Self.utf8(expected), "\(one.text.debugDescription)")
        }
    }

    @Test func theFixtureTellsTheRulesApart() throws {
        // Negative control: each rule is caught when another one is run in its place.
        let cases = try Self.cases()
        for (name, rules) in Self.rules {
            let cleaner = TextCleaner(rules)
            for other in Self.rules.keys where other != name {
                let wrong = cases.filter {
                    Self.utf8(cleaner.clean($0.text)) != Self.utf8($0.cleaned(by: other))
                }
                #expect(wrong.count >= 3, "\(name) passes for \(other)")
            }
        }
    }

    @Test func lengthsAreCodePoints() {
        let cases: [(CleaningRules, String, Int)] = [
            (CleaningRules(.none), "", 0), (CleaningRules(.none), " 가\u{301}👍🏽\n", 6),
            (CleaningRules(.kcbert2020), "  ㅋㅋㅋㅋㅋ  👍🏽 漢 a ", 9),
            (CleaningRules(.kcbert2022), "👍🏽", 0),
        ]
        for (rules, text, expected) in cases {
            let found = Array(text.utf8).withUnsafeBytes { TextCleaner(rules).clean($0).characters }
            #expect(found == expected, "\(text.debugDescription)")
        }
    }

    @Test func shortTextsAreReported() {
        func isTooShort(_ text: String, _ least: Int) -> Bool {
            let cleaner = TextCleaner(CleaningRules(.kcbert2020, minChars: least))
            return Array(text.utf8).withUnsafeBytes { cleaner.clean($0).isTooShort }
        }
        #expect(isTooShort("ñ", 1))
        #expect(!isTooShort("가", 1))
        #expect(isTooShort("ㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋ", 3))
        #expect(!isTooShort("", 0))
    }

    @Test func withoutRulesTheBytesThemselvesComeBack() {
        let cleaner = TextCleaner(CleaningRules(.none))
        let bytes: [UInt8] = Array(0...255) + Array(0...255)
        bytes.withUnsafeBytes { given in
            let cleaned = cleaner.clean(given).bytes
            #expect(cleaned.baseAddress == given.baseAddress)
            #expect(cleaned.count == given.count)
        }
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func anyBytesAreSafeAndCleaningAgainChangesNothing(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let pieces: [[UInt8]] = [
            [0xEA, 0xB0, 0x80], [0xEA], [0xB0], [0xF0, 0x9F, 0x98, 0x80], [0xF0, 0x9F],
            [0xF5, 0x80, 0x80, 0x80], [0xC3],
            [0x20], [0x09], [0x61], Array("http://a.b".utf8), Array("&amp;".utf8), Array("&#".utf8), [0xFF],
            [0xED, 0xA0, 0x80],
        ]
        let bytes = (0..<20).flatMap { _ in pieces.randomElement(using: &random) ?? [] }
        for (name, rules) in Self.rules {
            let cleaner = TextCleaner(rules)
            let once = bytes.withUnsafeBytes { Array(cleaner.clean($0).bytes) }
            #expect(once.count <= 4 * bytes.count)
            // Removing an address may bring another together; without any, a cleaned text is clean.
            guard !name.contains("entities"), !bytes.contains(0x3A) else { continue }
            let twice = once.withUnsafeBytes { Array(cleaner.clean($0).bytes) }
            #expect(twice == once, "seed \(seed): \(name)")
        }
    }
}

struct CleaningRulesTests {
    @Test func identifiersReadBack() {
        for (name, rules) in TextCleanerTests.rules {
            #expect(CleaningRules(identifier: rules.identifier) == rules, "\(name): \(rules.identifier)")
        }
        #expect(CleaningRules(.kcbert2020).identifier == "kcbert-2020")
        #expect(CleaningRules(.none).identifier == "none")
        for other in ["", "kcbert", "kcbert-2020+", "kcbert-2020+xyz", "none+repeats-2-2", "none+repeats-3"] {
            #expect(CleaningRules(identifier: other) == nil, "\(other)")
        }
    }
}
