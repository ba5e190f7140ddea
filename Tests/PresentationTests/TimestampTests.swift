import Presentation
import Testing

struct TimestampTests {
    @Test(arguments: [
        ("2025-11-01", "2025-11-01T23:59:59Z"), ("20251101", "2025-11-01T23:59:59Z"),
        ("2025-11-01T09:30:00Z", "2025-11-01T09:30:00Z"),
        ("2025-11-01T09:30:00+09:00", "2025-11-01T00:30:00Z"),
    ])
    func aDateMeansItsLastSecond(text: String, moment: String) {
        #expect(Timestamp.asOf(text).map(Timestamp.text) == moment)
    }

    @Test(arguments: ["", "soon", "2025-13-01", "2025-11-01T25:00:00Z"])
    func otherTextsAreNotMoments(text: String) {
        #expect(Timestamp.asOf(text) == nil)
    }

    @Test func spansCountThousandths() {
        #expect(Timestamp.seconds(from: "2025-11-21T07:16:44.900Z", to: "2025-11-21T07:16:46.000Z") == 1.1)
        #expect(Timestamp.seconds(from: "2025-11-21T07:16:46.000Z", to: "2025-11-21T07:16:44.000Z") == 0)
        #expect(Timestamp.seconds(from: "before", to: "2025-11-21T07:16:44.000Z") == nil)
    }
}
