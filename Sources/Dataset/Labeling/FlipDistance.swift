package import VoteModel

/// How many more votes of one side would change a comment's label.
///
/// A label is controversial, uncontroversial or none; going from one reason to abstain to another changes nothing.
package struct FlipDistance: Hashable, Sendable {
    /// Fewest further up-votes, 1 or more, with no further down-vote; `nil` if none up to the limit is enough.
    package let ups: Int?
    /// Fewest further down-votes, 1 or more, with no further up-vote; `nil` if none up to the limit is enough.
    package let downs: Int?

    package init(ups: Int?, downs: Int?) {
        self.ups = ups
        self.downs = downs
    }

    /// The smaller of the two: the column `flip_distance` of exports.
    package var fewest: Int? {
        switch (ups, downs) {
        case (let ups?, let downs?): min(ups, downs)
        case (let ups, let downs): ups ?? downs
        }
    }
}

extension ControversyRule {
    /// How far a comment with these votes, taken as settled, is from another label.
    ///
    /// Without a ``confidence`` the votes at which the ratio crosses each bound follow from the bounds: with k more
    /// up-votes, (up + k) / (n + k) ≥ t from k = (t·n − up) / (1 − t) on; with k more down-votes, up / (n + k) ≤ t
    /// from k = up / t − n on. With one, the places where the posterior mass crosses it are between those, and are
    /// found by halving; so are those at which a score comes to its bar and leaves it.
    ///
    /// - Parameter limit: most further votes that are looked at.
    /// - Complexity: constant without a confidence; O(log limit) posterior masses with one, or scores.
    package func flipDistance(for votes: VoteCount, upTo limit: Int = 1_000_000) -> FlipDistance {
        FlipDistance(
            ups: VotePath(rule: self, start: votes, side: .up, limit: limit).firstChange(),
            downs: VotePath(rule: self, start: votes, side: .down, limit: limit).firstChange())
    }
}

/// How a comment's label changes as votes of one side are added one by one.
private struct VotePath {
    enum Side { case up, down }

    let rule: ControversyRule
    let start: VoteCount
    let side: Side
    let limit: Int

    /// The comment's votes after `k` more.
    func votes(_ k: Int) -> VoteCount {
        side == .up
            ? VoteCount(up: start.up + k, down: start.down) : VoteCount(up: start.up, down: start.down + k)
    }

    func label(_ k: Int) -> Int? { rule.verdict(for: votes(k)).classIndex }

    /// The smallest k from 1 whose label is another than that of 0.
    func firstChange() -> Int? {
        let now = label(0)
        // Between two neighboring turns the ratio stays in one range, and so does the number of votes.
        let turns = turns()
        for (index, first) in turns.enumerated() {
            let end = index + 1 < turns.count ? turns[index + 1] : limit + 1
            if let change = firstChange(from: now, in: first..<end) { return change }
        }
        return nil
    }

    /// 1, and each k up to the limit from which the ratio is in another range, or the votes are enough; rising.
    private func turns() -> [Int] {
        let band = rule.controversial
        let outer = rule.uncontroversial
        if rule.scoring != nil { return known(outerCrossings(outer) + scoreTurns()) }
        let crossings: [Int?] =
            side == .up
            ? [
                crossing(near: outer.atMost) { $0 > outer.atMost },
                crossing(near: band.lowerBound) { $0 >= band.lowerBound },
                crossing(near: band.upperBound) { $0 > band.upperBound },
                crossing(near: outer.atLeast) { $0 >= outer.atLeast },
            ]
            : [
                crossing(near: outer.atLeast) { $0 < outer.atLeast },
                crossing(near: band.upperBound) { $0 <= band.upperBound },
                crossing(near: band.lowerBound) { $0 < band.lowerBound },
                crossing(near: outer.atMost) { $0 <= outer.atMost },
            ]
        return known(crossings)
    }

    /// Where the ratio comes into an outer range or leaves it.
    private func outerCrossings(_ outer: OuterRange) -> [Int?] {
        side == .up
            ? [
                crossing(near: outer.atMost) { $0 > outer.atMost },
                crossing(near: outer.atLeast) { $0 >= outer.atLeast },
            ]
            : [
                crossing(near: outer.atLeast) { $0 < outer.atLeast },
                crossing(near: outer.atMost) { $0 <= outer.atMost },
            ]
    }

    /// Where the score comes to the bar and leaves it again. With votes of one side added every score rises to one peak
    /// and does not rise after it.
    private func scoreTurns() -> [Int?] {
        let steps = 1..<(max(limit, 0) + 1)
        let reaches = { (k: Int) in rule.reachesBar(votes(k)) }
        if reaches(0) { return [Self.firstOfLast(in: steps) { !reaches($0) }] }
        guard let first = firstOfPeak(in: steps, isBeyond: liesBeyondPeakOfScore, reaches) else { return [] }
        return [first, Self.firstOfLast(in: first..<steps.upperBound) { !reaches($0) }]
    }

    private func liesBeyondPeakOfScore(_ k: Int) -> Bool {
        if rule.scoring?.score == .posterior { return liesBeyondPeak(k, isBand: true) }
        // A tie; for reddit's first score one vote more, which does not raise the difference above 1.
        let missing = side == .up ? start.down - start.up : start.up - start.down
        return k > missing + (rule.scoring?.score == .reddit ? 1 : 0)
    }

    private func known(_ crossings: [Int?]) -> [Int] {
        let places = [1, rule.minVotes - start.total] + crossings.compactMap { $0 }
        return Set(places.filter { (1...max(limit, 1)).contains($0) }).filter { $0 <= limit }.sorted()
    }

    /// The first k whose ratio passes, for a test that the ratios fail and from some k on pass; `nil` beyond the limit.
    private func crossing(near bound: Double, _ passes: (Double) -> Bool) -> Int? {
        let total = Double(start.total)
        let up = Double(start.up)
        // Exact but for rounding; a bound that no number of votes reaches gives an infinity, or 0 / 0.
        let estimate = side == .up ? (bound * total - up) / (1 - bound) : up / bound - total
        guard estimate < Double(limit) + 2 || estimate.isNaN else { return nil }
        var k = estimate.isNaN ? 0 : max(0, Int(max(estimate, 0)) - 1)
        func holds(_ k: Int) -> Bool { votes(k).agreementRatio.map(passes) ?? false }
        while k > 0, holds(k - 1) { k -= 1 }
        // Two steps make up for the rounding, and one more for a comment without votes.
        for _ in 0..<5 {
            if holds(k) { return k }
            k += 1
        }
        return nil
    }

    private func firstChange(from now: Int?, in steps: Range<Int>) -> Int? {
        guard let first = steps.first else { return nil }
        let here = label(first)
        if here != now { return first }
        // The label is as it was. It can change within these steps only where the posterior mass has a say.
        guard rule.confidence != nil, let ratio = votes(first).agreementRatio,
            votes(first).total >= rule.minVotes
        else { return nil }
        let isBand = rule.controversial.contains(ratio)
        guard isBand || rule.uncontroversial.contains(ratio) else { return nil }
        let changes = { (k: Int) in label(k) != now }
        // With votes of one side added, the posterior is a family with monotone likelihood ratio. By the variation
        // diminishing property (Karlin, "Total Positivity", 1968, chapter 5) the steps at which the mass of an
        // interval reaches a bound are neighbors, and so are those at which the mass outside it falls short.
        if isBand == (now != nil) { return Self.firstOfLast(in: steps, changes) }
        return firstOfPeak(in: steps, isBeyond: { liesBeyondPeak($0, isBand: isBand) }, changes)
    }

    /// The first step that passes a test which, once passed, is passed by all later steps.
    private static func firstOfLast(in steps: Range<Int>, _ passes: (Int) -> Bool) -> Int? {
        guard let last = steps.last, passes(last) else { return nil }
        var low = steps.lowerBound
        var high = last
        while low < high {
            let middle = low + (high - low) / 2
            if passes(middle) { high = middle } else { low = middle + 1 }
        }
        return high
    }

    /// The first step that passes a test passed by neighboring steps only, around the peak of the mass of the band,
    /// or around the valley of the mass outside it.
    private func firstOfPeak(
        in steps: Range<Int>, isBeyond: (Int) -> Bool, _ passes: (Int) -> Bool
    ) -> Int? {
        var low = steps.lowerBound
        var high = steps.upperBound - 1
        while low <= high {
            let middle = low + (high - low) / 2
            if passes(middle) { return Self.firstOfLast(in: steps.lowerBound..<(middle + 1), passes) }
            if isBeyond(middle) { high = middle - 1 } else { low = middle + 1 }
        }
        return nil
    }

    private func liesBeyondPeak(_ k: Int, isBand: Bool) -> Bool {
        let verdict: Verdict = isBand ? .controversial : .uncontroversial
        let here = rule.mass(of: verdict, for: votes(k))
        let next = rule.mass(of: verdict, for: votes(k + 1))
        if here != next { return isBand == (next < here) }
        // On a plateau of 0 or 1 the tails tell on which side of the peak it is.
        let posterior = Posterior(votes(k), prior: rule.prior)
        let below = posterior.mass(
            in: 0...(isBand ? rule.controversial.lowerBound : rule.uncontroversial.atMost))
        let above = posterior.mass(
            in: (isBand ? rule.controversial.upperBound : rule.uncontroversial.atLeast)...1)
        return side == .up ? above > below : below > above
    }
}
