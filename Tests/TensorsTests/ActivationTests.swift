import Foundation
import Tensors
import Testing

@Suite struct ActivationTests {
    /// By the definitions, and not as the kernels compute them.
    private func exact(_ kind: Activation, _ x: Double) -> Double {
        func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
        let gelu = x * 0.5 * erfc(-x / 2.0.squareRoot())
        return switch kind {
        case .gelu: gelu
        case .geluTanh: x / (1 + exp(-2 * (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
        case .geluClipped: min(10, max(-10, gelu))
        case .quickGELU: x * sigmoid(1.702 * x)
        case .silu: x * sigmoid(x)
        case .mish: x * tanh(log1p(exp(x)))
        case .hardSwish: x * min(6, max(0, x + 3)) / 6
        case .relu: max(0, x)
        case .relu6: min(6, max(0, x))
        case .reluSquared: max(0, x) * max(0, x)
        case .leakyReLU: max(0, x) + 0.01 * min(0, x)
        case .tanh: tanh(x)
        case .sigmoid: sigmoid(x)
        case .linear: x
        }
    }

    /// Each value, not their norm: 2e-6 relative, down to 1e-12 where nothing is left.
    @Test(arguments: Activation.allCases)
    func forwardKeepsItsDigits(kind: Activation) throws {
        let x = (0...14_000).map { Float($0) / 500 - 14 }
        try forEachVariant { arena in
            let output = arena.unwritten([1, x.count])
            let bias = arena.tensor([Float](repeating: 0.125, count: x.count), [x.count])
            try kind.forward(arena.tensor(x, [1, x.count]), bias: bias, into: output)
            for (x, found) in zip(x, output.array()) {
                let expected = exact(kind, Double(x + 0.125))
                #expect(abs(Double(found) - expected) <= 2e-6 * abs(expected) + 1e-12, "at \(x)")
            }
        }
    }

    /// Half a unit in the last place of bfloat16 is 2^-8; the function's own error may add a fiftieth of it.
    @Test func halvesAreWrongByTheirRoundingOnly() throws {
        let x = (0...9000).map { Float($0) / 500 - 9 }
        try forEachVariant { arena in
            let input = arena.halves(x, [1, x.count])
            let (output, again) = (
                arena.tensor([1, x.count], type: .bfloat16), arena.tensor([1, x.count], type: .bfloat16)
            )
            let (slopes, ones) = (
                arena.halves(x, [1, x.count]), arena.halves(x.map { _ in 1 }, [1, x.count])
            )
            let bias = arena.tensor([Float](repeating: 0, count: x.count), [x.count])
            try Activation.gelu.forward(input, bias: bias, into: output)
            try Activation.gelu.backward(
                input, bias: bias, outputGradient: ones, into: slopes, output: again,
                biasGradient: arena.unwritten([x.count]), accumulate: false, arena: arena)
            let (found, foundSlopes) = (output.array(), slopes.array())
            var worst = 0.0
            for (place, x) in input.array().map(Double.init).enumerated() {
                let expected = exact(.gelu, x)
                worst = max(worst, abs(Double(found[place]) - expected) / max(abs(expected), 1e-30))
                let slope =
                    0.5 * erfc(-x / 2.0.squareRoot()) + x * exp(-x * x / 2) / (2 * Double.pi).squareRoot()
                #expect(
                    abs(Double(foundSlopes[place]) - slope) <= 0x1.05p-8 * abs(slope) + 2e-5, "at \(x)")
            }
            #expect(worst < 0x1.05p-8)
            #expect(worst > 0x1p-9)  // rounding was there to be seen
        }
    }

    @Test(arguments: Activation.allCases, [(1, 16), (3, 20), (70, 5)])
    func backwardAgreesWithDifferences(kind: Activation, shape: (Int, Int)) throws {
        let (tokens, channels) = shape
        let (x, bias) = (normals(tokens * channels, seed: 1, spread: 2), normals(channels, seed: 2))
        let direction = normals(tokens * channels, seed: 3)
        func forward(_ x: [Double], _ bias: [Double]) -> [Double] {
            x.indices.map { exact(kind, x[$0] + bias[$0 % channels]) }
        }
        let wanted = numericGradient(at: doubles(x)) { dot(forward($0, doubles(bias)), direction) }
        let wantedBias = numericGradient(at: doubles(bias)) { dot(forward(doubles(x), $0), direction) }
        try forEachVariant { arena in
            let gradient = arena.tensor(direction, [tokens, channels])
            let biasGradient = arena.unwritten([channels])
            try kind.backward(
                arena.tensor(x, [tokens, channels]), bias: arena.tensor(bias, [channels]),
                outputGradient: gradient,
                into: gradient, biasGradient: biasGradient, accumulate: false, arena: arena)
            #expect(distance(gradient.array(), wanted) < 2e-6)
            #expect(distance(biasGradient.array(), wantedBias) < 2e-6)
        }
    }

    /// The backward pass gives the activated values again: the same bits, of either number type.
    @Test(arguments: Activation.allCases, [NumberType.float32, .bfloat16])
    func bothPassesGiveTheSameOutput(kind: Activation, type: NumberType) throws {
        let (tokens, channels) = (37, 21)
        let (x, bias) = (normals(tokens * channels, seed: 4, spread: 2), normals(channels, seed: 5))
        try forEachVariant { arena in
            func tensor(_ values: [Float]) -> Tensor {
                let result = arena.tensor([tokens, channels], type: type)
                if type == .float32 {
                    for (place, value) in values.enumerated() { result.floats[place] = value }
                } else {
                    values.withUnsafeBufferPointer { Elementwise.round($0, into: result.halves) }
                }
                return result
            }
            let (input, offset) = (tensor(x), arena.tensor(bias, [channels]))
            let (once, again) = (tensor(x), tensor(x.map { -$0 }))
            try kind.forward(input, bias: offset, into: once)
            try kind.backward(
                input, bias: offset, outputGradient: tensor(normals(tokens * channels, seed: 6)),
                into: tensor(x), output: again, biasGradient: arena.unwritten([channels]), accumulate: false,
                arena: arena)
            #expect(once.array() == again.array())
        }
    }

    /// Each slope on the way from -14 to 14, but at kinks, where there is none.
    @Test(arguments: Activation.allCases)
    func slopesKeepTheirDigits(kind: Activation) throws {
        let x = (0...14_000).map { Float($0) / 500 - 14 + 1e-3 }
        try forEachVariant { arena in
            let gradient = arena.tensor([Float](repeating: 1, count: x.count), [1, x.count])
            try kind.backward(
                arena.tensor(x, [1, x.count]),
                bias: arena.tensor([Float](repeating: 0, count: x.count), [x.count]),
                outputGradient: gradient, into: gradient, biasGradient: arena.unwritten([x.count]),
                accumulate: false, arena: arena)
            for (x, found) in zip(x, gradient.array()) {
                let wide = Double(x)
                let expected = (exact(kind, wide + 1e-5) - exact(kind, wide - 1e-5)) / 2e-5
                #expect(abs(Double(found) - expected) <= 3e-6 * max(1, abs(expected)), "at \(x)")
            }
        }
    }

    /// Numbers that are none come out as such, so that a training which has gone astray is noticed.
    @Test(arguments: Activation.allCases)
    func whatIsNoNumberStaysNone(kind: Activation) throws {
        try forEachVariant { arena in
            let output = arena.unwritten([1, 20])
            try kind.forward(
                arena.tensor([Float](repeating: .nan, count: 20), [1, 20]),
                bias: arena.tensor([Float](repeating: 0, count: 20), [20]), into: output)
            #expect(output.array().allSatisfy { $0.isNaN })
        }
    }

    @Test func theTwoKindsAreDistinguished() throws {
        let x = normals(64, seed: 9)
        try forEachVariant { arena in
            let output = arena.unwritten([1, 64])
            let bias = arena.tensor([Float](repeating: 0, count: 64), [64])
            try Activation.geluTanh.forward(arena.tensor(x, [1, 64]), bias: bias, into: output)
            #expect(distance(output.array(), x.map { exact(.gelu, Double($0)) }) > 2e-6)
        }
    }

    @Test func halvesAreReadAndWritten() throws {
        let x: [Float] = (0..<20).map { Float($0) / 4 - 2 }  // exact in bfloat16
        try forEachVariant { arena in
            let halves = arena.tensor([1, 20], type: .bfloat16)
            for (place, value) in x.enumerated() { halves.halves[place] = UInt16(value.bitPattern >> 16) }
            let output = arena.tensor([1, 20], type: .bfloat16)
            try Activation.gelu.forward(
                halves, bias: arena.tensor([Float](repeating: 0, count: 20), [20]), into: output)
            for (x, found) in zip(x, output.array()) {
                let expected = exact(.gelu, Double(x))
                #expect(abs(Double(found) - expected) <= abs(expected) / 256)
            }
        }
    }
}
