import SeededRandom

/// The rows of each class in an order of chance: the first few are what is learned from, as if no more had been labeled.
///
/// A row's place follows from the seed and the number of its comment alone: the first four of a class are the first one and three
/// more, and other rows that come or go change nothing among those that stay.
package struct RowDraw: Hashable, Sendable {
    /// Numbers of the rows, by class.
    package let order: [[Int]]

    package init(from rows: TokenRows, classCount: Int, seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let salt = random.next()
        var drawn = Array(repeating: [(rank: UInt64, row: Int)](), count: classCount)
        for row in 0..<rows.count {
            let rank = SplitMix64.mix(UInt64(bitPattern: rows.comment(of: row)) ^ salt)
            drawn[rows.label(of: row)].append((rank, row))
        }
        order = drawn.map { $0.sorted { ($0.rank, $0.row) < ($1.rank, $1.row) }.map(\.row) }
    }

    /// The first rows of each class, or all of a class that has fewer; rising.
    package func first(_ count: Int) -> [Int] { order.flatMap { $0.prefix(count) }.sorted() }
}
