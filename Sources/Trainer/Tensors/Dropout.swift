internal import CKernels

/// One place where numbers are dropped out: kept with a fixed probability and then scaled up, else set to 0.
///
/// Masks come from Philox counters: the same place, step, row and token have the same mask in the forward and
/// the backward pass, however rows are grouped, so masks are never stored.
package struct Dropout: Hashable, Sendable {
    /// Where in a model numbers are dropped.
    package enum Kind: UInt32, CaseIterable, Sendable {
        case embeddings, attention, attentionOutput, feedForwardOutput, pooled, headInput
    }

    /// Key of the run's dropout stream, two words.
    package var key: SIMD2<UInt32>
    /// Optimizer step.
    package var step: UInt32
    package var kind: Kind
    /// Layer, 0 ..< 4096.
    package var layer: Int
    /// Share of numbers set to 0, 0 ..< 1.
    package var rate: Double

    package init(key: SIMD2<UInt32>, step: UInt32, kind: Kind, layer: Int = 0, rate: Double) {
        precondition(rate >= 0 && rate < 1, "dropout rate \(rate) is outside 0 ..< 1")
        precondition((0..<4096).contains(layer), "dropout layer \(layer) is outside 0 ..< 4096")
        self.key = key
        self.step = step
        self.kind = kind
        self.layer = layer
        self.rate = rate
    }

    var c: ck_dropout {
        let threshold = (1 - rate) * 0x1p32
        return ck_dropout(
            key: (key.x, key.y), step: step, site: kind.rawValue | UInt32(layer) << 4,
            threshold: UInt32(min(threshold.rounded(), 4_294_967_295)), scale: Float(1 / (1 - rate)))
    }

    /// The multipliers (0 or 1 / keep rate) of one token's numbers.
    package func mask(row: UInt32, token: UInt32, count: Int) -> [Float] {
        var c = c
        return [Float](unsafeUninitializedCapacity: count) { memory, filled in
            if let base = memory.baseAddress { ck_dropout_line(&c, row, token, base, Int64(count)) }
            filled = count
        }
    }

    /// Multiplies each line of `input` by its mask. `output` may be `input`.
    ///
    /// Shapes: `input`, `output` `[T, C]`.
    package func apply(_ input: Tensor, places: TokenPlaces, into output: Tensor) throws(ShapeError) {
        try expect("dropout", "output", output, input.shape, "that of 'input' \(input.shape)")
        try expectCount(
            "dropout", "places", places.count, input.rows, "one place for each row of 'input' \(input.shape)")
        var c = c
        ck_dropout_apply(
            &c, input.floats, output.floats, places.rows, places.positions, Int64(input.rows),
            Int64(input.columns))
    }
}

/// The row and the place in its row of each token of a batch; names the token in dropout counters.
package struct TokenPlaces {
    package let rows: UnsafePointer<UInt32>
    package let positions: UnsafePointer<UInt32>
    package let count: Int

    package init(rows: UnsafePointer<UInt32>, positions: UnsafePointer<UInt32>, count: Int) {
        self.rows = rows
        self.positions = positions
        self.count = count
    }
}

/// Calls `body` with the C form of a dropout, `nil` when there is none.
func withDropout<Result>(
    _ dropout: Dropout?, _ body: (UnsafePointer<ck_dropout>?) -> Result
) -> Result {
    guard let dropout, dropout.rate > 0 else { return body(nil) }
    return withUnsafePointer(to: dropout.c) { body($0) }
}
