import LabelStudies
import Testing

struct VoteDensityTests {
    private func density(_ votes: [(up: Int32, down: Int32)]) throws -> VoteDensity {
        VoteDensity(
            of: try LabelTable(
                comments: votes.indices.map { Int64($0 + 1) }, labels: votes.map { _ in 2 },
                ups: votes.map(\.up), downs: votes.map(\.down)))
    }

    @Test func everyCommentWithVotesIsInOnePlace() throws {
        let votes: [(up: Int32, down: Int32)] = (0..<5_000).map { (($0 * 7) % 301, ($0 * 13) % 97) }
        let density = try density(votes + [(300_000, 1), (4_096, 0), (4_097, 0)])
        let without = votes.count { $0.up + $0.down == 0 }
        #expect(density.withoutVotes == without && without > 0)
        #expect(density.counts.joined().reduce(0, +) == votes.count + 3 - without)
        #expect(density.voteBounds.count == density.counts.count + 1)
        #expect(density.voteBounds.last ?? 0 > 300_001)
        #expect(zip(density.voteBounds, density.voteBounds.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test func boundsBelongToTheBinAboveAndAllUpVotesToTheLast() throws {
        let density = try density([(1, 0), (0, 1), (1, 1), (3, 1), (2, 3)])
        #expect(density.voteBounds == [1, 2, 3, 4, 6])
        let places = density.counts.enumerated().flatMap { row, line in
            line.enumerated().filter { $0.element > 0 }.map { [row, $0.offset, $0.element] }
        }
        // 1 vote: ratios 0 and 1. 2 votes: one half. 4 and 5 votes: 0.75 and 0.4.
        #expect(places == [[0, 0, 1], [0, 39, 1], [1, 20, 1], [3, 16, 1], [3, 30, 1]])
    }

    @Test func noCommentsHaveNoRows() throws {
        #expect(try density([]).counts.isEmpty)
        #expect(try density([(0, 0)]).counts.isEmpty)
    }
}
