internal import Tensors

/// Everything about one pass that the parts of a model share.
struct StepContext {
    let runtime: ModelRuntime
    let batch: PackedBatch
    var dropouts: DropoutPlan
    /// Tokens whose states the layer at work computes.
    var wanted = Wanted.allTokens
    /// Whether the layer's input is needed again, so that its sums must stay.
    var keepsInput = false

    /// Places of the wanted tokens in dropout counters.
    var places: TokenPlaces { wanted == .firstTokens ? batch.firstPlaces : batch.places }

    /// How many tokens are wanted.
    var wantedCount: Int { wanted == .firstTokens ? batch.rows : batch.tokens }
}
