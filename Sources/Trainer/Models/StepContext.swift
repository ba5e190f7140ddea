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
    /// Sees what layers compute; `nil` for nobody.
    var observer: (any LayerObserver)?

    /// What tokens before those of the batch left, of each row; nil if all tokens are in the batch.
    var memories: [TextMemory]?

    /// What ``Wanted/chosenTokens`` means in this step.
    var chosen: ChosenTokens?

    /// Places of the wanted tokens in dropout counters.
    var places: TokenPlaces {
        switch wanted {
        case .firstTokens: batch.firstPlaces
        case .chosenTokens: chosen?.places ?? batch.places
        case .allTokens: batch.places
        }
    }

    /// The wanted tokens' numbers in the batch; of all tokens there is no list.
    var wantedTokens: UnsafePointer<Int32> {
        wanted == .chosenTokens ? chosen?.tokens ?? batch.firstTokens : batch.firstTokens
    }

    /// How many tokens are wanted.
    var wantedCount: Int {
        switch wanted {
        case .firstTokens: batch.rows
        case .chosenTokens: chosen?.places.count ?? batch.tokens
        case .allTokens: batch.tokens
        }
    }
}

/// Some tokens of a batch, in rising order.
struct ChosenTokens {
    let tokens: UnsafePointer<Int32>
    /// In dropout counters, where they are what they would be among all tokens.
    let places: TokenPlaces

    init(_ numbers: [Int32], of batch: PackedBatch, arena: Arena) {
        let rows = arena.memory(of: UInt32.self, count: numbers.count)
        let positions = arena.memory(of: UInt32.self, count: numbers.count)
        for (place, number) in numbers.enumerated() {
            rows[place] = batch.places.rows[Int(number)]
            positions[place] = batch.places.positions[Int(number)]
        }
        tokens = UnsafePointer(arena.copy(numbers))
        places = TokenPlaces(rows: rows, positions: positions, count: numbers.count)
    }
}
