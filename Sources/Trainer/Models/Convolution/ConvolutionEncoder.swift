internal import Tensors

/// The vectors of a row's tokens, filters over them, and the largest answer of each: one state for each row.
///
/// Shapes: R = rows, T = tokens, E = numbers of a token, O = filters of all widths, K = Σ width · filters.
struct ConvolutionEncoder: TokenEncoder {
    let plan: TransformerPlan
    let convolution: ConvolutionPlan
    let parameters: ParameterSet
    var frozenLayers: Int?
    /// There is only one layer, and it keeps little.
    var recomputes = false
    var shortensLastLayer = true

    var width: Int { plan.hiddenSize }
    var depth: Int { 1 }

    struct Saved {
        let embedded: PaddedTensor
        /// Where the largest answer of each filter begins, `[R, O]`.
        let starts: UnsafeMutablePointer<Int32>
    }

    private var filters: TimeConvolution {
        TimeConvolution(widths: convolution.widths, filters: convolution.filters)
    }

    private func view(_ tensor: ParameterRole.Dense) -> ParameterView {
        ParameterView(
            parameters, .filters(0, tensor), through: .filters(convolution.widths.count - 1, tensor))
    }

    private func rows(_ context: StepContext) -> TimeConvolution.Rows {
        TimeConvolution.Rows(
            count: context.batch.rows, tokens: context.batch.tokens, offsets: context.batch.offsets)
    }

    func forward(
        _ context: StepContext, keeps: Bool, watch: (String, PaddedTensor) -> Void
    ) throws -> (states: PaddedTensor, saved: Saved?) {
        let runtime = context.runtime
        let embedded = try embed(context)
        watch("the vectors of the tokens", embedded)
        let products = runtime.padded(context.batch.tokens, filters.columns, .float32)
        try runtime.multiply(
            embedded.all, by: view(.weight).value, transposingRight: true, into: products.all)
        let states = runtime.padded(context.batch.rows, width, .float32)
        let starts = runtime.arena.memory(of: Int32.self, count: context.batch.rows * width)
        try runtime.measure(\.elementwise) {
            try filters.forward(
                rows(context), products: products.used, bias: view(.bias).value, starts: starts,
                into: states.used)
        }
        watch("the answers of the filters", states)
        return (states, keeps ? Saved(embedded: embedded, starts: starts) : nil)
    }

    /// The tokens' vectors, `[T, E]`; of two tables their sum, since filters are linear.
    private func embed(_ context: StepContext) throws -> PaddedTensor {
        let runtime = context.runtime
        let ids = context.batch.embedded.ids
        func vectors(_ role: ParameterRole) throws -> PaddedTensor {
            let result = runtime.padded(context.batch.tokens, plan.embeddingSize, .float32)
            try Elementwise.gather(ParameterView(parameters, role).value, rows: ids, into: result.used)
            return result
        }
        return try runtime.measure(\.elementwise) {
            let first = try vectors(convolution.vectors.isTrained ? .words : .keptWords)
            if convolution.vectors == .multichannel {
                try Elementwise.add(try vectors(.keptWords).used, into: first.used)
            }
            return first
        }
    }

    func backward(_ gradient: PaddedTensor, saved: Saved, _ context: StepContext) throws {
        if frozenLayers == depth { return }
        let runtime = context.runtime
        let trainsWords = convolution.vectors.isTrained && frozenLayers == nil
        let input =
            trainsWords ? runtime.padded(context.batch.tokens, plan.embeddingSize, .float32) : nil
        try runtime.measure(\.elementwise) {
            try filters.backward(
                rows(context), input: saved.embedded.used, weights: view(.weight).value,
                starts: saved.starts, gradient: gradient.used,
                into: TimeConvolution.Gradients(
                    input: input?.used, weights: addable(view(.weight)), bias: addable(view(.bias))))
            guard let input else { return }
            let ids = UnsafeBufferPointer(start: context.batch.embedded.ids, count: context.batch.tokens)
            try Elementwise.scatterAdd(
                input.used, rows: context.batch.embedded.ids,
                into: ParameterView(parameters, .words).takeRows(ids))
        }
    }

    /// A gradient that can be added to.
    private func addable(_ view: ParameterView) -> Tensor {
        let (tensor, accumulates) = view.takeGradient()
        if !accumulates { tensor.fillZero() }
        return tensor
    }

    func activationBytes(tokens: Int, rows: Int, precision: Precision) -> Int {
        4 * tokens * (3 * plan.embeddingSize + filters.columns) + 12 * rows * width
    }
}
