/// Logarithm and exponential from additions, multiplications and divisions alone.
///
/// The system's `log` and `exp` may differ in the last bit from one C library to the next, and one bit is enough to
/// turn a draw. These give the same bits everywhere; they are accurate to a few units in the last place.
package enum PortableMath {
    /// Natural logarithm of a positive, finite, normal number.
    ///
    /// With x = m·2^e and m in √½ ... √2: ln x = e·ln 2 + 2·artanh((m − 1)/(m + 1)), the series cut after the 27th
    /// power, where its terms are below 2⁻⁶⁸.
    package static func log(_ x: Double) -> Double {
        var mantissa = x.significand
        var exponent = Double(x.exponent)
        if mantissa > 1.4142135623730951 {
            mantissa /= 2
            exponent += 1
        }
        let ratio = (mantissa - 1) / (mantissa + 1)
        let square = ratio * ratio
        var sum = 0.0
        for power in stride(from: 27, through: 1, by: -2) { sum = sum * square + 1 / Double(power) }
        return exponent * ln2 + 2 * ratio * sum
    }

    /// e to the power x, for x in -700 ... 700.
    ///
    /// With x = k·ln 2 + r and |r| ≤ ½·ln 2: eˣ = 2ᵏ·eʳ, the Taylor series of eʳ cut after the 16th power.
    package static func exp(_ x: Double) -> Double {
        let halvings = (x / ln2).rounded()
        let rest = x - halvings * ln2
        var sum = 1.0
        for power in stride(from: 16, through: 1, by: -1) { sum = 1 + rest * sum / Double(power) }
        return Double(sign: .plus, exponent: Int(halvings), significand: sum)
    }

    /// 1 / (1 + e⁻ˣ), with x cut to -40 ... 40.
    package static func logistic(_ x: Double) -> Double { 1 / (1 + exp(-min(40, max(-40, x)))) }

    package static let ln2 = 0.6931471805599453
}
