package import Models
internal import Tensors

/// What the trainer computes with on this machine.
package struct ComputeEnvironment: Hashable, Sendable {
    /// Best instruction set for products here, by oneDNN's name, such as `avx512_core_bf16`.
    package var instructionSet: String
    /// Which variant of our own kernels runs.
    package var kernels: String
    /// Whether bf16 products are faster than fp32 ones.
    package var hasFastBFloat16: Bool

    /// What a training computes with, such as `bf16 on avx512_core_bf16, products by own kernels, 2 threads`.
    package static func text(_ options: TrainingOptions) -> String {
        let facts = here
        return "\(options.precision.rawValue) on \(facts.instructionSet), "
            + "products by \(facts.multiplier(options.precision)), \(options.threads) threads"
    }

    /// All of it in a line.
    package var summary: String {
        "\(instructionSet), kernels for \(kernels), products by \(multiplier(Self.fastestPrecision)), "
            + (hasFastBFloat16 ? "bf16 is fast here" : "no fast bf16: training uses fp32")
    }

    /// What is missing for training and predicting, or for doing so as fast as this CPU can, and what to do; `nil` if nothing
    /// is.
    package static var advice: String? {
        let install = "install it: \(Compute.oneDNNRemedy)"
        if !MatrixProduct.hasKernels(for: .float32), Compute.oneDNN == nil {
            return "train, predict and evaluate need oneDNN on this CPU; \(install)"
        }
        if Compute.hasTileUnit, Compute.oneDNN == nil {
            return
                "oneDNN would use the tile instructions of this CPU, which do several times as much; \(install)"
        }
        return nil
    }

    /// Who multiplies matrices: `own kernels` or `oneDNN 2.6.3`, which is `oneDNN, which is missing` where it cannot be
    /// loaded.
    package func multiplier(_ precision: Precision) -> String {
        if MatrixProduct.hasKernels(for: precision == .fp32 ? .float32 : .bfloat16) { return "own kernels" }
        return Compute.oneDNN.map { "oneDNN \($0)" } ?? "oneDNN, which is missing"
    }

    /// Whether what comes of a row depends neither on the rows that are computed with it nor on the number of threads.
    package static func computesRowsAlone(_ precision: Precision) -> Bool {
        MatrixProduct.hasKernels(for: precision == .fp32 ? .float32 : .bfloat16)
    }

    /// The precision called `auto`: bf16 where it is faster than fp32.
    package static var fastestPrecision: Precision { Compute.hasFastBFloat16 ? .bf16 : .fp32 }

    /// What a precision may be called, the default first.
    package static let precisionNames = ["auto"] + Precision.allCases.map(\.rawValue)

    /// The precision of this name; nil if there is none.
    package static func precision(named name: String) -> Precision? {
        name == precisionNames[0] ? fastestPrecision : Precision(rawValue: name)
    }

    package static var here: ComputeEnvironment {
        let abilities = Compute.abilities
        return ComputeEnvironment(
            instructionSet: abilities.instructionSet, kernels: abilities.kernels,
            hasFastBFloat16: abilities.hasFastBFloat16)
    }

    /// Floating-point operations in a second of one matrix product as training has them, in the precision that is the
    /// fastest here. Takes a tenth of a second, or as long as two products take.
    /// - Throws: ``/Tensors/ProductError`` where there is no such product on this CPU.
    package static func productRate(threads: Int) throws -> Double {
        // One layer's product of a BERT-base: 256 tokens, 768 numbers each.
        let (m, n, k) = (256, 768, 768)
        let type: NumberType = fastestPrecision == .fp32 ? .float32 : .bfloat16
        return try Compute.run(threads: threads) {
            let operands = AlignedBuffer(bytes: (m * k + k * n) * type.bytes)
            let output = AlignedBuffer(bytes: m * n * 4)
            let a = Tensor(base: operands.base, type: type, shape: [m, k])
            let b = Tensor(base: operands.base + m * k * type.bytes, type: type, shape: [k, n])
            let product = try MatrixProduct()
            // The first one prepares what the others find.
            try product.multiply(a, by: b, into: output.tensor([m, n]))
            let start = ContinuousClock.now
            var count = 0
            repeat {
                try product.multiply(a, by: b, into: output.tensor([m, n]))
                count += 1
            } while ContinuousClock.now - start < .milliseconds(100)
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            return Double(2 * m * n * k * count) / seconds
        }
    }
}
