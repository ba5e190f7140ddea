/// The sum of 2^level neighboring blocks: a node of the tree over all blocks of a step.
package struct PartialSum: Hashable, Sendable {
    package let level: Int
    /// Its place among the sums of its level.
    package let index: Int

    package init(level: Int = 0, index: Int) {
        self.level = level
        self.index = index
    }

    /// Whether both together are the sum above them, this one first.
    func isLeft(of other: PartialSum) -> Bool {
        level == other.level && index % 2 == 0 && other.index == index + 1
    }

    var parent: PartialSum { PartialSum(level: level + 1, index: index / 2) }
}

/// Sums of neighboring blocks in their order, added as soon as both halves of a larger one are there.
package struct PendingSums<Memory> {
    /// Those that wait for a neighbor.
    package private(set) var waiting: [(sum: PartialSum, memory: Memory)] = []

    package init() {}

    /// Takes the next sum.
    ///
    /// - Parameter add: adds the numbers of the first memory to those of the second, which come before them.
    package mutating func push(
        _ sum: PartialSum, _ memory: Memory, add: (Memory, Memory) throws -> Void
    ) rethrows {
        var next = (sum: sum, memory: memory)
        while let left = waiting.last, left.sum.isLeft(of: next.sum) {
            try add(next.memory, left.memory)
            waiting.removeLast()
            next = (left.sum.parent, left.memory)
        }
        waiting.append(next)
    }

    /// Adds those that still wait, for their neighbors are past the last block: the last one first.
    /// - Returns: where the sum of all is; nil if there are none.
    package mutating func finish(add: (Memory, Memory) throws -> Void) rethrows -> Memory? {
        while waiting.count > 1 {
            let last = waiting.removeLast()
            try add(last.memory, waiting[waiting.count - 1].memory)
        }
        return waiting.popLast()?.memory
    }

    /// Says that the last one's numbers are elsewhere now.
    mutating func moveLast(to memory: Memory) {
        waiting[waiting.count - 1].memory = memory
    }
}
