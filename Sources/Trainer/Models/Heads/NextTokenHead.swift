internal import Tensors

/// States of tokens in, a score for each word that may follow out: the product with the word vectors themselves.
///
/// Shapes: N = tokens, H = hidden, V = words.
///
/// Source: Press, Wolf, "Using the output embedding to improve language models" (2017), arXiv:1608.05859, and
/// `GPT2LMHeadModel` of huggingface/transformers.
struct NextTokenHead {
    let plan: TransformerPlan
    let parameters: ParameterSet

    private var words: ParameterView { ParameterView(parameters, .words) }

    /// - Parameter states: `[N, H]`, `Float32`.
    /// - Returns: scores, `[N, V]`, `Float32`, and what was multiplied, `[N, H]`.
    func forward(
        _ states: PaddedTensor, _ runtime: ModelRuntime
    ) throws -> (scores: PaddedTensor, operand: PaddedTensor) {
        let operand = runtime.operand(of: states)
        let scores = runtime.padded(states.rows, plan.vocabularySize, .float32)
        try runtime.multiply(
            operand.all, by: words.operand(runtime.precision), transposingRight: true, into: scores.all)
        return (scores, operand)
    }

    /// Adds the gradients of all word vectors.
    /// - Parameter gradient: of the scores, `[N, V]`.
    /// - Returns: that of the states, `[N, H]`, `Float32`.
    func backward(
        _ gradient: PaddedTensor, operand: PaddedTensor, _ runtime: ModelRuntime
    ) throws -> PaddedTensor {
        gradient.clearPadding()
        let scores = runtime.operand(of: gradient)
        let (wordGradient, accumulate) = words.takeGradient()
        try runtime.multiply(
            scores.all, transposingLeft: true, by: operand.all, accumulate: accumulate, into: wordGradient)
        let result = runtime.padded(gradient.rows, plan.hiddenSize, .float32)
        try runtime.multiply(scores.all, by: words.operand(runtime.precision), into: result.all)
        return result
    }
}
