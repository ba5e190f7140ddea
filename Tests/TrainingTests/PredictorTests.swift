import Models
import SeededRandom
import Testing
import Training

struct PredictorTests {
    static func rows(_ count: Int) -> [[Int32]] {
        var random = SplitMix64(seed: 3)
        return (0..<count).map { _ in
            [2] + (0..<random.integer(below: 12)).map { _ in Int32(5 + random.integer(below: 35)) } + [3]
        }
    }

    @Test func answersComeInTheOrderOfTheRows() throws {
        let model = try Toy.model(seed: 4)
        let rows = Self.rows(50)
        let together = try Predictor(model, batchRows: 7, batchTokens: 40).probabilities(of: rows)
        #expect(together.count == 100)
        for (index, row) in rows.enumerated() {
            let alone = try Predictor(model).probabilities(of: [row])
            #expect(abs(alone[0] - together[2 * index]) < 1e-6, "row \(index)")
            #expect(abs(together[2 * index] + together[2 * index + 1] - 1) < 1e-12)
        }
        #expect(Set(together).count > 50)
    }

    @Test func aRowLongerThanABatchIsASeparateBatch() throws {
        let rows = Self.rows(9)
        let model = try Toy.model()
        let tight = try Predictor(model, batchRows: 3, batchTokens: 1).probabilities(of: rows)
        let wide = try Predictor(model).probabilities(of: rows)
        #expect(zip(tight, wide).allSatisfy { abs($0 - $1) < 1e-6 })
        #expect(try Predictor(model).probabilities(of: []).isEmpty)
    }
}
