import CLibrary
import VoteModel

/// The logarithm of the likelihood of vote counts under a beta-binomial distribution, and its peak.
///
/// ln B(a + u, b + d) − ln B(a, b) is a sum over votes of ln(a + j) for j < u, of ln(b + j) for j < d, less that of
/// ln(a + b + j) for j < u + d. So three ``RisingSum`` hold all that the comments have to say.
struct BetaBinomialLikelihood {
    /// All up-votes, and all down-votes.
    let ups: Int
    let downs: Int
    private let ofUps: RisingSum
    private let ofDowns: RisingSum
    private let ofTotals: RisingSum

    init(_ census: VoteCensus) {
        ups = census.entries.reduce(0) { $0 + Int($1.up) * $1.comments }
        downs = census.entries.reduce(0) { $0 + Int($1.down) * $1.comments }
        ofUps = RisingSum(census.entries.map { (Int($0.up), $0.comments) })
        ofDowns = RisingSum(census.entries.map { (Int($0.down), $0.comments) })
        ofTotals = RisingSum(census.entries.map { ($0.total, $0.comments) })
    }

    /// ln L at Beta(alpha, beta); 0 without any vote.
    func value(_ alpha: Double, _ beta: Double) -> Double {
        ofUps.value(alpha) + ofDowns.value(beta) - ofTotals.value(alpha + beta)
    }

    /// The peak, or the highest place within the bounds.
    struct Peak {
        var alpha: Double
        var beta: Double
        var atBound: Bool
        var steps: Int
    }

    /// Climbs from Beta(2m, 2(1 − m)), m being the share of up-votes among all votes.
    func peak(within bounds: ClosedRange<Double>) -> Peak? {
        let limits = log(bounds.lowerBound)...log(bounds.upperBound)
        let mean = Double(ups) / Double(ups + downs)
        var place = Place(x: log(2 * mean), y: log(2 - 2 * mean)).clamped(to: limits)
        var height = value(exp(place.x), exp(place.y))
        var damping = 1e-3
        for step in 1...500 {
            let slope = slope(at: place, limits)
            guard let move = slope.step(damping: damping) else {
                damping = max(damping * 10, 1e-6)
                continue
            }
            let next = Place(x: place.x + move.x, y: place.y + move.y).clamped(to: limits)
            let gain = slope.x * (next.x - place.x) + slope.y * (next.y - place.y)
            let length = max(abs(next.x - place.x), abs(next.y - place.y))
            let nextHeight = value(exp(next.x), exp(next.y))
            // So near the peak heights differ by rounding only, and Newton's step is good without their word.
            let isNear = gain < 1e-9 * max(1, abs(height)) && length < 1e-3
            guard nextHeight >= height || isNear else {
                damping = max(damping * 10, 1e-6)
                if damping > 1e12 { return nil }
                continue
            }
            place = next
            height = nextHeight
            damping /= 10
            if length < 1e-11 {
                // exp(log(10,000)) is a little more than 10,000.
                func number(_ logarithm: Double) -> Double {
                    min(max(exp(logarithm), bounds.lowerBound), bounds.upperBound)
                }
                return Peak(
                    alpha: number(place.x), beta: number(place.y), atBound: slope.isHeld, steps: step)
            }
        }
        return nil
    }

    /// Logarithms of alpha and beta.
    private struct Place {
        var x: Double
        var y: Double

        func clamped(to limits: ClosedRange<Double>) -> Place {
            Place(
                x: min(max(x, limits.lowerBound), limits.upperBound),
                y: min(max(y, limits.lowerBound), limits.upperBound))
        }
    }

    /// First and second derivatives by ln alpha and ln beta.
    private struct Slope {
        var x: Double
        var y: Double
        var xx: Double
        var yy: Double
        var xy: Double
        var holdsX = false
        var holdsY = false
        var isHeld: Bool { holdsX || holdsY }

        /// Newton's step uphill, shortened by damping; `nil` if the hill does not curve downwards.
        func step(damping: Double) -> Place? {
            // Damping relative to the curvature, so that it means the same for ten comments and for a million.
            let scale = max(abs(xx), abs(yy), 1e-12)
            let a = -xx + damping * scale
            let c = -yy + damping * scale
            if holdsX && holdsY { return Place(x: 0, y: 0) }
            if holdsX { return c > 0 ? Place(x: 0, y: y / c) : nil }
            if holdsY { return a > 0 ? Place(x: x / a, y: 0) : nil }
            let determinant = a * c - xy * xy
            guard a > 0, determinant > 1e-14 * a * c else { return nil }
            // No step beyond a factor of e³: far from the peak the parabola promises too much.
            func held(_ move: Double) -> Double { min(max(move, -3), 3) }
            return Place(x: held((c * x + xy * y) / determinant), y: held((xy * x + a * y) / determinant))
        }
    }

    /// First and second derivatives of ln L by ln alpha and ln beta.
    func derivatives(
        _ alpha: Double, _ beta: Double
    ) -> (x: Double, y: Double, xx: Double, yy: Double, xy: Double) {
        let up = ofUps.slopes(alpha)
        let down = ofDowns.slopes(beta)
        let all = ofTotals.slopes(alpha + beta)
        let x = alpha * (up.first - all.first)
        let y = beta * (down.first - all.first)
        return (
            x, y, alpha * alpha * (up.second - all.second) + x,
            beta * beta * (down.second - all.second) + y, -alpha * beta * all.second
        )
    }

    private func slope(at place: Place, _ limits: ClosedRange<Double>) -> Slope {
        let alpha = exp(place.x)
        let beta = exp(place.y)
        let d = derivatives(alpha, beta)
        var slope = Slope(x: d.x, y: d.y, xx: d.xx, yy: d.yy, xy: d.xy)
        slope.holdsX =
            (place.x >= limits.upperBound && slope.x > 0) || (place.x <= limits.lowerBound && slope.x < 0)
        slope.holdsY =
            (place.y >= limits.upperBound && slope.y > 0) || (place.y <= limits.lowerBound && slope.y < 0)
        return slope
    }
}

/// Σ ln Γ(p + v) − ln Γ(p) over whole numbers v, as a function of p > 0, with its first two derivatives.
///
/// Small v are summed as ln(p) + ln(p + 1) + ..., which is exact where differences of log-gammas cancel; all v
/// together cost one term for each j, weighted by how many v exceed it. What is above `cut` is taken in one step by
/// Stirling's series, which is exact to the last digit there.
struct RisingSum {
    private static let cut = 4096
    /// How many v exceed j, for j from 0.
    private var exceeding: [Double] = []
    /// The v above the cut and how many of each.
    private var beyond: [(value: Double, count: Double)] = []

    init(_ values: [(value: Int, count: Int)]) {
        let highest = values.reduce(0) { max($0, $1.value) }
        var ending = [Int](repeating: 0, count: min(highest, Self.cut) + 1)
        var above: [Int: Int] = [:]
        for (value, count) in values {
            ending[min(value, Self.cut)] += count
            if value > Self.cut { above[value, default: 0] += count }
        }
        beyond = above.sorted { $0.key < $1.key }.map { (Double($0.key), Double($0.value)) }
        exceeding = [Double](repeating: 0, count: ending.count - 1)
        var left = 0
        for j in exceeding.indices.reversed() {
            left += ending[j + 1]
            exceeding[j] = Double(left)
        }
    }

    /// The sum at `p`.
    func value(_ p: Double) -> Double {
        var sum = 0.0
        for (j, count) in exceeding.enumerated() { sum += count * log(p + Double(j)) }
        guard !beyond.isEmpty else { return sum }
        let start = Stirling.logGamma(p + Double(Self.cut))
        for (value, count) in beyond { sum += count * (Stirling.logGamma(p + value) - start) }
        return sum
    }

    /// Its first and second derivative at `p`.
    func slopes(_ p: Double) -> (first: Double, second: Double) {
        var first = 0.0
        var second = 0.0
        for (j, count) in exceeding.enumerated() {
            let inverse = 1 / (p + Double(j))
            first += count * inverse
            second -= count * inverse * inverse
        }
        guard !beyond.isEmpty else { return (first, second) }
        let start = Stirling.polygammas(p + Double(Self.cut))
        for (value, count) in beyond {
            let end = Stirling.polygammas(p + value)
            first += count * (end.first - start.first)
            second += count * (end.second - start.second)
        }
        return (first, second)
    }
}

/// Stirling's series for ln Γ and its derivatives, for arguments of a thousand and more. Source: DLMF 5.11.1, 5.11.2.
private enum Stirling {
    static func logGamma(_ z: Double) -> Double {
        (z - 0.5) * log(z) - z + 0.5 * log(2 * Double.pi) + (1.0 / 12 - 1 / (360 * z * z)) / z
    }

    static func polygammas(_ z: Double) -> (first: Double, second: Double) {
        let inverse = 1 / z
        let square = inverse * inverse
        return (
            log(z) - inverse / 2 - square / 12 + square * square / 120,
            inverse + square / 2 + square * inverse / 6 - square * square * inverse / 30
        )
    }
}
