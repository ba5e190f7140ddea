/// Number format of the matrix products. Parameters, gradients and moments are `Float32` in either.
package enum Precision: String, CaseIterable, Hashable, Sendable {
    case fp32
    /// Products of bfloat16 numbers summed in `Float32`.
    case bf16
}
