internal import Tensors

/// Where the time of a step went, in seconds.
package struct StepTimes: Hashable, Sendable {
    /// Matrix products.
    package var products = 0.0
    package var attention = 0.0
    /// Normalization, activation, embeddings, sums.
    package var elementwise = 0.0
    /// The whole of forward and backward passes, the above included.
    package var total = 0.0
    /// Floating-point operations of the products, two for each multiplication and addition.
    package var productOperations = 0.0

    package init() {}
}

/// Why no model can compute on this machine, and what to do.
package struct ComputeError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
}

/// What a model computes with: memory, prepared products, clocks.
final class ModelRuntime {
    let arena = Arena()
    let products: MatrixProduct
    let threads: Int
    let precision: Precision
    var times = StepTimes()
    private let clock = ContinuousClock()

    /// - Throws: ``ComputeError``
    init(threads: Int, precision: Precision) throws {
        do {
            products = try MatrixProduct(operands: precision == .fp32 ? .float32 : .bfloat16)
        } catch let error as ProductError {
            throw ComputeError(description: error.description)
        }
        self.threads = threads
        self.precision = precision
    }

    /// Number format of the products' operands.
    var operandType: NumberType { precision == .fp32 ? .float32 : .bfloat16 }

    /// Rows of product operands, rounded up so that shapes repeat from batch to batch.
    private func padded(_ rows: Int) -> Int {
        products.preparesShapes(of: operandType) ? (rows + 15) / 16 * 16 : rows
    }

    /// Memory for `rows` rows that take part in products, and the rows that round them up.
    func padded(_ rows: Int, _ columns: Int, _ type: NumberType) -> PaddedTensor {
        let all = arena.tensor([padded(rows), columns], type: type)
        let result = PaddedTensor(all: all, rows: rows)
        result.clearPadding()
        return result
    }

    /// A `Float32` matrix in the number format of the products; itself where that is the same.
    func operand(of tensor: PaddedTensor) -> PaddedTensor {
        guard precision == .bf16 else { return tensor }
        let halves = padded(tensor.rows, tensor.all.columns, .bfloat16)
        let values = UnsafeBufferPointer(
            start: UnsafePointer(tensor.all.floats), count: tensor.all.shape.count)
        Elementwise.round(values, into: halves.all.halves)
        return halves
    }

    func measure<Result>(_ part: WritableKeyPath<StepTimes, Double>, _ body: () throws -> Result) rethrows
        -> Result
    {
        let start = clock.now
        defer { times[keyPath: part] += (clock.now - start) / .seconds(1) }
        return try body()
    }

    func multiply(
        _ a: Tensor, transposingLeft transposeA: Bool = false, by b: Tensor,
        transposingRight transposeB: Bool = false,
        bias: Tensor? = nil, accumulate: Bool = false, streamingStore: Bool = false, into c: Tensor
    ) throws {
        times.productOperations +=
            2 * Double(c.rows) * Double(c.columns) * Double(transposeA ? a.rows : a.columns)
        try measure(\.products) {
            try products.multiply(
                a, transposingLeft: transposeA, by: b, transposingRight: transposeB, bias: bias,
                accumulate: accumulate, streamingStore: streamingStore, into: c)
        }
    }
}

/// A matrix with more rows than are in use; those hold zeros where they enter a product.
struct PaddedTensor {
    /// All rows, for products.
    let all: Tensor
    /// Rows in use.
    let rows: Int

    /// The rows in use, for everything else.
    var used: Tensor { all.rows(0..<rows) }

    func clearPadding() {
        if rows < all.rows { all.rows(rows..<all.rows).fillZero() }
    }
}
