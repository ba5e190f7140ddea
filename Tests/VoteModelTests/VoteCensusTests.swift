import SeededRandom
import Testing
import VoteModel

struct VoteCensusTests {
    @Test func eachCountIsThereOnceWithItsComments() {
        let census = VoteCensus(ups: [3, 0, 3, 1, 0, 3], downs: [1, 0, 1, 3, 0, 1])
        #expect(census.entries.map(\.up) == [0, 1, 3])
        #expect(census.entries.map(\.down) == [0, 3, 1])
        #expect(census.entries.map(\.comments) == [2, 1, 3])
        #expect(census.comments == 6)
        #expect(census.comments(withAtLeast: 4) == 4)
        #expect(census.comments(withAtLeast: 5) == 0)
        #expect(census.comments(withAtLeast: 0) == 6)
    }

    @Test func tagsKeepCommentsApart() {
        let census = VoteCensus(ups: [3, 3, 3], downs: [1, 1, 1], tags: [7, 0, 7])
        #expect(census.entries.map(\.tag) == [0, 7])
        #expect(census.entries.map(\.comments) == [1, 2])
        #expect(census.filtered { $0 == 7 }.comments == 2)
    }

    @Test func nothingIsCountedWithoutComments() {
        let census = VoteCensus(ups: [], downs: [])
        #expect(census.entries.isEmpty && census.comments == 0 && census.comments(withAtLeast: 0) == 0)
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func agreesWithADictionaryWhateverTheSize(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let spread = Int32(1) << Int32(3 * seed)
        var ups: [Int32] = []
        var downs: [Int32] = []
        var tags: [UInt32] = []
        for _ in 0..<60_000 {
            ups.append(.random(in: 0...spread, using: &random))
            downs.append(.random(in: 0...spread, using: &random))
            tags.append(.random(in: 0...3, using: &random))
        }
        ups[0] = .max
        var expected: [[Int64]: Int] = [:]
        for row in ups.indices {
            expected[[Int64(ups[row]), Int64(downs[row]), Int64(tags[row])], default: 0] += 1
        }
        let census = VoteCensus(ups: ups, downs: downs, tags: tags)
        var found: [[Int64]: Int] = [:]
        for entry in census.entries {
            found[[Int64(entry.up), Int64(entry.down), Int64(entry.tag)], default: 0] += entry.comments
        }
        #expect(found == expected && census.entries.count == expected.count)
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func whatChangesCountsAsIfAllWereCountedAgain(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        func votes(_ count: Int) -> (ups: [Int32], downs: [Int32]) {
            (
                (0..<count).map { _ in Int32.random(in: 0...6, using: &random) },
                (0..<count).map { _ in Int32.random(in: 0...6, using: &random) }
            )
        }
        let (stay, leave, come) = (votes(40), votes(30), votes(50))
        let before = VoteCensus(ups: stay.ups + leave.ups, downs: stay.downs + leave.downs)
        let after = VoteCensus(ups: stay.ups + come.ups, downs: stay.downs + come.downs)
        #expect(before.changed(taking: leave, adding: come) == after)
        #expect(after.changed(taking: come, adding: leave) == before)
        let entries = before.entries
        let kept = VoteCensus(
            ups: entries.map(\.up), downs: entries.map(\.down), comments: entries.map(\.comments))
        #expect(kept == before)
    }
}
