import Foundation
import Tensors
import Testing

/// The kernels' own functions, measured in units in the last place of Float32 against Double.
@Suite struct FunctionTests {
    private func check(
        _ range: ClosedRange<Float>, atMost bound: Double, _ function: ([Float]) -> [Float],
        _ exact: (Double) -> Double
    ) throws {
        let count = 300_000
        let x = (0...count).map {
            range.lowerBound + (range.upperBound - range.lowerBound) * (Float($0) / Float(count))
        }
        try forEachVariant { _ in
            var worst: (ulps: Double, at: Float) = (0, 0)
            for (x, found) in zip(x, function(x)) {
                let expected = exact(Double(x))
                let ulp = Double(max(Float(expected).ulp, Float.leastNormalMagnitude.ulp))
                let error = abs(Double(found) - expected) / ulp
                if !(error <= worst.ulps) { worst = (error, x) }
            }
            #expect(worst.ulps <= bound, "at \(worst.at)")
        }
    }

    @Test func exponentialIsWithinOneUlp() throws {
        try check(-87.3...88, atMost: 1, Elementwise.exp, exp)
        try check(-1...1, atMost: 1, Elementwise.exp, exp)
    }

    @Test func tanhIsWithinTwoUlps() throws {
        try check(-12...12, atMost: 2, Elementwise.tanh, tanh)
        try check(-1...1, atMost: 2, Elementwise.tanh, tanh)
    }

    /// The left tail too: erfc, not 1 + erf, is the reference.
    @Test func normalDistributionIsWithinEightUlps() throws {
        let cdf: (Double) -> Double = { 0.5 * erfc(-$0 / 2.0.squareRoot()) }
        try check(-12.9...9, atMost: 8, Elementwise.normalCDF, cdf)
        try check(-3...3, atMost: 4, Elementwise.normalCDF, cdf)
    }

    @Test func extremesAreSane() throws {
        try forEachVariant { _ in
            #expect(Elementwise.exp([-200, -.infinity, 0]) == [0, 0, 1])
            #expect(Elementwise.exp([.nan])[0].isNaN)
            #expect(Elementwise.tanh([-1e30, -0.0, 0, 1e30]) == [-1, 0, 0, 1])
            #expect(Elementwise.tanh([.nan])[0].isNaN)
            #expect(Elementwise.normalCDF([-100, 0, 100]) == [0, 0.5, 1])
            #expect(Elementwise.normalCDF([.nan])[0].isNaN)
        }
    }
}
