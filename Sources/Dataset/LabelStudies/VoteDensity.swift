/// How many comments have which agreement ratio and how many votes.
package struct VoteDensity: Hashable, Sendable {
    /// The least number of votes of each row, rising from 1 by a factor of about √2, and the first number above the last.
    package let voteBounds: [Int]
    /// Comments, `[votes][ratios]`. The ratios are of equal width from 0 to 1; a bound belongs to the bin above it, and 1 to
    /// the last.
    package private(set) var counts: [[Int]]
    /// Comments that nobody voted on: they have no ratio.
    package private(set) var withoutVotes = 0

    /// - Parameter ratios: number of bins, at least 1.
    /// - Complexity: O(n).
    package init(of table: LabelTable, ratios: Int = 40) {
        let most = zip(table.ups, table.downs).lazy.map { Int($0) + Int($1) }.max() ?? 0
        var bounds = [1]
        var bound = 1.0
        while let last = bounds.last, last <= most {
            bound *= 2.0.squareRoot()
            if Int(bound.rounded()) > last { bounds.append(Int(bound.rounded())) }
        }
        voteBounds = bounds
        counts = [[Int]](repeating: [Int](repeating: 0, count: ratios), count: max(0, bounds.count - 1))
        var rowOfVotes: [Int] = []
        for row in counts.indices where bounds[row] <= 4_096 {
            rowOfVotes += [Int](repeating: row, count: min(4_097, bounds[row + 1]) - bounds[row])
        }
        for (up, down) in zip(table.ups, table.downs) {
            let votes = Int(up) + Int(down)
            if votes == 0 {
                withoutVotes += 1
                continue
            }
            let row =
                votes <= rowOfVotes.count
                ? rowOfVotes[votes - 1] : (bounds.firstIndex { $0 > votes } ?? bounds.count) - 1
            counts[row][min(ratios - 1, Int(up) * ratios / votes)] += 1
        }
    }
}
