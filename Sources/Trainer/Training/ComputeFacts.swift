public import Models
internal import Tensors

/// What the trainer computes with on this machine.
public struct ComputeFacts: Hashable, Sendable {
    /// Version of the matrix library, such as `2.6.3`.
    public var oneDNN: String
    /// Instruction set of its products, such as `avx512_core_bf16`.
    public var instructionSet: String
    /// Which variant of our own kernels runs.
    public var kernels: String
    /// Whether bf16 products are faster than fp32 ones.
    public var hasFastBFloat16: Bool

    /// What a training computes with, such as `bf16 on avx512_core_bf16, oneDNN 2.6.3, 2 threads`.
    public static func text(_ options: TrainingOptions) -> String {
        let facts = here
        return "\(options.precision.rawValue) on \(facts.instructionSet), oneDNN \(facts.oneDNN), "
            + "\(options.threads) threads"
    }

    /// The precision called `auto`: bf16 where it is faster than fp32.
    public static var fastestPrecision: Precision { Compute.hasFastBFloat16 ? .bf16 : .fp32 }

    public static var here: ComputeFacts {
        let abilities = Compute.abilities
        return ComputeFacts(
            oneDNN: abilities.oneDNN, instructionSet: abilities.instructionSet, kernels: abilities.kernels,
            hasFastBFloat16: abilities.hasFastBFloat16)
    }
}
