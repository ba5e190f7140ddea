import CommentStore
import RunStore
import Testing

struct CommentSetTests {
    @Test(arguments: 0..<100 as Range<UInt64>)
    func whatIsWrittenIsReadAgain(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let ids = Set(
            (0..<Int.random(in: 0..<200, using: &random)).map { _ in
                Int64.random(in: 1..<Int64.random(in: 2..<5_000_000, using: &random), using: &random)
            }
        ).sorted()
        let set = CommentSet(ids)
        let read = try #require(CommentSet(bytes: set.bytes), "seed \(seed)")
        #expect(Array(read.ids) == ids, "seed \(seed)")
        for id in ids { #expect(read.contains(id)) }
        #expect(!read.contains((ids.last ?? 0) + 1))
    }

    @Test func consecutiveIdsTakeAFewBytes() {
        #expect(CommentSet(1...634_031).bytes.count == 4)
    }

    @Test(arguments: [[0x80], [1], [1, 0, 0x80], [0, 0]] as [[UInt8]])
    func whatIsNoSetIsRefused(bytes: [UInt8]) {
        #expect(CommentSet(bytes: bytes) == nil)
    }

    @Test func setsThatShareAnIDOverlap() {
        #expect(CommentSet([1, 5, 9]).overlaps(CommentSet([2, 9])))
        #expect(!CommentSet([1, 5, 9]).overlaps(CommentSet([2, 4, 6])))
        #expect(!CommentSet([]).overlaps(CommentSet([2])))
    }
}
