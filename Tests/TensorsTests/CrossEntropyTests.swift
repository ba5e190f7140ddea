import Foundation
import Tensors
import Testing

@Suite struct CrossEntropyTests {
    private func twin(_ x: [Double], _ targets: [Double], _ weights: [Float], classes: Int) -> Double {
        weights.indices.reduce(0) { total, row in
            let scores = x[row * classes..<(row + 1) * classes]
            let largest = scores.max() ?? 0
            let logSum = largest + log(scores.reduce(0) { $0 + exp($1 - largest) })
            let loss = zip(targets[row * classes..<(row + 1) * classes], scores).reduce(0) {
                $0 + $1.0 * (logSum - $1.1)
            }
            return total + Double(weights[row]) * loss
        }
    }

    @Test(arguments: [(1, 2), (5, 3), (40, 17)], [true, false])
    func agreesWithItsTwinBothWays(shape: (Int, Int), soft: Bool) throws {
        let (rows, classes) = shape
        let logits = normals(rows * classes, seed: 1, spread: 3)
        let labels = (0..<rows).map { Int32($0 * 7 % classes) }
        let weights = normals(rows, seed: 2).map(abs)
        var probabilities = [Float](repeating: 0, count: rows * classes)
        for row in 0..<rows {
            probabilities[row * classes + Int(labels[row])] += soft ? 0.75 : 1
            if soft { probabilities[row * classes + row % classes] += 0.25 }
        }
        let loss = { (x: [Double]) in twin(x, doubles(probabilities), weights, classes: classes) }
        let wanted = numericGradient(at: doubles(logits)) { loss($0) / 2 }
        try forEachVariant { arena in
            let gradient = arena.unwritten([rows, classes])
            let found = try CrossEntropy.forwardBackward(
                logits: arena.tensor(logits, [rows, classes]),
                targets: soft ? .probabilities(probabilities) : .classes(labels), weights: weights,
                gradientScale: 0.5, gradient: gradient)
            #expect(abs(found / loss(doubles(logits)) - 1) < 1e-6)
            #expect(distance(gradient.array(), wanted) < 5e-6)
        }
    }

    @Test func extremeScoresStayFinite() throws {
        try forEachVariant { arena in
            let gradient = arena.unwritten([1, 3])
            let loss = try CrossEntropy.forwardBackward(
                logits: arena.tensor([1e4, -1e4, 0], [1, 3]), targets: .classes([1]), weights: nil,
                gradient: gradient)
            #expect(loss == 2e4)
            #expect(gradient.array() == [1, -1, 0])
        }
    }

    @Test func oneLabelTooFewIsExplained() {
        let arena = Arena()
        let error = #expect(throws: ShapeError.self) {
            try CrossEntropy.forwardBackward(
                logits: arena.tensor([2, 3]), targets: .classes([1]), weights: nil, gradient: nil)
        }
        #expect(
            error?.description
                == "crossEntropy: 'targets' has shape [1]; expected [R] with R = 2, from 'logits' [2, 3]")
    }
}
