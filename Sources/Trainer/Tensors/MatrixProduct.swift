internal import COneDNN

/// A matrix product that oneDNN refused.
public struct ProductError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
}

/// Multiplies matrices with oneDNN, keeping prepared products by shape.
///
/// Preparing takes some tenths of a millisecond, so shapes should repeat: round row counts up. Use it on the
/// compute thread only.
public final class MatrixProduct {
    private let context: OpaquePointer

    /// - Parameter capacity: prepared products kept; the least recently used go first.
    public init(capacity: Int = 1024) throws {
        guard let context = cod_create(Int32(clamping: capacity)) else {
            throw ProductError(description: "oneDNN could not start its CPU engine")
        }
        self.context = context
    }

    deinit { cod_destroy(context) }

    /// Products prepared so far.
    public var prepared: Int { Int(cod_prepared(context)) }

    /// C = A · B + bias, or C += A · B + bias.
    ///
    /// Shapes: A is `[M, K]`, or `[K, M]` when transposed; B is `[K, N]`, or `[N, K]` when transposed; A and
    /// B hold numbers of one type, summed in `Float32`. Rows may lie apart.
    ///
    /// - Parameters:
    ///   - bias: `[N]`, `Float32`, or `nil`.
    ///   - c: `[M, N]`.
    /// - Throws: ``ShapeError``, or ``ProductError`` when oneDNN has no such product on this CPU.
    public func multiply(
        _ a: Tensor, transposingLeft transposeA: Bool = false, by b: Tensor,
        transposingRight transposeB: Bool = false,
        bias: Tensor? = nil, accumulate: Bool = false, into c: Tensor
    ) throws {
        let (m, k) = transposeA ? (a.columns, a.rows) : (a.rows, a.columns)
        let n = transposeB ? b.rows : b.columns
        try expect(
            "multiply", "b", b, transposeB ? [n, k] : [k, n],
            "[\(transposeB ? "N, K" : "K, N")] with K = \(k), from 'a' \(a.shape)")
        try expect(
            "multiply", "c", c, [m, n],
            "[M, N] with M = \(m) from 'a' \(a.shape), N = \(n) from 'b' \(b.shape)")
        if let bias {
            try expect("multiply", "bias", bias, [n], "[N] with N = \(n), from 'b' \(b.shape)")
        }
        precondition(a.type == b.type, "operands of a product have one type of number")
        if k == 0 {
            if !accumulate { c.fillZero() }
            return
        }
        var product = cod_product()
        (product.m, product.n, product.k) = (Int64(m), Int64(n), Int64(k))
        (product.lda, product.ldb, product.ldc) = (Int64(a.stride), Int64(b.stride), Int64(c.stride))
        (product.transpose_a, product.transpose_b) = (transposeA ? 1 : 0, transposeB ? 1 : 0)
        (product.input_type, product.output_type) = (UInt8(a.type.code), UInt8(c.type.code))
        (product.bias, product.accumulate) = (bias == nil ? 0 : 1, accumulate ? 1 : 0)
        let status = cod_multiply(
            context, &product, Int32(Compute.threads), a.base, b.base, bias?.floats, c.base)
        if status != 0 {
            let text = String(cString: cod_status_text(status))
            throw ProductError(description: "oneDNN: \(text), product of \(a.shape) and \(b.shape)")
        }
    }
}
