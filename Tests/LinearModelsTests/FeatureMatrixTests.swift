import LinearModels
import Testing

/// Sparse and dense rows are two ways to say the same.
struct FeatureMatrixTests {
    /// Rows with most features 0; some rows and columns with none at all.
    static let dense: [Float] = (0..<70 * 11).map { place in
        let (row, column) = (place / 11, place % 11)
        return row % 9 == 4 || column == 7 || (row * 5 + column * 3) % 4 != 0 ? 0 : Float(place % 13) - 6.25
    }

    static func sparse(threads: Int, copies: Int = 1) -> SparseFeatures {
        var starts = [0]
        var columns: [Int32] = []
        var values: [Double] = []
        for row in 0..<70 * copies {
            for column in 0..<11 where dense[row % 70 * 11 + column] != 0 {
                columns.append(Int32(column))
                values.append(Double(dense[row % 70 * 11 + column]))
            }
            starts.append(columns.count)
        }
        return SparseFeatures(
            columnCount: 11, starts: starts, columns: columns, values: values, threads: threads)
    }

    static func products(_ matrix: some FeatureMatrix) -> (products: [Double], gradient: [Double]) {
        let weights = (0..<36).map { Double($0 % 7) - 2.5 }
        var products = [Double](repeating: .nan, count: matrix.rowCount * 3)
        var gradient = [Double](repeating: 1, count: 36)
        products.withUnsafeMutableBufferPointer { products in
            weights.withUnsafeBufferPointer {
                matrix.multiply(by: $0, stride: 12, functions: 3, into: products)
            }
            gradient.withUnsafeMutableBufferPointer {
                matrix.addTransposed(of: UnsafeBufferPointer(products), functions: 3, to: $0, stride: 12)
            }
        }
        return (products, gradient)
    }

    @Test func sparseIsAsDense() {
        let dense = Self.products(DenseFeatures(Self.dense, columnCount: 11))
        let sparse = Self.products(Self.sparse(threads: 1))
        for (a, b) in zip(dense.products, sparse.products) { #expect(abs(a - b) < 1e-12) }
        for (a, b) in zip(dense.gradient, sparse.gradient) { #expect(abs(a - b) < 1e-9) }
        #expect(dense.products.contains { $0 != 0 })
        #expect((0..<3).allSatisfy { dense.gradient[$0 * 12 + 11] == 1 }, "an intercept is not a column")
    }

    /// Enough values for the work to be divided.
    @Test(arguments: [2, 3, 8])
    func anyNumberOfThreadsGivesTheSameBits(threads: Int) {
        let one = Self.products(Self.sparse(threads: 1, copies: 600))
        let many = Self.products(Self.sparse(threads: threads, copies: 600))
        #expect(one.products == many.products)
        #expect(one.gradient == many.gradient)
        #expect(Self.sparse(threads: 1, copies: 600).values.count > 1 << 16)
    }

    /// A fit starts where another one ended, and ends where it would have ended from zeros.
    @Test(arguments: [2, 4])
    func aFitCanStartFromAnother(classes: Int) {
        let rows = LogisticRegression.Rows(
            features: Self.sparse(threads: 1),
            targets: (0..<70).flatMap { row in (0..<classes).map { $0 == row * 7 % classes ? 1.0 : 0 } },
            classCount: classes, weights: (0..<70).map { Double(1 + $0 % 3) })
        let strong = LogisticRegression(fitting: rows, l2: 10)
        let cold = LogisticRegression(fitting: rows, l2: 2)
        let warm = LogisticRegression(fitting: rows, l2: 2, from: strong)
        for (a, b) in zip(cold.coefficients, warm.coefficients) { #expect(abs(a - b) < 1e-6) }
        #expect(zip(strong.coefficients, cold.coefficients).contains { abs($0 - $1) > 1e-3 })
        let again = LogisticRegression(fitting: rows, l2: 2, from: cold)
        #expect(again.iterations < cold.iterations)
    }
}
