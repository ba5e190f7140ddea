/// How the rows of a step are cut into blocks, which process computes which of them, and in which order their gradients are
/// added up.
///
/// Sums of floating-point numbers depend on their order. Here the order follows from the blocks alone: neighbors are added in
/// pairs, then those sums in pairs, and so on. A process that has computed both halves of such a sum adds them itself and sends
/// the sum alone, and all together come to the same bits for any number of processes.
package struct BlockPlan: Hashable, Sendable {
    /// Rows of the step, at least 1.
    package let rows: Int
    /// Rows of a block, at least 1; the last block has what is left.
    package let blockRows: Int
    /// At least 1.
    package let processes: Int

    package init(rows: Int, blockRows: Int, processes: Int) {
        self.rows = rows
        self.blockRows = blockRows
        self.processes = processes
    }

    /// How many blocks there are.
    package var count: Int { (rows + blockRows - 1) / blockRows }

    /// Rows of a block, of those of the step.
    package func rows(of block: Int) -> Range<Int> {
        block * blockRows..<min((block + 1) * blockRows, rows)
    }

    /// What a process computes: neighbors, at most one block more than any other; none where there are fewer blocks than
    /// processes.
    package func blocks(of process: Int) -> Range<Int> {
        process * count / processes..<(process + 1) * count / processes
    }

    /// The sums that a process has when its blocks are computed.
    package func sums(of process: Int) -> [PartialSum] {
        var sums = PendingSums<Void>()
        for block in blocks(of: process) { sums.push(PartialSum(index: block), ()) { _, _ in } }
        return sums.waiting.map(\.sum)
    }

    /// Most sums that one process holds at a time.
    package var depth: Int {
        (0..<processes).map { process in
            var sums = PendingSums<Void>()
            return blocks(of: process).map { block in
                sums.push(PartialSum(index: block), ()) { _, _ in }
                return sums.waiting.count
            }.max() ?? 0
        }.max() ?? 0
    }
}
