package import VoteModel

/// A score and how much of it makes a comment controversial.
package struct ScoreBar: Hashable, Sendable {
    package var score: ControversyScore
    /// The least score of controversial comments. Infinite while a share of the top has not been taken of any comments:
    /// nothing is controversial then.
    package var threshold: Double
    /// The share of the comments with enough votes that is wanted, above 0 and below 1; `nil` if the threshold was given.
    package let top: Double?

    package init(_ score: ControversyScore, threshold: Double) {
        self.score = score
        self.threshold = threshold
        top = nil
    }

    package init(_ score: ControversyScore, top: Double, threshold: Double = .infinity) {
        self.score = score
        self.top = top
        self.threshold = threshold
    }

    /// The least score of the top of some comments.
    ///
    /// The top are the fewest comments that make up the share, and all with the score of the last of them: which of
    /// several with one score are labeled does not depend on their order. Comments at the score's floor are never among
    /// them, for they are not divided at all.
    ///
    /// - Parameter comments: scores and how many comments have each, in any order.
    /// - Returns: infinity where no comment is above the floor.
    /// - Complexity: O(d log d) for d scores.
    package static func threshold(
        ofTop share: Double, _ score: ControversyScore, of comments: [(score: Double, comments: Int)]
    ) -> Double {
        let all = comments.reduce(0) { $0 + $1.comments }
        guard all > 0 else { return .infinity }
        var wanted = max(1, Int((share * Double(all)).rounded(.up)))
        // 0.07 · 100 is a little more than 7.
        if wanted > 1, Double(wanted - 1) / Double(all) >= share { wanted -= 1 }
        var threshold = Double.infinity
        var taken = 0
        for entry in comments.sorted(by: { $0.score > $1.score }) {
            if taken >= wanted || entry.score <= score.floor { break }
            threshold = entry.score
            taken += entry.comments
        }
        return threshold
    }
}

extension ControversyRule {
    /// The score of a comment with these votes by the rule's definition; `nil` for a rule that goes by the ratio.
    package func score(of votes: VoteCount) -> Double? {
        scoring?.score.value(of: votes, band: controversial, prior: prior)
    }

    /// Whether the votes reach the bar of a score; false for a rule that goes by the ratio.
    func reachesBar(_ votes: VoteCount) -> Bool {
        guard let scoring, scoring.threshold < .infinity, let score = score(of: votes) else { return false }
        return score >= scoring.threshold
    }

    /// The rule with the bar that its share of the top sets among these comments, all settled; the rule as it is if it
    /// asks for no share. Tags play no part.
    package func withBar(over census: VoteCensus) -> ControversyRule {
        guard let scoring, let top = scoring.top else { return self }
        let scores = census.entries.filter { $0.total >= minVotes && $0.total > 0 }.map {
            (score: score(of: $0.votes) ?? 0, comments: $0.comments)
        }
        return withThreshold(ScoreBar.threshold(ofTop: top, scoring.score, of: scores))
    }

    /// The rule with another threshold of its score.
    package func withThreshold(_ threshold: Double) -> ControversyRule {
        var rule = self
        rule.scoring?.threshold = threshold
        return rule
    }
}
