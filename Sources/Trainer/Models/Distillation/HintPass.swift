internal import Tensors

/// Compares a student's layers with its teacher's while they compute, and adds the gradients of that on the way back.
///
/// Shapes: T = tokens, H = hidden, W = the teacher's hidden. All in `Float32`: what is compared is small.
final class HintPass: LayerObserver {
    /// What this batch adds to the step's loss.
    private(set) var loss = 0.0
    private let step: HintedStep
    private let context: StepContext
    /// Gradients of the states by the number of layers before, `[T, H]`, and of the queries and keys of layers.
    private var states: [Int: PaddedTensor] = [:]
    private var attention: [Int: AttentionDistance.Side] = [:]
    /// Layers that were seen: one whose activations are computed twice counts once.
    private var seen: Set<Int> = []

    /// - Throws: ``BatchError`` where the teacher's states are of other rows.
    init(_ step: HintedStep, of plan: TransformerPlan, _ context: StepContext) throws(BatchError) {
        self.step = step
        self.context = context
        let (runtime, tokens) = (context.runtime, context.batch.tokens)
        if let strange = step.teacher.states.values.first(where: { $0.rows != tokens }) {
            throw BatchError("the teacher's states are of \(strange.rows) tokens, the batch has \(tokens)")
        }
        if step.hints.weights.states > 0 {
            for layers in 0...plan.layers {
                states[layers] = runtime.padded(tokens, plan.hiddenSize, .float32)
            }
        }
        if step.hints.weights.attention > 0 {
            for layer in 0..<plan.layers {
                attention[layer] = AttentionDistance.Side(
                    queries: runtime.arena.tensor([tokens, plan.hiddenSize]),
                    keys: runtime.arena.tensor([tokens, plan.hiddenSize]))
            }
        }
    }

    func read(_ found: PaddedTensor, after layers: Int) throws {
        guard let gradient = states[layers],
            let wanted = step.teacher.states[step.hints.teacherLayers[layers]]
        else { return }
        let weight = step.hints.weights.states
        let scale = weight / Double(max(1, step.tokens) * step.hints.teacherWidth)
        guard let map = step.hints.parameters else {
            loss +=
                try scale
                * SquaredDistance.forwardBackward(found.used, wanted, scale: scale, gradient: gradient.used)
            return
        }
        let runtime = context.runtime
        let mark = runtime.arena.mark
        let (matrix, bias) = (
            ParameterView(map, .stateMap(.weight)), ParameterView(map, .stateMap(.bias))
        )
        let mapped = runtime.padded(found.rows, step.hints.teacherWidth, .float32)
        try runtime.multiply(
            found.all, by: matrix.value, transposingRight: true, bias: bias.value, into: mapped.all)
        loss +=
            try scale
            * SquaredDistance.forwardBackward(mapped.used, wanted, scale: scale, gradient: mapped.used)
        mapped.clearPadding()
        let (matrixGradient, addsMatrix) = matrix.takeGradient()
        try runtime.multiply(
            mapped.all, transposingLeft: true, by: found.all, accumulate: addsMatrix, into: matrixGradient)
        let (biasGradient, addsBias) = bias.takeGradient()
        try Elementwise.columnSums(
            mapped.used, into: biasGradient, accumulate: addsBias, arena: runtime.arena)
        try runtime.multiply(mapped.all, by: matrix.value, into: gradient.all)
        runtime.arena.release(to: mark)
    }

    func read(queries: Tensor, keys: Tensor, of layer: Int) throws {
        guard let gradient = attention[layer], seen.insert(layer).inserted,
            let wanted = step.teacher.attention[step.hints.teacherLayer(of: layer)]
        else { return }
        let arena = context.runtime.arena
        let mark = arena.mark
        let own = AttentionDistance.Side(
            queries: try widened(queries), keys: try widened(keys))
        let scale = step.hints.weights.attention / Double(max(1, step.pairs) * step.hints.heads)
        loss +=
            try scale
            * AttentionDistance(
                heads: step.hints.heads, offsets: context.batch.offsets, sequences: context.batch.rows
            ).forwardBackward(own, wanted, scale: scale, gradient: gradient)
        arena.release(to: mark)
    }

    /// A matrix as `Float32`; itself where it is.
    private func widened(_ tensor: Tensor) throws -> Tensor {
        if tensor.type == .float32 { return tensor }
        let copy = context.runtime.arena.tensor(tensor.shape)
        try Elementwise.widen(tensor, into: copy)
        return copy
    }

    func addGradient(after layers: Int, to gradient: PaddedTensor) throws {
        if let own = states[layers] { try Elementwise.addRows(own.used, into: gradient.used) }
    }

    func addGradient(of layer: Int, toQueries queries: Tensor, keys: Tensor) throws {
        guard let own = attention[layer] else { return }
        try Elementwise.addRows(own.queries, into: queries)
        try Elementwise.addRows(own.keys, into: keys)
    }
}
