import Testing
import TrainingStages

struct MacroF1IntervalTests {
    @Test func valueIsTheMeanOfTheClassesF1() throws {
        let interval = try #require(MacroF1Interval(confusion: [[146, 17], [20, 149]]))
        let first = 2.0 * 146 / (2 * 146 + 37)
        let second = 2.0 * 149 / (2 * 149 + 37)
        #expect(abs(interval.value - (first + second) / 2) < 1e-12)
    }

    /// The spread of macro F1 over resampled tables is what the formula says, within a tenth.
    @Test(arguments: [[[146, 17], [20, 149]], [[900, 30], [40, 30]], [[50, 45], [48, 52]]])
    func widthIsThatOfResampledTables(table: [[Int]]) throws {
        let interval = try #require(MacroF1Interval(confusion: table))
        let cells = table.flatMap { $0 }
        let total = cells.reduce(0, +)
        var random = Repeatable(state: 7)
        let scores = (0..<2_000).map { _ -> Double in
            var drawn = [[0, 0], [0, 0]]
            for _ in 0..<total {
                var rest = Int(random.unit() * Double(total))
                var cell = 0
                while rest >= cells[cell] {
                    rest -= cells[cell]
                    cell += 1
                }
                drawn[cell / 2][cell % 2] += 1
            }
            return MacroF1Interval(confusion: drawn)?.value ?? .nan
        }
        let mean = scores.reduce(0, +) / Double(scores.count)
        let deviation = (scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(scores.count))
            .squareRoot()
        let half = (interval.upper - interval.lower) / 2
        #expect(abs(half / 1.96 / deviation - 1) < 0.1, "\(half / 1.96) and \(deviation)")
    }

    @Test func edgesAreHandled() throws {
        let perfect = try #require(MacroF1Interval(confusion: [[5, 0], [0, 5]]))
        #expect(perfect.value == 1 && perfect.lower == 1 && perfect.upper == 1)
        let oneClass = try #require(MacroF1Interval(confusion: [[5, 0], [0, 0]]))
        #expect(oneClass.value == 0.5)
        #expect(MacroF1Interval(confusion: [[0, 0], [0, 0]]) == nil)
        #expect(MacroF1Interval(confusion: [[1, 2]]) == nil)
        #expect(MacroF1Interval(confusion: []) == nil)
    }

    @Test func verdictComparesTheWholeInterval() throws {
        let interval = try #require(MacroF1Interval(confusion: [[60, 40], [40, 60]]))
        #expect(interval.verdict(against: interval.lower - 0.01) == .clearlyAbove)
        #expect(interval.verdict(against: interval.value - 0.01) == .withinChance)
        #expect(interval.verdict(against: interval.value) == .notAbove)
    }
}
