internal import Tensors

/// A frozen encoder whose states, of all layers that a pooling names, become one vector for each row.
///
/// Shapes: R = rows, T = tokens, H = hidden, F = layers · H.
struct PooledEncoder: TokenEncoder {
    private let pooling: StatePooling
    /// All layers, and those up to the highest that is pooled.
    private var whole: TransformerEncoder
    private var needed: TransformerEncoder

    init(plan: TransformerPlan, pooling: StatePooling, parameters: ParameterSet) {
        self.pooling = pooling
        whole = TransformerEncoder(plan: plan, parameters: parameters)
        var lower = plan
        // Which parameters layers share follows from how many layers there are.
        if plan.sharing == .none { lower.layers = pooling.layers.max() ?? 0 }
        needed = TransformerEncoder(plan: lower, parameters: parameters)
    }

    /// Nothing: nothing goes back through it.
    struct Saved {}

    var width: Int { pooling.width(hidden: whole.width) }
    var depth: Int { whole.depth }

    /// Always all of them.
    var frozenLayers: Int? {
        get { depth }
        set {}
    }

    var recomputes: Bool {
        get { whole.recomputes }
        set { whole.recomputes = newValue }
    }

    var shortensLastLayer: Bool {
        get { whole.shortensLastLayer }
        set {
            whole.shortensLastLayer = newValue
            needed.shortensLastLayer = newValue
        }
    }

    func forward(
        _ context: StepContext, keeps: Bool, watch: (String, PaddedTensor) -> Void
    ) throws -> (states: PaddedTensor, saved: Saved?) {
        let vectors = context.runtime.padded(context.batch.rows, width, .float32)
        var inner = context
        inner.dropouts = DropoutPlan(nil, whole.plan)
        let looksAtAll = context.wanted == .allTokens
        if pooling.tokens != .first { inner.wanted = .allTokens }
        var layer = 0
        _ = try (looksAtAll ? whole : needed).forward(inner, keeps: false) { name, states in
            watch(name, states)
            if let place = pooling.layers.firstIndex(of: layer) {
                pool(
                    states.used, of: context.batch,
                    into: vectors.used.columns(place * whole.width..<(place + 1) * whole.width))
            }
            layer += 1
        }
        if pooling.isNormalized { normalize(vectors.used, rows: context.batch.rows) }
        return (vectors, keeps ? Saved() : nil)
    }

    /// Scales each row to length 1; one of zeros stays.
    ///
    /// Source: torch.nn.functional.normalize, whose least length is 1e-12, too.
    private func normalize(_ vectors: Tensor, rows: Int) {
        for row in 0..<rows {
            let vector = vectors.floats + row * vectors.stride
            var square = 0.0
            for channel in 0..<width { square += Double(vector[channel]) * Double(vector[channel]) }
            let length = max(square.squareRoot(), 1e-12)
            for channel in 0..<width { vector[channel] = Float(Double(vector[channel]) / length) }
        }
    }

    func backward(_ gradient: PaddedTensor, saved: Saved, _ context: StepContext) {}

    func activationBytes(tokens: Int, rows: Int, precision: Precision) -> Int {
        whole.activationBytes(tokens: tokens, rows: rows, precision: precision) + 4 * rows * width
    }

    /// - Parameters:
    ///   - states: `[T, H]`, or of a last layer that computed first tokens alone `[R, H]`.
    ///   - vectors: `[R, H]`, overwritten.
    private func pool(_ states: Tensor, of batch: PackedBatch, into vectors: Tensor) {
        let hidden = vectors.columns
        // In double precision and one order, so that no other row and no thread decides a bit.
        var sums = [Double](repeating: 0, count: hidden)
        for row in 0..<batch.rows {
            let target = vectors.floats + row * vectors.stride
            let tokens =
                states.rows == batch.rows
                ? row..<row + 1 : Int(batch.offsets[row])..<Int(batch.offsets[row + 1])
            let first = states.floats + tokens.lowerBound * states.stride
            switch pooling.tokens {
            case .first:
                for channel in 0..<hidden { target[channel] = first[channel] }
            case .mean:
                for channel in 0..<hidden { sums[channel] = 0 }
                for token in tokens {
                    let state = states.floats + token * states.stride
                    for channel in 0..<hidden { sums[channel] += Double(state[channel]) }
                }
                let count = Double(tokens.count)
                for channel in 0..<hidden { target[channel] = Float(sums[channel] / count) }
            case .max:
                for channel in 0..<hidden { target[channel] = first[channel] }
                for token in tokens.dropFirst() {
                    let state = states.floats + token * states.stride
                    for channel in 0..<hidden where state[channel] > target[channel] {
                        target[channel] = state[channel]
                    }
                }
            }
        }
    }
}
