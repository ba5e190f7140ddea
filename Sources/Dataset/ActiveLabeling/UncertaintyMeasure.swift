internal import CLibrary

/// How undecided a model is between the classes of a row, from their probabilities. Of two classes all measures give the same
/// order.
///
/// Source: Settles, "Active learning literature survey" (2009), section 3.1; which of them serves texts best is compared by
/// Schröder, Niekler, Potthast, "Revisiting uncertainty-based query strategies for active learning with transformers"
/// (2022), doi:10.18653/v1/2022.findings-acl.172.
package enum UncertaintyMeasure: String, Hashable, Sendable, CaseIterable {
    /// 1 − p of the most probable class. 0 ... 1 − 1 / K for K classes; the largest is the least certain.
    case leastConfidence = "least_confidence"
    /// p of the most probable class − p of the next. 0 ... 1; the smallest is the least certain.
    case margin
    /// −Σ p·ln p, in nats. 0 ... ln K; the largest is the least certain.
    case entropy

    package func value(of probabilities: some Collection<Double>) -> Double {
        switch self {
        case .leastConfidence: return 1 - (probabilities.max() ?? 1)
        case .margin:
            var (first, second) = (0.0, 0.0)
            for p in probabilities {
                if p > first { (first, second) = (p, first) } else if p > second { second = p }
            }
            return first - second
        case .entropy: return probabilities.reduce(0.0) { $1 > 0 ? $0 - $1 * log($1) : $0 }
        }
    }

    /// What a value says, so that smaller means less certain.
    package func certainty(ofValue value: Double) -> Double { self == .margin ? value : -value }

    /// The value of the least certain of yes-or-no decisions, each with its probability of yes.
    package func value(ofDecisions probabilities: some Collection<Double>) -> Double {
        let least = probabilities.min { abs($0 - 0.5) < abs($1 - 0.5) } ?? 1
        return value(of: [least, 1 - least])
    }
}
