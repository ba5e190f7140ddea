/// Where a number became infinite or undefined, and in which rows of the batch.
package struct NonFiniteValue: Hashable, Sendable {
    /// Such as `the output of layer 3`, counted from 0 as in the names of tensors.
    package let place: String
    /// Rows of the batch, counted from 0.
    package let rows: [Int]

    package init(place: String, rows: [Int]) {
        self.place = place
        self.rows = rows
    }
}

extension NonFiniteValue {
    /// Looks at activations `[tokens, H]`, or `[rows, H]` of first tokens; nil if all are finite.
    init?(_ place: String, _ tensor: PaddedTensor, _ batch: PackedTokens) {
        let values = UnsafeBufferPointer(start: tensor.used.floats, count: tensor.used.shape.count)
        let width = tensor.used.columns
        let strange = (0..<tensor.rows).filter { row in
            !values[row * width..<(row + 1) * width].allSatisfy(\.isFinite)
        }
        guard let first = strange.first else { return nil }
        if tensor.rows == batch.answering?.tokens.count {
            let rows = (0..<batch.rows).filter { row in
                strange.contains(where: batch.answers(ofRows: row..<row + 1).contains)
            }
            self.init(place: place, rows: rows)
        } else if tensor.rows == batch.rows {
            self.init(place: place, rows: strange)
        } else {
            let rows = (0..<batch.rows).filter { row in
                strange.contains { (Int(batch.offsets[row])..<Int(batch.offsets[row + 1])).contains($0) }
            }
            self.init(place: place, rows: rows.isEmpty ? [first] : rows)
        }
    }
}
