import SeededRandom

/// In which order rows are trained on: a new shuffle for each epoch, found from the seed and the epoch alone.
///
/// Nothing of it needs to be stored to resume a run: the step says which epoch it is in and where.
package struct DataOrder: Hashable, Sendable {
    package let rows: Int
    package let batchSize: Int
    package let seed: UInt64

    package init(rows: Int, batchSize: Int, seed: UInt64) {
        self.rows = rows
        self.batchSize = batchSize
        self.seed = seed
    }

    package var stepsPerEpoch: Int { (rows + batchSize - 1) / batchSize }

    /// All rows in the order of an epoch, counted from 0: a Fisher-Yates shuffle.
    package func permutation(epoch: Int) -> [Int] {
        var random = PhiloxStream(seed: seed, stream: "row order of epoch \(epoch)")
        var order = Array(0..<rows)
        order.stableShuffle(using: &random)
        return order
    }

    /// Place of a step, counted from 0: its epoch and the rows of that epoch's order it takes.
    package func position(of step: Int) -> (epoch: Int, range: Range<Int>) {
        let epoch = step / stepsPerEpoch
        let start = step % stepsPerEpoch * batchSize
        return (epoch, start..<min(start + batchSize, rows))
    }
}
