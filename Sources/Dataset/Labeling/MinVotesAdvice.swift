package import VoteModel

/// How many votes a rule's confidence asks for, and how many comments have them.
package struct MinVotesAdvice: Hashable, Sendable {
    /// The confidence looked at.
    package let confidence: Double
    /// The rule's own least number of votes.
    package let minVotes: Int
    /// Fewest votes with which a comment can be called controversial; `nil` if no number is enough.
    package let forControversial: Int?
    /// Fewest votes with which a comment can be called uncontroversial; `nil` if no number is enough.
    package let forUncontroversial: Int?
    /// Comments looked at, those with ``minVotes``, and those that have ``forControversial`` too; `nil` without
    /// comments to look at.
    package let survivors: Survivors?

    /// What is left of a corpus.
    package struct Survivors: Hashable, Sendable {
        package let all: Int
        package let withMinVotes: Int
        package let withEnough: Int

        package init(all: Int, withMinVotes: Int, withEnough: Int) {
            self.all = all
            self.withMinVotes = withMinVotes
            self.withEnough = withEnough
        }

        /// The part of all comments with enough votes to be called controversial, 0 ... 1.
        package var share: Double { all == 0 ? 0 : Double(withEnough) / Double(all) }
    }

    /// Looks a rule over.
    ///
    /// - Parameters:
    ///   - confidence: the confidence wanted, above 0 and below 1.
    ///   - census: the comments to be labeled, if they are known.
    ///   - limit: how far to look, in votes.
    package init(
        for rule: ControversyRule, confidence: Double, census: VoteCensus? = nil, upTo limit: Int = 1_000_000
    ) {
        self.confidence = confidence
        minVotes = rule.minVotes
        let controversial = ConfidenceReach(range: rule.controversial, prior: rule.prior)
            .fewestVotes(reaching: confidence, upTo: limit)
        forControversial = controversial
        forUncontroversial = Self.fewestUnanimous(rule, confidence, limit)
        survivors = census.map { census in
            Survivors(
                all: census.comments, withMinVotes: census.comments(withAtLeast: rule.minVotes),
                withEnough: controversial.map {
                    census.comments(withAtLeast: max($0, rule.minVotes))
                } ?? 0)
        }
    }

    /// Whether some comments with enough votes for the rule can never be called controversial.
    package var isShort: Bool { forControversial.map { $0 > minVotes } ?? true }

    /// Of all comments with n votes, unanimous ones have the greatest mass beyond the outer bounds.
    private static func fewestUnanimous(_ rule: ControversyRule, _ confidence: Double, _ limit: Int) -> Int? {
        func reaches(_ votes: VoteCount) -> Bool {
            rule.uncontroversial.contains(votes.agreementRatio ?? .nan)
                && rule.mass(of: .uncontroversial, for: votes) >= confidence
        }
        let found = [true, false].compactMap { isUp -> Int? in
            func votes(_ n: Int) -> VoteCount { VoteCount(up: isUp ? n : 0, down: isUp ? 0 : n) }
            // Reached at once, or from some number on; see FlipDistance for why.
            if reaches(votes(1)) { return 1 }
            guard limit > 1, reaches(votes(limit)) else { return nil }
            var low = 1
            var high = limit
            while high - low > 1 {
                let middle = (low + high) / 2
                if reaches(votes(middle)) { high = middle } else { low = middle }
            }
            return high
        }
        return found.min()
    }
}

extension MinVotesAdvice: CustomStringConvertible {
    /// A sentence for `validate` and the report.
    package var description: String {
        guard let fewest = forControversial else {
            return "no number of votes reaches confidence \(confidence) in 'controversial'"
        }
        var text = "confidence \(confidence) in 'controversial' needs at least \(fewest) votes"
        if let survivors, survivors.all > 0 {
            text += ", which \(survivors.withEnough) of \(survivors.all) comments have"
        }
        return text
    }
}
