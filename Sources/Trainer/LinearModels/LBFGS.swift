/// Minimizes a smooth convex function by limited-memory BFGS with a backtracking line search.
///
/// Source: Nocedal, Wright, "Numerical Optimization" (2006), algorithms 3.1, 7.4 and 7.5.
package struct LBFGS {
    /// Pairs of steps and gradient changes that approximate the curvature.
    var memory = 10
    var mostIterations = 2000
    /// Largest entry of the gradient at which it stops.
    package var tolerance = 1e-9

    package init() {}

    typealias Function = (_ place: [Double], _ gradient: inout [Double]) -> Double

    /// - Returns: the place, and how many steps it took.
    func minimize(from start: [Double], _ function: Function) -> (place: [Double], iterations: Int) {
        var place = start
        var gradient = [Double](repeating: 0, count: start.count)
        var value = function(place, &gradient)
        var pairs: [(step: [Double], change: [Double])] = []
        for iteration in 0..<mostIterations {
            guard (gradient.map { abs($0) }.max() ?? 0) > tolerance else { return (place, iteration) }
            let direction = direction(gradient, pairs)
            var slope = Self.dot(direction, gradient)
            var search = direction
            if !(slope < 0) {  // rounding made the direction non-descending; fall back to steepest descent
                pairs = []
                search = gradient.map { -$0 }
                slope = -Self.dot(gradient, gradient)
            }
            var length = pairs.isEmpty ? min(1, 1 / max(Self.dot(gradient, gradient).squareRoot(), 1e-12)) : 1
            var next = place
            var nextGradient = gradient
            var nextValue = value
            var found = false
            for _ in 0..<60 {
                for index in next.indices { next[index] = place[index] + length * search[index] }
                nextValue = function(next, &nextGradient)
                if nextValue <= value + 1e-4 * length * slope {
                    found = true
                    break
                }
                length /= 2
            }
            // Rounding hides any further decrease.
            guard found, nextValue < value || iteration == 0 else { return (place, iteration) }
            let step = zip(next, place).map { $0 - $1 }
            let change = zip(nextGradient, gradient).map { $0 - $1 }
            if Self.dot(step, change) > 1e-16 { pairs.append((step, change)) }
            if pairs.count > memory { pairs.removeFirst() }
            (place, gradient, value) = (next, nextGradient, nextValue)
        }
        return (place, mostIterations)
    }

    /// The two-loop recursion.
    private func direction(_ gradient: [Double], _ pairs: [(step: [Double], change: [Double])]) -> [Double] {
        var direction = gradient.map { -$0 }
        var factors: [Double] = []
        for (step, change) in pairs.reversed() {
            let factor = Self.dot(step, direction) / Self.dot(step, change)
            for index in direction.indices { direction[index] -= factor * change[index] }
            factors.append(factor)
        }
        if let (step, change) = pairs.last {
            let scale = Self.dot(step, change) / Self.dot(change, change)
            for index in direction.indices { direction[index] *= scale }
        }
        for ((step, change), factor) in zip(pairs, factors.reversed()) {
            let back = factor - Self.dot(change, direction) / Self.dot(step, change)
            for index in direction.indices { direction[index] += back * step[index] }
        }
        return direction
    }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double {
        var sum = 0.0
        for index in a.indices { sum += a[index] * b[index] }
        return sum
    }
}
