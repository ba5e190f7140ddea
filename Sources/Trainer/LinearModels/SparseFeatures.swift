private import Dispatch

/// Rows of features most of which are 0: only the others are kept, by row (CSR) and by column (CSC).
///
/// Every sum is taken in the order of rows or of columns, so that results do not depend on the number of threads.
package struct SparseFeatures: FeatureMatrix {
    package let columnCount: Int
    /// `rowCount + 1` places in ``columns`` and ``values``; row i has those from `starts[i]` up to `starts[i + 1]`.
    package let starts: [Int]
    /// Column of each value, rising within a row.
    package let columns: [Int32]
    package let values: [Double]
    /// Threads that a product may use, at least 1.
    package var threads: Int

    /// The same by column: places, rows, values.
    private let columnStarts: [Int]
    private let rows: [Int32]
    private let transposed: [Double]

    package var rowCount: Int { starts.count - 1 }

    /// Below this many values a product is done on the caller's thread.
    private static let leastParallel = 1 << 16

    /// - Precondition: `starts` begins with 0, never falls and ends with the number of values; columns are below
    ///   `columnCount`.
    package init(columnCount: Int, starts: [Int], columns: [Int32], values: [Double], threads: Int = 1) {
        precondition(starts.first == 0 && starts.last == values.count, "starts must span the values")
        precondition(columns.count == values.count, "each value has its column")
        self.columnCount = columnCount
        self.starts = starts
        self.columns = columns
        self.values = values
        self.threads = max(1, threads)
        var places = [Int](repeating: 0, count: columnCount + 1)
        for column in columns { places[Int(column) + 1] += 1 }
        for column in 0..<columnCount { places[column + 1] += places[column] }
        columnStarts = places
        var rows = [Int32](repeating: 0, count: values.count)
        var transposed = [Double](repeating: 0, count: values.count)
        for row in 0..<starts.count - 1 {
            for place in starts[row]..<starts[row + 1] {
                let column = Int(columns[place])
                rows[places[column]] = Int32(row)
                transposed[places[column]] = values[place]
                places[column] += 1
            }
        }
        self.rows = rows
        self.transposed = transposed
    }

    /// Rows with the columns of several matrices beside each other, in their order.
    /// - Precondition: at least one matrix, all of as many rows.
    package init(joining parts: [SparseFeatures], threads: Int = 1) {
        precondition(
            !parts.isEmpty && parts.allSatisfy { $0.rowCount == parts[0].rowCount }, "rows of all parts")
        if parts.count == 1 {
            self = parts[0]
            self.threads = max(1, threads)
            return
        }
        var starts = [0]
        var columns: [Int32] = []
        var values: [Double] = []
        for row in 0..<parts[0].rowCount {
            var first: Int32 = 0
            for part in parts {
                let own = part.starts[row]..<part.starts[row + 1]
                for column in part.columns[own] { columns.append(first + column) }
                values += part.values[own]
                first += Int32(part.columnCount)
            }
            starts.append(values.count)
        }
        self.init(
            columnCount: parts.reduce(0) { $0 + $1.columnCount }, starts: starts, columns: columns,
            values: values, threads: threads)
    }

    package func multiply(
        by weights: UnsafeBufferPointer<Double>, stride: Int, functions: Int,
        into products: UnsafeMutableBufferPointer<Double>
    ) {
        columns.withUnsafeBufferPointer { columns in
            values.withUnsafeBufferPointer { values in
                nonisolated(unsafe) let (weights, products, columns, values) = (
                    weights, products, columns, values
                )
                inParts(of: starts) { rows in
                    for row in rows {
                        for function in 0..<functions {
                            let start = function * stride
                            var sum = 0.0
                            for place in starts[row]..<starts[row + 1] {
                                sum += values[place] * weights[start + Int(columns[place])]
                            }
                            products[row * functions + function] = sum
                        }
                    }
                }
            }
        }
    }

    package func addTransposed(
        of factors: UnsafeBufferPointer<Double>, functions: Int,
        to gradient: UnsafeMutableBufferPointer<Double>, stride: Int
    ) {
        rows.withUnsafeBufferPointer { rows in
            transposed.withUnsafeBufferPointer { values in
                nonisolated(unsafe) let (factors, gradient, rows, values) = (factors, gradient, rows, values)
                inParts(of: columnStarts) { columns in
                    for column in columns {
                        for function in 0..<functions {
                            var sum = 0.0
                            for place in columnStarts[column]..<columnStarts[column + 1] {
                                sum += values[place] * factors[Int(rows[place]) * functions + function]
                            }
                            gradient[function * stride + column] += sum
                        }
                    }
                }
            }
        }
    }

    /// Calls `body` with parts of the rows or columns that have about as many values each, at one time.
    private func inParts(of starts: [Int], _ body: @Sendable (Range<Int>) -> Void) {
        let count = starts.count - 1
        guard threads > 1, values.count >= Self.leastParallel else { return body(0..<count) }
        var bounds = [0]
        for part in 1..<threads {
            let wanted = values.count / threads * part
            bounds.append(max(bounds[part - 1], starts.firstIndex { $0 >= wanted } ?? count))
        }
        bounds.append(count)
        let ends = bounds
        DispatchQueue.concurrentPerform(iterations: threads) { part in
            if ends[part] < ends[part + 1] { body(ends[part]..<ends[part + 1]) }
        }
    }
}
