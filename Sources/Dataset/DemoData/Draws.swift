internal import SeededRandom

/// Draws from the distributions of the model. Only whole-number arithmetic and ``PortableMath``, so equal seeds give
/// equal draws on every machine and with every Swift release.
package struct Draws: Sendable {
    private var generator: SplitMix64

    package init(seed: UInt64) { generator = SplitMix64(seed: seed) }

    /// Uniform on 0 ..< 1, a multiple of 2⁻⁵³.
    package mutating func unit() -> Double { Double(generator.next() >> 11) * 0x1p-53 }

    /// Uniform on 0 ..< bound, for a bound of at least 1.
    ///
    /// Source: Lemire, "Fast random integer generation in an interval" (2019), arXiv:1805.10941, algorithm 5.
    package mutating func below(_ bound: Int) -> Int {
        let bound = UInt64(bound)
        var product = generator.next().multipliedFullWidth(by: bound)
        if product.low < bound {
            let threshold = (0 &- bound) % bound
            while product.low < threshold { product = generator.next().multipliedFullWidth(by: bound) }
        }
        return Int(product.high)
    }

    package mutating func chance(_ probability: Double) -> Bool { unit() < probability }

    package mutating func pick<Element>(_ items: [Element]) -> Element { items[below(items.count)] }

    /// Standard normal.
    ///
    /// Source: Marsaglia, Bray, "A convenient method for generating normal variables" (1964), the polar method.
    package mutating func normal() -> Double {
        while true {
            let x = 2 * unit() - 1
            let y = 2 * unit() - 1
            let square = x * x + y * y
            if square > 0, square < 1 { return x * (-2 * PortableMath.log(square) / square).squareRoot() }
        }
    }

    /// Gamma with a shape above 0 and scale 1.
    ///
    /// Source: Marsaglia, Tsang, "A simple method for generating gamma variables" (2000),
    /// doi:10.1145/358407.358414; shapes below 1 by its section 6, Γ(a) = Γ(a + 1)·U^(1/a).
    package mutating func gamma(shape: Double) -> Double {
        if shape < 1 {
            let uniform = 1 - unit()
            return gamma(shape: shape + 1) * PortableMath.exp(max(-700, PortableMath.log(uniform) / shape))
        }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal()
            let root = 1 + c * x
            if root <= 0 { continue }
            let v = root * root * root
            let u = 1 - unit()
            if PortableMath.log(u) < 0.5 * x * x + d - d * v + d * PortableMath.log(v) { return d * v }
        }
    }

    /// Beta with a mean strictly between 0 and 1; the higher the concentration α + β, the narrower.
    package mutating func beta(mean: Double, concentration: Double) -> Double {
        let first = gamma(shape: mean * concentration)
        let second = gamma(shape: (1 - mean) * concentration)
        return first + second > 0 ? first / (first + second) : mean
    }

    /// Pareto (type I) with the given smallest value and tail exponent: P(X > x) = (smallest / x)^exponent.
    package mutating func pareto(smallest: Double, exponent: Double) -> Double {
        smallest * PortableMath.exp(-PortableMath.log(1 - unit()) / exponent)
    }
}
