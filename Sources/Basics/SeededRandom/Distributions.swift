import CLibrary

/// Draws whose method is fixed here, so that a seed gives the same values under every Swift release.
extension RandomNumberGenerator {
    /// A number in 0 ..< 1, a multiple of 2^-53.
    @inlinable
    public mutating func uniform() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// An integer in 0 ..< bound, each equally likely.
    /// - Parameter bound: above 0.
    ///
    /// Source: Lemire, "Fast random integer generation in an interval" (2019), doi:10.1145/3230636.
    @inlinable
    public mutating func integer(below bound: UInt64) -> UInt64 {
        precondition(bound > 0, "no integer lies below 0")
        var product = next().multipliedFullWidth(by: bound)
        if product.low < bound {
            let threshold = (0 &- bound) % bound
            while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
        }
        return product.high
    }

    /// A draw from the standard normal distribution; takes one value of the generator.
    @inlinable
    public mutating func normal() -> Double {
        normalQuantile((Double(next() >> 11) + 0.5) * 0x1p-53)
    }
}

extension MutableCollection where Self: RandomAccessCollection {
    /// Puts the elements into a random order, each equally likely (Fisher and Yates).
    ///
    /// Unlike the standard library's `shuffle(using:)`, whose method may change, this one is fixed.
    @inlinable
    public mutating func stableShuffle(using random: inout some RandomNumberGenerator) {
        var left = UInt64(count)
        var place = endIndex
        while left > 1 {
            formIndex(before: &place)
            swapAt(place, index(startIndex, offsetBy: Int(random.integer(below: left))))
            left -= 1
        }
    }
}

/// The value below which a share of some values lies, 0 ... 1; between two of them in a straight line, as NumPy's `percentile`.
/// - Parameter sorted: rising, at least one.
package func percentile(_ sorted: [Double], _ share: Double) -> Double {
    let place = share * Double(sorted.count - 1)
    let below = Int(place)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
}

/// The value below which a standard normal variable falls with this probability, 0 < p < 1; relative error
/// 1e-16.
///
/// Source: Wichura, "Algorithm AS 241: the percentage points of the normal distribution" (1988),
/// doi:10.2307/2347330, routine PPND16.
@inlinable
public func normalQuantile(_ p: Double) -> Double {
    let q = p - 0.5
    if abs(q) <= 0.425 {
        let r = 0.180625 - q * q
        return q * NormalQuantile.center(r)
    }
    return NormalQuantile.outside(q < 0 ? p : 1 - p, sign: q < 0 ? -1 : 1)
}

/// The three rational functions of AS 241, written out: they are evaluated by the hundred million.
@usableFromInline
enum NormalQuantile {
    @inlinable
    static func center(_ r: Double) -> Double {
        var above = 2509.0809287301226727
        above = above * r + 33430.575583588128105
        above = above * r + 67265.770927008700853
        above = above * r + 45921.953931549871457
        above = above * r + 13731.693765509461125
        above = above * r + 1971.5909503065514427
        above = above * r + 133.14166789178437745
        above = above * r + 3.387132872796366608
        var below = 5226.495278852545925
        below = below * r + 28729.085735721942674
        below = below * r + 39307.89580009271061
        below = below * r + 21213.794301586595867
        below = below * r + 5394.1960214247511077
        below = below * r + 687.1870074920579083
        below = below * r + 42.313330701600911252
        return above / (below * r + 1)
    }

    /// For probabilities p below 0.075 of the nearer tail.
    @usableFromInline
    static func outside(_ p: Double, sign: Double) -> Double {
        let r = (-log(p)).squareRoot()
        let value = r <= 5 ? ratio(middle, at: r - 1.6) : ratio(tail, at: r - 5)
        return sign * value
    }

    private static func ratio(_ coefficients: (above: [Double], below: [Double]), at x: Double) -> Double {
        coefficients.above.reduce(0) { $0 * x + $1 } / coefficients.below.reduce(0) { $0 * x + $1 }
    }

    // Highest power first.
    private static let middle: (above: [Double], below: [Double]) = (
        [
            7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177,
            1.27045825245236838258,
            3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734,
        ],
        [
            1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966,
            0.14810397642748007459,
            0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1.0,
        ]
    )
    private static let tail: (above: [Double], below: [Double]) = (
        [
            2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386,
            0.026532189526576123093,
            0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772,
        ],
        [
            2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5,
            7.868691311456132591e-4,
            0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1.0,
        ]
    )
}
