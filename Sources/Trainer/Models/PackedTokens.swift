/// Tokenized rows laid end to end: no padding, special tokens included.
///
/// Row r owns the tokens `offsets[r] ..< offsets[r + 1]`.
package struct PackedTokens: Hashable, Sendable {
    /// Vocabulary ids of all rows, `[tokens]`.
    package var inputIDs: [Int32]
    /// Segment of each token, `[tokens]`: 0 for the first text, 1 for the second. `nil` means all 0.
    package var segmentIDs: [UInt8]?
    /// Where each row begins, `[rows + 1]`; the first is 0, the last is the number of tokens, each row holds
    /// at least one token.
    package var offsets: [Int32]
    /// What each row should come to; training needs it.
    package var targets: Targets?
    /// Weight of each row in the loss, `[rows]`, not negative. `nil` means all 1.
    package var weights: [Float]?

    /// Rows in the batch.
    package var rows: Int { max(0, offsets.count - 1) }
    /// Tokens in the batch.
    package var tokens: Int { inputIDs.count }

    package init(
        inputIDs: [Int32], segmentIDs: [UInt8]? = nil, offsets: [Int32], targets: Targets? = nil,
        weights: [Float]? = nil
    ) {
        self.inputIDs = inputIDs
        self.segmentIDs = segmentIDs
        self.offsets = offsets
        self.targets = targets
        self.weights = weights
    }

    /// Lays rows of ids end to end; `labels` gives the class of each.
    package init(rows: [[Int32]], labels: [Int32]? = nil) {
        var offsets: [Int32] = [0]
        offsets.reserveCapacity(rows.count + 1)
        for row in rows { offsets.append(offsets[offsets.count - 1] + Int32(row.count)) }
        self.init(
            inputIDs: rows.flatMap { $0 }, offsets: offsets,
            targets: labels.map { .classes($0) })
    }

    /// The rows in this range as a separate batch.
    package func slice(_ range: Range<Int>) -> PackedTokens {
        let first = Int(offsets[range.lowerBound])
        let last = Int(offsets[range.upperBound])
        return PackedTokens(
            inputIDs: Array(inputIDs[first..<last]),
            segmentIDs: segmentIDs.map { Array($0[first..<last]) },
            offsets: offsets[range.lowerBound...range.upperBound].map { $0 - Int32(first) },
            targets: targets?.slice(range, of: rows),
            weights: weights.map { Array($0[range]) })
    }
}
