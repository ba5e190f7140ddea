import SeededRandom
import Tensors
import Testing

/// Runs a test's body on the compute thread, once for each variant this CPU can run.
func forEachVariant(threads: Int = 2, _ body: (Arena) throws -> Void) throws {
    var tried = 0
    for variant in Compute.variants
    where try Compute.run(threads: threads, kernels: variant, { try body(Arena()) }) != nil {
        tried += 1
    }
    #expect(tried >= 1)
}

/// Repeatable values around 0.
func normals(_ count: Int, seed: UInt64, spread: Double = 1) -> [Float] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in Float(spread * random.normal()) }
}

extension Arena {
    func tensor(_ values: [Float], _ shape: Shape) -> Tensor {
        precondition(values.count == shape.count)
        let result = tensor(shape)
        for (place, value) in values.enumerated() { result.floats[place] = value }
        return result
    }

    /// The values rounded to bfloat16.
    func halves(_ values: [Float], _ shape: Shape) -> Tensor {
        precondition(values.count == shape.count)
        let result = tensor(shape, type: .bfloat16)
        values.withUnsafeBufferPointer { Elementwise.round($0, into: result.halves) }
        return result
    }

    /// Memory full of NaN, so that whatever was not written shows.
    func unwritten(_ shape: Shape) -> Tensor {
        tensor([Float](repeating: .nan, count: shape.count), shape)
    }
}

func doubles(_ values: [Float]) -> [Double] { values.map(Double.init) }

/// ‖found - expected‖ / ‖expected‖, infinite when anything is not a number.
func distance(_ found: [Float], _ expected: [Double]) -> Double {
    guard found.count == expected.count, found.allSatisfy(\.isFinite) else { return .infinity }
    let difference = zip(found, expected).reduce(0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) }
    return (difference / max(expected.reduce(0) { $0 + $1 * $1 }, 1e-300)).squareRoot()
}

/// Central differences of a function of many numbers.
func numericGradient(at x: [Double], step: Double = 1e-5, _ function: ([Double]) -> Double) -> [Double] {
    var x = x
    return x.indices.map { place in
        let value = x[place]
        x[place] = value + step
        let above = function(x)
        x[place] = value - step
        let below = function(x)
        x[place] = value
        return (above - below) / (2 * step)
    }
}

/// Σ a·b: turns a tensor into one number whose gradient is `b`.
func dot(_ a: [Double], _ b: [Float]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * Double($1.1) } }

/// A dropout multiplier, number by number, from the definition in ``Dropout``.
func naiveMask(_ dropout: Dropout, head: UInt32 = 0, row: UInt32, line: Int, count: Int, element: Int)
    -> Double
{
    let groups = (count + 63) / 64
    let group = line * groups + element / 64
    let counter = (
        UInt32(group * 16 + element % 16), row, dropout.step,
        dropout.kind.rawValue | UInt32(dropout.layer) << 4 | head << 16
    )
    let words = Philox.words(counter: counter, key: (dropout.key.x, dropout.key.y))
    let word = [words.0, words.1, words.2, words.3][element % 64 / 16]
    return Double(word) < ((1 - dropout.rate) * 0x1p32).rounded() ? Double(Float(1 / (1 - dropout.rate))) : 0
}
