import Foundation
import Tensors
import Testing

@Suite struct AdamWUpdateTests {
    /// 1e-6 relative on the update, not on the weight; weights near 0 keep the rounding of the sum out of it.
    @Test func fiveStepsAgreeWithTheFormula() throws {
        let count = 1000
        try forEachVariant { arena in
            let values = arena.tensor([Float](repeating: 0, count: count), [count])
            let (first, second) = (arena.tensor([count]), arena.tensor([count]))
            for tensor in [first, second] { tensor.fillZero() }
            let halves = arena.tensor([count], type: .bfloat16)
            var (p, m, v) = (
                [Double](repeating: 0, count: count), [Double](repeating: 0, count: count),
                [Double](repeating: 0, count: count)
            )
            for step in 1...5 {
                let gradient = normals(count, seed: UInt64(step), spread: 0.01)
                let corrections = SIMD2(1 - pow(0.9, Double(step)), 1 - pow(0.999, Double(step)))
                AdamWUpdate(
                    beta1: 0.9, beta2: 0.999, epsilon: 1e-8, gradientScale: 0.5, learningRate: 1e-3,
                    weightDecay: 0.01, corrections: corrections
                ).apply(
                    values: values.floats, gradients: arena.tensor(gradient, [count]).floats,
                    first: first.floats,
                    second: second.floats, halves: halves.halves, count: count)
                for i in 0..<count {
                    let g = Double(gradient[i]) * 0.5
                    p[i] *= 1 - 1e-3 * 0.01
                    m[i] = 0.9 * m[i] + 0.1 * g
                    v[i] = 0.999 * v[i] + 0.001 * g * g
                    p[i] -= 1e-3 * (m[i] / corrections.x) / ((v[i] / corrections.y).squareRoot() + 1e-8)
                }
                #expect(distance(values.array(), p) < 1e-6, "step \(step)")
                #expect(distance(halves.array(), p) < 4e-3)
            }
        }
    }
}
