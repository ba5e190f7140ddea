internal import Tensors

/// Linear maps of a layer, whichever way round their weights are stored.
extension EncoderLayer {
    /// Query, key and value in one: one tensor, or three that are adjacent.
    func projection(_ dense: ParameterRole.Dense) -> ParameterView {
        plan.storesInputFirst ? view(.projection(dense)) : view(.query(dense), through: .value(dense))
    }

    /// Channels that a map gives.
    func outputs(of weight: ParameterView) -> Int {
        plan.storesInputFirst ? weight.shape.columns : weight.shape.rows
    }

    /// output = operand · W + bias.
    func map(
        _ operand: PaddedTensor, by weight: ParameterView, bias: ParameterView? = nil,
        into output: PaddedTensor, _ runtime: ModelRuntime
    ) throws {
        try runtime.multiply(
            operand.all, by: weight.operand(runtime.precision), transposingRight: !plan.storesInputFirst,
            bias: bias?.value, into: output.all)
    }

    /// The gradient of what a map reads, or += where it accumulates.
    func mapBack(
        _ gradient: PaddedTensor, by weight: ParameterView, accumulate: Bool = false,
        into input: PaddedTensor, _ runtime: ModelRuntime
    ) throws {
        try runtime.multiply(
            gradient.all, by: weight.operand(runtime.precision), transposingRight: plan.storesInputFirst,
            accumulate: accumulate, into: input.all)
    }

    /// Gradient of a weight, summed over rows: of [out, in] (gradient of the output)ᵀ · input, else its transpose.
    func weightGradient(
        _ weight: ParameterView, of output: PaddedTensor, _ input: PaddedTensor, _ runtime: ModelRuntime
    ) throws {
        let (gradient, accumulate) = weight.takeGradient()
        let (left, right) = plan.storesInputFirst ? (input, output) : (output, input)
        try runtime.multiply(
            left.all, transposingLeft: true, by: right.all, accumulate: accumulate, streamingStore: true,
            into: gradient)
    }
}
