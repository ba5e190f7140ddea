import Tensors

/// For some vectors, the queries, the rows that are most like each: those with the largest cosine of the angle between them.
///
/// Nothing is approximate. A block of rows goes through one matrix product in `Float32`, by which only rows are passed over
/// that cannot be among the best even with its largest rounding; the others are computed again in `Double`, each pair by
/// itself. So neither blocks nor their order nor threads decide a digit. Rows of equal scores come in the order of their ids.
///
/// Shapes: Q = queries, R = rows of a block, W = width. All row-major.
package struct NearestRows {
    /// A row that is like a query.
    package struct Match: Hashable, Sendable {
        package let id: Int64
        /// Cosine, -1 ... 1; 0 where a vector is all zeros.
        package let score: Double

        fileprivate func precedes(_ other: Match) -> Bool {
            score == other.score ? id < other.id : score > other.score
        }
    }

    private let width: Int
    private let count: Int
    private let least: Double
    private let threads: Int
    private let queries: Vectors
    /// The row that each query is itself, and is not compared with.
    private let own: [Int64?]
    private let product: MatrixProduct
    /// The best of each query so far, the best first.
    package private(set) var matches: [[Match]]

    /// - Parameters:
    ///   - queries: `[Q, W]`.
    ///   - own: ids of rows that the queries are themselves; empty if they are none.
    ///   - count: most matches of a query, at least 1.
    ///   - least: smallest score of a match.
    package init(
        _ queries: [Float], width: Int, own: [Int64] = [], count: Int, least: Double = -1, threads: Int
    ) throws {
        precondition(width > 0 && count > 0 && queries.count % width == 0)
        self.width = width
        self.count = count
        self.least = least
        self.threads = threads
        self.queries = Vectors(queries, width: width)
        let rows = queries.count / width
        self.own = own.isEmpty ? Array(repeating: nil, count: rows) : own
        product = try Compute.run(threads: threads) { try MatrixProduct() }
        matches = Array(repeating: [], count: rows)
    }

    /// Bound of a product's error for vectors of length 1: twice that of a sum of W products in `Float32`, and some for the
    /// scaling.
    ///
    /// Source: Higham, "Accuracy and Stability of Numerical Algorithms" (2002), section 3.1.
    private var slack: Double { Double(width + 16) * 0x1p-23 }

    /// Compares the queries with further rows.
    /// - Parameters:
    ///   - ids: of the rows, `[R]`.
    ///   - vectors: `[R, W]`.
    /// - Complexity: O(Q · R · W) time, 4 · R · (Q + W) bytes.
    package mutating func add(_ ids: [Int64], _ vectors: [Float]) throws {
        precondition(vectors.count == ids.count * width)
        if ids.isEmpty || matches.isEmpty { return }
        let block = Vectors(vectors, width: width)
        let scores = try roughScores(block, rows: ids.count)
        for query in matches.indices {
            var best = matches[query]
            var bar = bar(best)
            for row in ids.indices where scores[query * ids.count + row] >= bar && own[query] != ids[row] {
                let match = Match(id: ids[row], score: queries.cosine(query, block, row, width))
                guard match.score >= least, best.count < count || match.precedes(best[count - 1]) else {
                    continue
                }
                let place = best.firstIndex { match.precedes($0) } ?? best.count
                best.insert(match, at: place)
                if best.count > count { best.removeLast() }
                bar = self.bar(best)
            }
            matches[query] = best
        }
    }

    /// The least rough score of a row that may still be among the best.
    private func bar(_ best: [Match]) -> Float {
        Float(max(least, best.count < count ? -2 : best[count - 1].score) - slack)
    }

    /// `[Q, R]`
    private func roughScores(_ block: Vectors, rows: Int) throws -> [Float] {
        var scores = [Float](repeating: 0, count: matches.count * rows)
        try Compute.run(threads: threads) {
            try queries.units.withUnsafeBufferPointer { left in
                try block.units.withUnsafeBufferPointer { right in
                    try scores.withUnsafeMutableBufferPointer { scores in
                        guard let one = left.baseAddress, let other = right.baseAddress,
                            let result = scores.baseAddress
                        else { return }
                        // A product only reads its operands.
                        try product.multiply(
                            Tensor(UnsafeMutablePointer(mutating: one), [matches.count, width]),
                            by: Tensor(UnsafeMutablePointer(mutating: other), [rows, width]),
                            transposingRight: true, into: Tensor(result, [matches.count, rows]))
                    }
                }
            }
        }
        return scores
    }
}

/// Vectors with their lengths, and the same scaled to length 1.
private struct Vectors {
    let values: [Float]
    let lengths: [Double]
    let units: [Float]

    init(_ values: [Float], width: Int) {
        self.values = values
        let rows = values.count / width
        let lengths = values.withUnsafeBufferPointer { values in
            (0..<rows).map { row in
                var square = 0.0
                for column in row * width..<(row + 1) * width {
                    square += Double(values[column]) * Double(values[column])
                }
                return square.squareRoot()
            }
        }
        var units = values
        units.withUnsafeMutableBufferPointer { units in
            for row in 0..<rows where lengths[row] > 0 {
                for column in row * width..<(row + 1) * width {
                    units[column] = Float(Double(units[column]) / lengths[row])
                }
            }
        }
        self.lengths = lengths
        self.units = units
    }

    /// In one order, whatever is around.
    func cosine(_ row: Int, _ other: Vectors, _ otherRow: Int, _ width: Int) -> Double {
        let scale = lengths[row] * other.lengths[otherRow]
        if scale == 0 { return 0 }
        let sum = values.withUnsafeBufferPointer { one in
            other.values.withUnsafeBufferPointer { two in
                (0..<width).reduce(0.0) {
                    $0 + Double(one[row * width + $1]) * Double(two[otherRow * width + $1])
                }
            }
        }
        return min(1, max(-1, sum / scale))
    }
}
