package import VoteModel

/// How many of a rule's labels are expected to be wrong, because a comment's few votes are a sample of all readers.
///
/// A label is right when the comment's true ratio is in the range of the label. The expected share of wrong ones is
/// the mean, over the labeled comments, of 1 − posterior mass of that range. With 20 votes and the range 0.4 ... 0.6,
/// a rule without a confidence is wrong about one comment in two: 12 of 20 leaves 0.51 for other ratios.
package struct LabelNoise: Hashable, Sendable {
    /// Labeled comments, and the number of wrong ones to be expected among them.
    package struct Part: Hashable, Sendable {
        package var labeled = 0
        /// 0 ... ``labeled``; a sum of probabilities.
        package var expectedWrong = 0.0
        /// The share of wrong ones, 0 ... 1; `nil` without any label.
        package var share: Double? { labeled == 0 ? nil : expectedWrong / Double(labeled) }

        package init() {}
    }

    /// Comments called controversial.
    package private(set) var controversial = Part()
    /// Comments called uncontroversial.
    package private(set) var uncontroversial = Part()

    /// Both together.
    package var all: Part {
        var sum = Part()
        sum.labeled = controversial.labeled + uncontroversial.labeled
        sum.expectedWrong = controversial.expectedWrong + uncontroversial.expectedWrong
        return sum
    }

    /// What the rule would get wrong about these comments; all count as settled, tags play no part.
    package init(of rule: ControversyRule, over census: VoteCensus) {
        for entry in census.entries {
            let verdict = rule.verdict(for: entry.votes)
            guard verdict.classIndex != nil else { continue }
            let wrong = Double(entry.comments) * (1 - rule.mass(of: verdict, for: entry.votes))
            if verdict == .controversial {
                controversial.labeled += entry.comments
                controversial.expectedWrong += wrong
            } else {
                uncontroversial.labeled += entry.comments
                uncontroversial.expectedWrong += wrong
            }
        }
    }
}
