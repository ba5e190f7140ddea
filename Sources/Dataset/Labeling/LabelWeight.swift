import CLibrary
package import VoteModel

/// How much a labeled comment counts in training: the column `weight` of exports and shards.
package enum LabelWeight: String, Hashable, Sendable, CaseIterable {
    /// The posterior mass of the range of its label: the probability that the label is right. 0 ... 1.
    case posterior
    /// 1 − H / ln 3, with H the entropy of the three masses of controversial, uncontroversial and neither. 0 if all
    /// three are as likely, 1 where one is certain; whichever that is, so it does not need a label.
    case entropy
}

extension ControversyRule {
    /// The weight of a comment with these votes and this label.
    ///
    /// - Returns: 0 ... 1; `nil` for an abstention, which no classifier learns from.
    package func weight(of votes: VoteCount, labeled verdict: Verdict, as weight: LabelWeight) -> Double? {
        guard verdict.classIndex != nil else { return nil }
        switch weight {
        case .posterior: return mass(of: verdict, for: votes)
        case .entropy:
            let split = mass(of: .controversial, for: votes)
            let agreed = mass(of: .uncontroversial, for: votes)
            let masses = [split, agreed, max(0, 1 - split - agreed)]
            let entropy = masses.reduce(0.0) { $1 > 0 ? $0 - $1 * log($1) : $0 }
            return min(max(1 - entropy / log(3), 0), 1)
        }
    }
}
