import Foundation
import Models
import Tensors
import Testing

/// Losses and gradients of the objectives for several classes and for scores, beside PyTorch's; see
/// `Tests/Fixtures/metrics/make_tasks.py`.
struct TaskObjectiveTests {
    private struct Fixture: Decodable {
        let flags: [Flags]
        let numbers: [Numbers]
    }

    private struct Flags: Decodable {
        let targets: [[Float]]
        let logits: [[Float]]
        let positiveWeights: [Double]
        let expected: Loss
    }

    private struct Numbers: Decodable {
        let targets: [Float]
        let predictions: [Float]
        let expected: FlatLoss
    }

    private struct Loss: Decodable {
        let loss: Double
        let gradient: [[Double]]
    }

    private struct FlatLoss: Decodable {
        let loss: Double
        let gradient: [Double]
    }

    private let fixture: Fixture

    init() throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/metrics/tasks.json")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        fixture = try decoder.decode(Fixture.self, from: Data(contentsOf: path))
    }

    /// Mean loss over the rows and its gradient.
    private func evaluate(
        _ objective: any Objective, _ scores: [Float], rows: Int, _ targets: Targets
    ) throws -> (loss: Double, gradient: [Float]) {
        let arena = Arena()
        let (input, gradient) = (
            arena.tensor([rows, scores.count / rows]), arena.tensor([rows, scores.count / rows])
        )
        for (place, score) in scores.enumerated() { input.floats[place] = score }
        try objective.check(targets, rows: rows, scoreCount: scores.count / rows)
        let loss = try objective.loss(
            of: input, targets, weights: nil, gradientScale: 1 / Double(rows), gradient: gradient)
        return (loss / Double(rows), gradient.array())
    }

    private func isClose(_ found: [Float], _ expected: [Double]) -> Bool {
        zip(found, expected).allSatisfy { abs(Double($0) - $1) <= 1e-6 * max(1e-3, abs($1)) }
    }

    @Test func severalClassesAreThatOfBCEWithLogits() throws {
        #expect(fixture.flags.count >= 80)
        for (index, test) in fixture.flags.enumerated() {
            let found = try evaluate(
                BinaryCrossEntropyObjective(positiveWeights: test.positiveWeights),
                test.logits.flatMap { $0 },
                rows: test.targets.count, .numbers(test.targets.flatMap { $0 }))
            #expect(abs(found.loss / test.expected.loss - 1) < 1e-9, "case \(index)")
            #expect(isClose(found.gradient, test.expected.gradient.flatMap { $0 }), "case \(index)")
            // What a mistake would give: weights left out, or on the rows without the class.
            let plain = try evaluate(
                BinaryCrossEntropyObjective(), test.logits.flatMap { $0 }, rows: test.targets.count,
                .numbers(test.targets.flatMap { $0 }))
            let isWeighed = test.targets.joined().contains(1)
            #expect(!isWeighed || abs(plain.loss / test.expected.loss - 1) > 1e-6, "case \(index)")
        }
    }

    @Test func scoresAreThatOfMSELoss() throws {
        for (index, test) in fixture.numbers.enumerated() {
            let found = try evaluate(
                SquaredErrorObjective(), test.predictions, rows: test.targets.count, .numbers(test.targets))
            #expect(
                abs(found.loss - test.expected.loss) <= 1e-9 * max(1e-9, test.expected.loss), "case \(index)")
            #expect(isClose(found.gradient, test.expected.gradient), "case \(index)")
        }
    }

    @Test func weightsOfRowsScaleTheirLoss() throws {
        let arena = Arena()
        let scores = arena.tensor([2, 2])
        for (place, score) in [Float(1), -2, 0.5, 3].enumerated() { scores.floats[place] = score }
        let objective = BinaryCrossEntropyObjective()
        func loss(_ weights: [Float]?) throws -> Double {
            try objective.loss(
                of: scores, .numbers([1, 0, 0, 1]), weights: weights, gradientScale: 1, gradient: nil)
        }
        #expect(try abs(loss([2, 0]) + loss([0, 2]) - 2 * loss(nil)) < 1e-12)
        #expect(try loss([0, 0]) == 0)
    }

    @Test func targetsThatDoNotFitAreRefused() {
        #expect(throws: BatchError.self) {
            try BinaryCrossEntropyObjective().check(.numbers([1, 2]), rows: 1, scoreCount: 2)
        }
        #expect(throws: BatchError.self) {
            try BinaryCrossEntropyObjective(positiveWeights: [1]).check(
                .numbers([1, 0]), rows: 1, scoreCount: 2)
        }
        #expect(throws: BatchError.self) {
            try SquaredErrorObjective().check(.numbers([1, 2]), rows: 1, scoreCount: 2)
        }
        #expect(throws: BatchError.self) {
            try SquaredErrorObjective().check(.classes([1]), rows: 1, scoreCount: 1)
        }
        #expect(throws: BatchError.self) {
            try CrossEntropyObjective().check(.numbers([1, 0]), rows: 1, scoreCount: 2)
        }
    }
}
