import CommentStore
import RunStore
import Testing

struct TimelineTests {
    /// What was seen when; every observation says what was true at its moment.
    private static func told(_ looks: [(Int64, Int)], inOrder order: [Int]) -> Timeline<Int> {
        var timeline = Timeline<Int>(initial: 0)
        var known: [Int64] = []
        for index in order {
            let (moment, value) = looks[index]
            _ = timeline.see(value, at: moment, next: known.filter { $0 > moment }.min())
            known.append(moment)
        }
        return timeline
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func theOrderInWhichLooksComeDoesNotMatter(seed: UInt64) {
        var random = SplitMix64(state: seed)
        let looks = (0..<7).map { (Int64($0) * 10, Int.random(in: 0..<3, using: &random)) }
        let inOrder = Self.told(looks, inOrder: Array(looks.indices))
        let shuffled = Self.told(looks, inOrder: looks.indices.shuffled(using: &random))
        for moment in stride(from: Int64(-5), to: 75, by: 5) {
            #expect(
                inOrder.value(at: moment) == shuffled.value(at: moment) || moment < 0,
                "seed \(seed), \(moment)")
        }
        for (moment, value) in looks { #expect(shuffled.value(at: moment) == value, "seed \(seed)") }
    }

    @Test func whatIsSeenAgainAddsNothing() {
        var timeline = Timeline<Int>([.init(moment: 10, value: 1)], initial: 0)
        #expect(timeline.see(1, at: 20, next: nil).isEmpty)
        #expect(timeline.see(0, at: 5, next: nil).isEmpty)
        #expect(timeline.current == 1)
    }

    @Test func whoLookedLaterKeepsWhatHeSaw() {
        var timeline = Timeline<Int>(initial: 0)
        #expect(
            timeline.see(1, at: 10, next: 30) == [.init(moment: 10, value: 1), .init(moment: 30, value: 0)])
        #expect(timeline.current == 0)
        #expect(timeline.value(at: 29) == 1)
    }
}
