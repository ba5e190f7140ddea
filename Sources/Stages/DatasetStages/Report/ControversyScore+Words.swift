internal import Charts
internal import Labeling

extension ControversyScore {
    /// What the score of a comment is, for people; fits before "is at least 3".
    func phrase(_ band: ClosedRange<Double>?) -> String {
        switch self {
        case .posterior:
            let range = band.map {
                "\(Numbers.percentBound($0.lowerBound)) to \(Numbers.percentBound($0.upperBound))"
            }
            return "the posterior probability that \(range ?? "about half") of all readers agree with it"
        case .entropy: return "the entropy of their votes, in bits,"
        case .reddit: return "the number of votes over the difference of the two sides (reddit's first score)"
        case .balance:
            return
                "the number of votes to the power of the smaller side over the larger (reddit's later score)"
        case .minority: return "the number of votes of the smaller side"
        }
    }
}
