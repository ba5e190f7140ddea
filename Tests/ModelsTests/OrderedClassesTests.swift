import Foundation
import Models
import Tensors
import Testing

/// Losses and gradients for classes in an order, beside PyTorch's; see `Tests/Fixtures/metrics/make_ordinal.py`.
struct OrderedClassesTests {
    struct Case: Decodable, Sendable {
        struct Expected: Decodable, Sendable {
            let loss, weightedLoss: Double
            let gradient: [[Double]]
        }

        let labels: [Int32]
        let logits: [[Float]]
        let weights: [Float]
        let expected: Expected
    }

    private struct Fixture: Decodable {
        let cases: [Case]
    }

    private let cases: [Case]

    init() throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/metrics/ordinal.json")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        cases = try decoder.decode(Fixture.self, from: Data(contentsOf: path)).cases
    }

    private func evaluate(
        _ one: Case, labels: [Int32]? = nil, weights: [Float]? = nil
    ) throws -> (loss: Double, gradient: [Float]) {
        let arena = Arena()
        let (rows, classes) = (one.labels.count, one.logits[0].count)
        let (scores, gradient) = (arena.tensor([rows, classes]), arena.tensor([rows, classes]))
        for (place, score) in one.logits.joined().enumerated() { scores.floats[place] = score }
        let objective = OrderedClassesObjective()
        let targets = Targets.classes(labels ?? one.labels)
        try objective.check(targets, rows: rows, scoreCount: classes)
        let loss = try objective.loss(
            of: scores, targets, weights: weights, gradientScale: 1, gradient: gradient)
        return (loss, gradient.array())
    }

    @Test func lossAndGradientAreThoseOfPyTorch() throws {
        #expect(cases.count == 48)
        for one in cases {
            let plain = try evaluate(one)
            #expect(
                abs(plain.loss / Double(one.labels.count) - one.expected.loss) < 1e-10
                    * max(1, one.expected.loss))
            let (loss, gradient) = try evaluate(one, weights: one.weights)
            #expect(abs(loss / one.expected.weightedLoss - 1) < 1e-10)
            for (found, wanted) in zip(gradient, one.expected.gradient.joined()) {
                #expect(abs(Double(found) - wanted) < 1e-6)
            }
        }
    }

    /// The negative control: turned about, or with other weights, nearly every case would be off.
    @Test func mistakesWouldBeNoticed() throws {
        var (turned, reweighted) = (0, 0)
        for one in cases {
            let last = Int32(one.logits[0].count - 1)
            let other =
                try evaluate(one, labels: one.labels.map { last - $0 }).loss / Double(one.labels.count)
            turned += abs(other / one.expected.loss - 1) > 1e-3 ? 1 : 0
            reweighted += abs(try evaluate(one).loss / one.expected.weightedLoss - 1) > 1e-3 ? 1 : 0
        }
        #expect(turned > 40 && reweighted > 40, "\(turned), \(reweighted)")
    }

    /// What tells it from cross-entropy, to which all wrong classes are the same.
    @Test func aClassThatIsFartherOffCostsMore() {
        var slopes = [Double](repeating: 0, count: 4)
        func loss(sureOf number: Int) -> Double {
            OrderedClassesObjective.loss(of: (0..<4).map { $0 == number ? 5 : 0 }, label: 0, slopes: &slopes)
        }
        let losses = (0..<4).map(loss)
        #expect(losses == losses.sorted() && Set(losses).count == 4, "\(losses)")
    }

    /// Of two classes there is one border: the loss is the cross-entropy.
    @Test func ofTwoClassesItIsTheCrossEntropy() {
        var slopes = [0.0, 0.0]
        let loss = OrderedClassesObjective.loss(of: [0.3, -1.2], label: 1, slopes: &slopes)
        let probability = 1 / (1 + exp(1.5))
        #expect(abs(loss + log(probability)) < 1e-14)
        #expect(abs(slopes[1] - (probability - 1)) < 1e-14 && abs(slopes[0] + slopes[1]) < 1e-14)
    }

    @Test func scoresFarApartKeepTheirDigits() {
        var slopes = [0.0, 0.0, 0.0]
        let loss = OrderedClassesObjective.loss(of: [800, 0, -800], label: 2, slopes: &slopes)
        #expect(abs(loss - (1_600 + 800)) < 1e-9 && slopes.allSatisfy { $0.isFinite })
    }

    @Test func targetsOtherThanClassesAreRefused() {
        for targets in [Targets.probabilities([0.5, 0.5]), .numbers([1, 0])] {
            let error = #expect(throws: BatchError.self) {
                try OrderedClassesObjective().check(targets, rows: 1, scoreCount: 2)
            }
            #expect(
                error?.description
                    == "rows have probabilities or numbers for targets; a class of each is needed")
        }
        #expect(throws: BatchError.self) {
            try OrderedClassesObjective().check(.classes([3]), rows: 1, scoreCount: 3)
        }
    }
}
