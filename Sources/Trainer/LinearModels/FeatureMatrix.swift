/// Rows of features that a linear model reads: all that its fit asks of them.
///
/// Weights and gradients of several linear functions lie one after the other, `stride` numbers each, of which the first
/// `columnCount` are coefficients.
package protocol FeatureMatrix: Sendable {
    var rowCount: Int { get }
    var columnCount: Int { get }

    /// Products of each row with each function's coefficients, `[rows, functions]`, row-major.
    ///
    /// - Parameters:
    ///   - weights: `[functions, stride]`.
    ///   - products: overwritten.
    func multiply(
        by weights: UnsafeBufferPointer<Double>, stride: Int, functions: Int,
        into products: UnsafeMutableBufferPointer<Double>)

    /// Adds to each coefficient of the gradient the sum over rows of factor times feature.
    ///
    /// - Parameters:
    ///   - factors: `[rows, functions]`, row-major.
    ///   - gradient: `[functions, stride]`.
    func addTransposed(
        of factors: UnsafeBufferPointer<Double>, functions: Int,
        to gradient: UnsafeMutableBufferPointer<Double>, stride: Int)
}

/// Every feature of every row, one row after the other.
package struct DenseFeatures: FeatureMatrix {
    /// `[rows, columns]`, row-major.
    package let values: [Float]
    package let rowCount: Int
    package let columnCount: Int

    package init(_ values: [Float], columnCount: Int) {
        precondition(columnCount > 0 && values.count % columnCount == 0, "whole rows of at least one feature")
        self.values = values
        self.columnCount = columnCount
        rowCount = values.count / columnCount
    }

    package func multiply(
        by weights: UnsafeBufferPointer<Double>, stride: Int, functions: Int,
        into products: UnsafeMutableBufferPointer<Double>
    ) {
        values.withUnsafeBufferPointer { values in
            for row in 0..<rowCount {
                let features = UnsafeBufferPointer(
                    rebasing: values[row * columnCount..<(row + 1) * columnCount])
                for function in 0..<functions {
                    let start = function * stride
                    products[row * functions + function] = Self.dot(
                        UnsafeBufferPointer(rebasing: weights[start..<start + columnCount]), features)
                }
            }
        }
    }

    package func addTransposed(
        of factors: UnsafeBufferPointer<Double>, functions: Int,
        to gradient: UnsafeMutableBufferPointer<Double>, stride: Int
    ) {
        values.withUnsafeBufferPointer { values in
            for row in 0..<rowCount {
                for function in 0..<functions {
                    let factor = factors[row * functions + function]
                    if factor == 0 { continue }
                    let start = function * stride
                    for index in 0..<columnCount {
                        gradient[start + index] += factor * Double(values[row * columnCount + index])
                    }
                }
            }
        }
    }

    /// Eight sums side by side, so that the order of additions is fixed and the processor's lanes are used.
    private static func dot(_ a: UnsafeBufferPointer<Double>, _ b: UnsafeBufferPointer<Float>) -> Double {
        var sums = SIMD8<Double>.zero
        let whole = a.count & ~7
        for start in stride(from: 0, to: whole, by: 8) {
            for lane in 0..<8 { sums[lane] += a[start + lane] * Double(b[start + lane]) }
        }
        var sum = sums.sum()
        for index in whole..<a.count { sum += a[index] * Double(b[index]) }
        return sum
    }
}
