import Testing
import VoteModel

struct MomentTests {
    /// Expected values from Python: `datetime.fromisoformat(text).timestamp()`, with the zone where the text has none.
    static let moments: [(String, Int64, Int64?)] = [
        ("20251001", 0, 1_759_276_800),
        ("20251001", 9 * 3600, 1_759_244_400),
        ("2025-10-01", 0, 1_759_276_800),
        ("2025.10.01", 0, 1_759_276_800),
        ("2025-10-01T09:30:00+0900", 0, 1_759_278_600),
        ("2025-10-01T09:30:00+09:00", 0, 1_759_278_600),
        ("2025-10-01 00:30", 0, 1_759_278_600),
        ("2025-10-01T00:30:00.123Z", 9 * 3600, 1_759_278_600),
        ("2024-02-29", 0, 1_709_164_800),
        ("1969-12-31", 0, -86_400),
        ("1759278600", 0, 1_759_278_600),
        ("1759278600123", 0, 1_759_278_600),
        ("2025-02-29", 0, nil),  // no leap year
        ("20251301", 0, nil),  // no such month
        ("2025-10-32", 0, nil),
        ("2025-10.01", 0, nil),  // two separators
        ("2025-10-01T24:00", 0, nil),
        ("2025-10-01T09:30+9", 0, nil),
        ("yesterday", 0, nil),
        ("", 0, nil),
    ]

    @Test(arguments: moments)
    func aDateIsReadOrRefused(text: String, zone: Int64, expected: Int64?) {
        let bytes = Array(text.utf8)
        #expect(bytes.withUnsafeBytes { Moment.seconds($0, zoneSeconds: zone) } == expected)
    }

    @Test(arguments: [("Z", 0), ("+09:00", 32_400), ("-0530", -19_800), ("+9", nil), ("KST", nil), ("", nil)])
    func anOffsetIsReadOrRefused(text: String, expected: Int64?) {
        #expect(Moment.zoneSeconds(text) == expected)
    }
}

extension MomentTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"),
            (1_759_278_600, "2025-10-01T00:30:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"), (253_402_300_799, "9999-12-31T23:59:59Z"),
        ] as [(Int64, String)])
    func momentsAreWrittenAsISO8601(seconds: Int64, text: String) {
        #expect(Moment.text(seconds) == text)
        #expect(Array(text.utf8).withUnsafeBytes { Moment.seconds($0, zoneSeconds: 0) } == seconds)
    }
}
