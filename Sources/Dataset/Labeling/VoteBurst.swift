package import VoteModel

/// Finds comments most of whose votes of one side came between two readings: a brigade, or a link from elsewhere.
///
/// For each side separately, the votes that came in an interval are the rise of its count between two readings, 0 if
/// it fell. The share of an interval is its votes by all votes of that side that ever came, those before the first
/// reading included: it is unknown when these came, so they are not a burst, but they are evidence against one.
///
/// A side bursts when its greatest share reaches ``share``, the votes after it ``fewestVotes``, and there are
/// ``fewestIntervals`` to compare. Two readings have one interval, in which everything came; that shows nothing.
package struct VoteBurst: Hashable, Sendable {
    /// Share of one side's votes that must come in one interval, above 0, at most 1.
    package var share: Double
    /// Fewest votes that must come in it, 1 or more.
    package var fewestVotes: Int
    /// Fewest intervals between readings, 2 or more.
    package var fewestIntervals: Int
    /// Longest interval, in seconds, that can hold a burst: what comes within a week is not a jump. `nil` for any.
    package var longestInterval: Int64?

    package init(
        share: Double = 0.8, fewestVotes: Int = 20, fewestIntervals: Int = 2, longestInterval: Int64? = 86_400
    ) {
        self.share = share
        self.fewestVotes = fewestVotes
        self.fewestIntervals = fewestIntervals
        self.longestInterval = longestInterval
    }

    /// A comment's counts at one moment, in seconds since 1970, UTC.
    package struct Reading: Hashable, Sendable {
        package var at: Int64
        package var votes: VoteCount

        package init(at: Int64, votes: VoteCount) {
            self.at = at
            self.votes = votes
        }
    }

    /// One side of the votes.
    package enum Side: String, Hashable, Sendable, CaseIterable {
        case up
        case down
    }

    /// The interval in which most of one side's votes came.
    package struct Finding: Hashable, Sendable {
        package var side: Side
        /// Votes that came in it.
        package var votes: Int
        /// These by all votes of the side that ever came, 0 ... 1.
        package var share: Double
        /// The readings before and after.
        package var from: Int64
        package var to: Int64

        package init(side: Side, votes: Int, share: Double, from: Int64, to: Int64) {
            self.side = side
            self.votes = votes
            self.share = share
            self.from = from
            self.to = to
        }
    }

    /// The bursts of a comment, at most one for each side, up first.
    ///
    /// - Parameter readings: in any order; of several at one moment the last given counts.
    /// - Complexity: O(n log n) for n readings.
    package func findings(in readings: [Reading]) -> [Finding] {
        var ordered: [Reading] = []
        for (_, reading) in readings.enumerated().sorted(by: { ($0.1.at, $0.0) < ($1.1.at, $1.0) }) {
            if ordered.last?.at == reading.at { ordered.removeLast() }
            ordered.append(reading)
        }
        guard ordered.count > max(fewestIntervals, 2) else { return [] }
        return Side.allCases.compactMap { finding($0, ordered) }
    }

    private func finding(_ side: Side, _ readings: [Reading]) -> Finding? {
        let counts = readings.map { side == .up ? $0.votes.up : $0.votes.down }
        let rises = zip(counts, counts.dropFirst()).map { max(0, $1 - $0) }
        let all = rises.reduce(counts[0], +)
        var best: Finding?
        for (index, votes) in rises.enumerated() where votes >= max(1, fewestVotes) {
            let from = readings[index].at
            let to = readings[index + 1].at
            if let longestInterval, to - from > longestInterval { continue }
            let found = Finding(
                side: side, votes: votes, share: Double(votes) / Double(all), from: from, to: to)
            if found.share >= share, votes > best?.votes ?? 0 { best = found }
        }
        return best
    }
}
