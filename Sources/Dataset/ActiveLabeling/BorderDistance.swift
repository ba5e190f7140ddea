package import Labeling
package import VoteModel

/// The fewest votes of one side that would change a comment's label, and what it would be then.
package struct BorderDistance: Hashable, Sendable {
    /// 1 or more.
    package let votes: Int
    package let isUp: Bool
    package let verdict: Verdict

    /// `1 more down-vote would make it in_between`
    package var words: String {
        "\(votes) more \(isUp ? "up" : "down")-vote\(votes == 1 ? "" : "s") would make it \(verdict.name)"
    }
}

extension ControversyRule {
    /// How near a comment with these votes, taken as settled, is to another label; up-votes where both sides need as many.
    /// - Returns: `nil` if no number of votes up to the limit changes it.
    package func borderDistance(of votes: VoteCount, upTo limit: Int = 1_000) -> BorderDistance? {
        let distance = flipDistance(for: votes, upTo: limit)
        guard let fewest = distance.fewest else { return nil }
        let isUp = distance.ups == fewest
        let then = VoteCount(up: votes.up + (isUp ? fewest : 0), down: votes.down + (isUp ? 0 : fewest))
        return BorderDistance(votes: fewest, isUp: isUp, verdict: verdict(for: then))
    }
}
