import VoteModel

/// Computes how many votes a comment needs before they can support a range of ratios.
package struct ConfidenceReach: Hashable, Sendable {
    /// The range of ratios that is to be vouched for, within 0 ... 1.
    package var range: ClosedRange<Double>
    /// What is believed before any vote.
    package var prior: BetaPrior

    package init(range: ClosedRange<Double>, prior: BetaPrior = .uniform) {
        self.range = range
        self.prior = prior
    }

    /// The greatest posterior mass that `total` votes can put into the range when their ratio is in it.
    ///
    /// - Returns: a probability, 0 ... 1; 0 if no whole number of up-votes gives such a ratio.
    package func greatestMass(total: Int) -> Double {
        guard total > 0, let ups = ups(of: total) else { return 0 }
        // The mass rises with the up-votes to one peak and falls after it.
        let middle = (range.lowerBound + range.upperBound) / 2
        var up = min(max(Int((Double(total) * middle).rounded()), ups.lowerBound), ups.upperBound)
        var best = mass(up, total)
        for step in [1, -1] {
            while ups.contains(up + step) {
                let next = mass(up + step, total)
                guard next > best else { break }
                best = next
                up += step
            }
        }
        return best
    }

    /// The smallest number of votes, up to `limit`, with which a comment can reach `confidence`.
    ///
    /// - Returns: `nil` if no number of votes up to `limit` is enough.
    package func fewestVotes(reaching confidence: Double, upTo limit: Int) -> Int? {
        // The greatest mass rises with the votes but for small waves, as whole up-votes fall nearer to or
        // farther from the best ratio. So double until a number is enough, halve the interval down to it, and
        // look through the numbers below it that the waves may have hidden.
        var high = 1
        while greatestMass(total: high) < confidence {
            guard high < limit else { return nil }
            high = min(high * 2, limit)
        }
        var low = high / 2
        while high - low > 1 {
            let middle = (low + high) / 2
            if greatestMass(total: middle) >= confidence { high = middle } else { low = middle }
        }
        let start = max(1, high - max(64, high / 8))
        return (start...high).first { greatestMass(total: $0) >= confidence } ?? high
    }

    private func mass(_ up: Int, _ total: Int) -> Double {
        Posterior(VoteCount(up: up, down: total - up), prior: prior).mass(in: range)
    }

    /// Up-votes that give `total` votes a ratio in the range.
    private func ups(of total: Int) -> ClosedRange<Int>? {
        func ratio(_ up: Int) -> Double { Double(up) / Double(total) }
        var low = max(0, Int(range.lowerBound * Double(total)) - 1)
        while low <= total, ratio(low) < range.lowerBound { low += 1 }
        var high = min(total, Int(range.upperBound * Double(total)) + 1)
        while high >= 0, ratio(high) > range.upperBound { high -= 1 }
        return low <= high ? low...high : nil
    }
}
