import Labeling
import Testing
import VoteModel

/// To which side controversial comments lean.
struct BandAsymmetryTests {
    private func asymmetry(_ votes: [(Int32, Int32)]) -> BandAsymmetry {
        BandAsymmetry(
            of: ControversyRule(), over: VoteCensus(ups: votes.map(\.0), downs: votes.map(\.1)))
    }

    @Test func controversialCommentsAreCountedBySide() {
        let found = asymmetry([(12, 8), (11, 9), (10, 10), (9, 11), (100, 1), (3, 2), (1, 40)])
        #expect((found.up, found.even, found.down) == (2, 1, 1))
        #expect(found.share == 0.5 && !found.isOneSided && found.warning == nil)
    }

    @Test func aSourceThatShowsOneSideIsSaid() {
        let found = asymmetry([(Int32, Int32)](repeating: (12, 9), count: 92) + [(9, 12), (10, 10)])
        #expect(found.isOneSided)
        #expect(
            found.warning?.hasPrefix("of 94 controversial comments 92 have more up- than down-votes") == true)
        let other = asymmetry([(Int32, Int32)](repeating: (9, 12), count: 40))
        #expect(other.warning?.contains("40 have more down- than up-votes") == true)
    }

    @Test func fewCommentsSayNothing() {
        #expect(!asymmetry([(Int32, Int32)](repeating: (12, 9), count: 29)).isOneSided)
        #expect(asymmetry([]).share == nil)
        #expect(!asymmetry([(Int32, Int32)](repeating: (10, 10), count: 500)).isOneSided)
    }
}
