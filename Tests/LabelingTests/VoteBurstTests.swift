import Labeling
import Testing
import VoteModel

struct VoteBurstTests {
    let hour: Int64 = 3600

    func readings(_ counts: [(Int64, Int, Int)]) -> [VoteBurst.Reading] {
        counts.map { VoteBurst.Reading(at: $0.0 * hour, votes: VoteCount(up: $0.1, down: $0.2)) }
    }

    @Test func aJumpOfOneSideIsFoundWithItsInterval() {
        let found = VoteBurst().findings(in: readings([(1, 5, 2), (6, 9, 3), (9, 11, 43), (24, 12, 45)]))
        #expect(
            found == [
                VoteBurst.Finding(side: .down, votes: 40, share: 40.0 / 45, from: 6 * hour, to: 9 * hour)
            ])
    }

    @Test func theShareIsMetExactlyOrNotAtAll() {
        // 40 of 50.
        #expect(VoteBurst().findings(in: readings([(1, 0, 10), (2, 0, 50), (3, 0, 50)])).count == 1)
        #expect(VoteBurst().findings(in: readings([(1, 0, 10), (2, 0, 50), (3, 0, 51)])).isEmpty)
    }

    @Test func fewVotesAreNotABurst() {
        #expect(VoteBurst().findings(in: readings([(1, 0, 0), (2, 0, 20), (3, 0, 20)])).count == 1)
        #expect(VoteBurst().findings(in: readings([(1, 0, 0), (2, 0, 19), (3, 0, 19)])).isEmpty)
    }

    @Test func twoReadingsHaveOneIntervalAndShowNothing() {
        #expect(VoteBurst().findings(in: readings([(1, 0, 0), (2, 0, 500)])).isEmpty)
        #expect(VoteBurst().findings(in: readings([(1, 0, 500)])).isEmpty)
        #expect(VoteBurst().findings(in: []).isEmpty)
    }

    @Test func votesBeforeTheFirstReadingSpeakAgainstABurst() {
        #expect(VoteBurst().findings(in: readings([(1, 0, 100), (2, 0, 140), (3, 0, 140)])).isEmpty)
    }

    @Test func aLongIntervalIsNotAJump() {
        #expect(VoteBurst().findings(in: readings([(0, 0, 0), (24, 0, 50), (30, 0, 50)])).count == 1)
        #expect(VoteBurst().findings(in: readings([(0, 0, 0), (25, 0, 50), (30, 0, 50)])).isEmpty)
        let patient = VoteBurst(longestInterval: nil)
        #expect(patient.findings(in: readings([(0, 0, 0), (25, 0, 50), (30, 0, 50)])).count == 1)
    }

    @Test func fallingCountsAreNotVotesAndTheOrderDoesNotMatter() {
        let counts: [(Int64, Int, Int)] = [(1, 30, 0), (2, 0, 0), (3, 200, 30), (4, 200, 30)]
        let found = VoteBurst().findings(in: readings(counts))
        #expect(found.map(\.side) == [.up, .down])
        #expect(found.map(\.votes) == [200, 30])
        #expect(found.first?.share == 200.0 / 230)
        #expect(VoteBurst().findings(in: readings(counts.reversed())) == found)
        // Of two readings at one moment the later given counts.
        #expect(VoteBurst().findings(in: readings([(2, 9, 9)] + counts)) == found)
    }
}
