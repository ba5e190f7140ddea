internal import CKernels
internal import COneDNN

/// A matrix product that oneDNN refused, or is not there to compute.
package struct ProductError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
}

/// Multiplies matrices: with its own kernels where the CPU has the instructions they are written in, with
/// oneDNN elsewhere.
///
/// Use it on the compute thread only.
package final class MatrixProduct {
    /// Whose code multiplies.
    package enum Library: Sendable {
        /// The kernels' where there are some for this CPU, else oneDNN's.
        case fastest
        case oneDNN
    }

    /// oneDNN's; started when it is first needed.
    private var context: OpaquePointer?
    private let capacity: Int
    private let library: Library
    private var scratch = AlignedBuffer(bytes: 0)

    /// - Parameters:
    ///   - operands: what will be multiplied beside `Float32`.
    ///   - capacity: products that oneDNN keeps prepared; the least recently used go first.
    /// - Throws: ``ProductError`` where oneDNN is needed for them, and missing.
    package init(
        _ library: Library = .fastest, operands: NumberType = .float32, capacity: Int = 1024
    ) throws {
        self.capacity = capacity
        self.library = library
        if preparesShapes(of: .float32) || preparesShapes(of: operands) { _ = try oneDNN() }
    }

    deinit { cod_destroy(context) }

    private func oneDNN() throws -> OpaquePointer {
        if let context { return context }
        if let problem = cod_problem() {
            throw ProductError(
                description:
                    "matrix products need oneDNN on this CPU, whose instructions splitvote has no kernels for: "
                    + "\(String(cString: problem)); install it: \(String(cString: cod_remedy()))")
        }
        guard let started = cod_create(Int32(clamping: capacity)) else {
            throw ProductError(description: "oneDNN could not start its CPU engine")
        }
        context = started
        return started
    }

    /// Products that oneDNN prepared so far.
    package var prepared: Int { context.map { Int(cod_prepared($0)) } ?? 0 }

    /// Whether operands of this type are multiplied by oneDNN. It prepares each shape once, which takes some tenths
    /// of a millisecond, so shapes should repeat: round row counts up.
    package func preparesShapes(of type: NumberType) -> Bool {
        library == .oneDNN || !Self.hasKernels(for: type)
    }

    /// Whether there are kernels for operands of this type that are the fastest there are on this CPU. Where it
    /// has tile instructions (AMX), which do several times what vectors do, oneDNN is.
    package static func hasKernels(for type: NumberType) -> Bool {
        cod_has_tiles() == 0 && ck_has_product(Int32(type.code)) != 0
    }

    /// C = A · B + bias, or C += A · B + bias.
    ///
    /// Shapes: A is `[M, K]`, or `[K, M]` when transposed; B is `[K, N]`, or `[N, K]` when transposed; A and
    /// B hold numbers of one type, summed in `Float32`. Rows may be apart.
    ///
    /// - Parameters:
    ///   - bias: `[N]`, `Float32`, or `nil`.
    ///   - streamingStore: whether to write C with non-temporal stores, because it is not read soon.
    ///   - c: `[M, N]`.
    /// - Throws: ``ShapeError``, or ``ProductError`` when oneDNN is needed and missing, or has no such product on this CPU.
    package func multiply(
        _ a: Tensor, transposingLeft transposeA: Bool = false, by b: Tensor,
        transposingRight transposeB: Bool = false,
        bias: Tensor? = nil, accumulate: Bool = false, streamingStore: Bool = false, into c: Tensor
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
        if m == 0 || n == 0 { return }
        let shape = (m: Int64(m), n: Int64(n), k: Int64(k))
        if preparesShapes(of: a.type) {
            var product = cod_product()
            (product.m, product.n, product.k) = shape
            (product.lda, product.ldb, product.ldc) = (Int64(a.stride), Int64(b.stride), Int64(c.stride))
            (product.transpose_a, product.transpose_b) = (transposeA ? 1 : 0, transposeB ? 1 : 0)
            (product.input_type, product.output_type) = (UInt8(a.type.code), UInt8(c.type.code))
            (product.bias, product.accumulate) = (bias == nil ? 0 : 1, accumulate ? 1 : 0)
            try multiplyByOneDNN(&product, a, b, bias, c)
        } else {
            var product = ck_product()
            (product.m, product.n, product.k) = shape
            (product.a, product.b, product.c) = (UnsafeRawPointer(a.base), UnsafeRawPointer(b.base), c.base)
            (product.lda, product.ldb, product.ldc) = (Int64(a.stride), Int64(b.stride), Int64(c.stride))
            (product.transpose_a, product.transpose_b) = (transposeA ? 1 : 0, transposeB ? 1 : 0)
            (product.type, product.c_type) = (Int32(a.type.code), Int32(c.type.code))
            product.bias = bias.map { UnsafePointer($0.floats) }
            (product.accumulate, product.far) = (accumulate ? 1 : 0, streamingStore ? 1 : 0)
            multiplyByKernels(&product)
        }
    }

    private func multiplyByKernels(_ product: inout ck_product) {
        let bytes = Int(ck_product_scratch(&product, Int32(Compute.threads)))
        if bytes > scratch.bytes { scratch = AlignedBuffer(bytes: bytes) }
        ck_multiply(&product, scratch.base)
    }

    private func multiplyByOneDNN(
        _ product: inout cod_product, _ a: Tensor, _ b: Tensor, _ bias: Tensor?, _ c: Tensor
    ) throws {
        let status = cod_multiply(
            try oneDNN(), &product, Int32(Compute.threads), a.base, b.base, bias?.floats, c.base)
        if status != 0 {
            let text = String(cString: cod_status_text(status))
            throw ProductError(description: "oneDNN: \(text), product of \(a.shape) and \(b.shape)")
        }
    }
}
