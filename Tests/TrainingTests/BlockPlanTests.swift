import MessagePassing
import MessagePassingTesting
import SeededRandom
import Testing
import Training

struct BlockPlanTests {
    @Test(arguments: 1...40, 1...9)
    func everyRowIsInOneBlockAndEveryBlockInOneProcess(rows: Int, blockRows: Int) {
        for processes in 1...6 {
            let plan = BlockPlan(rows: rows, blockRows: blockRows, processes: processes)
            #expect((0..<plan.count).flatMap(plan.rows(of:)) == Array(0..<rows))
            let blocks = (0..<processes).map(plan.blocks(of:))
            #expect(blocks.flatMap { $0 } == Array(0..<plan.count))
            let counts = blocks.map(\.count)
            #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1)
        }
    }

    @Test func neighborsAreAddedAsSoonAsBothAreThere() {
        let plan = BlockPlan(rows: 14, blockRows: 2, processes: 2)
        #expect(plan.count == 7)
        #expect(plan.blocks(of: 0) == 0..<3)
        #expect(plan.sums(of: 0) == [PartialSum(level: 1, index: 0), PartialSum(index: 2)])
        // Block 3 waits for block 2, which the other process has.
        #expect(
            plan.sums(of: 1) == [
                PartialSum(index: 3), PartialSum(level: 1, index: 2), PartialSum(index: 6),
            ])
        #expect(plan.depth == 3)
        #expect(BlockPlan(rows: 32, blockRows: 8, processes: 4).depth == 1)
        #expect(BlockPlan(rows: 32, blockRows: 8, processes: 1).depth == 2)
    }
}

struct BlockReductionTests {
    /// Numbers whose sums round differently in every order.
    static func numbers(_ block: Int, count: Int, seed: UInt64) -> [Float] {
        var random = SplitMix64(seed: seed &* 1000 &+ UInt64(block))
        return (0..<count).map { _ in
            let size = Float(sign: .plus, exponent: Int(random.integer(below: 40)) - 20, significand: 1)
            return size * (Float(random.integer(below: 1 << 20)) / Float(1 << 20) - 0.5)
        }
    }

    /// The slow twin: the tree as it is drawn.
    static func sum(_ blocks: Range<Int>, count: Int, seed: UInt64) -> [Float] {
        if blocks.count == 1 { return numbers(blocks.lowerBound, count: count, seed: seed) }
        var half = 1
        while half * 2 < blocks.count { half *= 2 }
        let left = sum(blocks.prefix(half), count: count, seed: seed)
        return zip(left, sum(blocks.dropFirst(half), count: count, seed: seed)).map { $0 + $1 }
    }

    static func reduced(
        _ plan: BlockPlan, count: Int, seed: UInt64, ranges: [Range<Int>]? = nil, span: Int = 1000
    ) throws -> [[UInt32]] {
        try ThreadWorld.run(plan.processes) { communicator in
            let reduction = BlockReduction(communicator, threads: 1, span: span)
            // Twice, as one step comes after another; what the first left must not be seen.
            var found: [UInt32] = []
            for seed in [seed &+ 77, seed] {
                var gradients = [Float](repeating: 0, count: count)
                try gradients.withUnsafeMutableBufferPointer { gradients in
                    for block in plan.blocks(of: communicator.rank) {
                        _ = gradients.update(from: numbers(block, count: count, seed: seed))
                        try reduction.add(block, gradients)
                    }
                    try reduction.finish(plan, ranges ?? [0..<count], into: gradients)
                }
                found = gradients.map(\.bitPattern)
            }
            return found
        }
    }

    @Test(arguments: 1...9, 1...5)
    func sumsAreThoseOfTheTreeForAnyNumberOfProcesses(blocks: Int, processes: Int) throws {
        for (seed, count) in [(UInt64(1), 1), (2, 3), (3, 100), (4, 1001)] {
            let plan = BlockPlan(rows: blocks * 3 - 1, blockRows: 3, processes: processes)
            let expected = Self.sum(0..<blocks, count: count, seed: seed).map(\.bitPattern)
            let found = try Self.reduced(plan, count: count, seed: seed)
            #expect(found == Array(repeating: expected, count: processes), "seed \(seed)")
        }
    }

    @Test(arguments: [1, 2, 63, 64, 65, 200])
    func itMakesNoDifferenceHowManyNumbersAreExchangedAtATime(span: Int) throws {
        let plan = BlockPlan(rows: 3, blockRows: 1, processes: 2)
        let expected = Self.sum(0..<3, count: 130, seed: 9).map(\.bitPattern)
        #expect(try Self.reduced(plan, count: 130, seed: 9, span: span) == [expected, expected])
    }

    @Test func onlyWhatIsTrainedIsExchanged() throws {
        let plan = BlockPlan(rows: 4, blockRows: 1, processes: 2)
        let whole = Self.sum(0..<4, count: 20, seed: 5).map(\.bitPattern)
        let last = Self.numbers(1, count: 20, seed: 5).map(\.bitPattern)
        let found = try Self.reduced(plan, count: 20, seed: 5, ranges: [3..<8, 15..<20])
        #expect(found[0][3..<8] == whole[3..<8] && found[0][15..<20] == whole[15..<20])
        #expect(found[0][8..<15] == last[8..<15])
    }

    /// The negative control: added one after the other, as ranks come, the bits are others.
    @Test func anotherOrderGivesOtherBits() {
        let tree = Self.sum(0..<5, count: 1000, seed: 3)
        var inTurn = [Float](repeating: 0, count: 1000)
        for block in 0..<5 {
            inTurn = zip(inTurn, Self.numbers(block, count: 1000, seed: 3)).map { $0 + $1 }
        }
        #expect(tree != inTurn)
        #expect(zip(tree, inTurn).allSatisfy { abs($0 - $1) <= 1e-4 * max(1, abs($0)) })
    }
}
