import IngestStages
import Testing

struct RevisitScheduleTests {
    /// Visit, base, next visit: an hour and a day after the article came out.
    static let visits: [(visited: Int64, base: Int64, next: Int64?)] = [
        (1_000, 1_000, 1_000 + 3_600),
        (1_000 + 3_599, 1_000, 1_000 + 3_600),
        (1_000 + 3_600, 1_000, 1_000 + 86_400),  // on the minute: that visit has been made
        (1_000 + 50_000, 1_000, 1_000 + 86_400),
        (1_000 + 86_400, 1_000, nil),
        (0, 1_000, 1_000 + 3_600),  // found before it came out
    ]

    @Test(arguments: visits)
    func theNextVisitIsTheFirstThatIsStillToCome(visited: Int64, base: Int64, next: Int64?) {
        #expect(RevisitSchedule([3_600, 86_400]).next(after: visited, base: base) == next)
    }

    @Test func withoutVisitsThereIsNone() {
        #expect(RevisitSchedule([]).next(after: 0, base: 0) == nil)
    }
}
