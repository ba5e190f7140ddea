/// Tokenised rows laid end to end: no padding, special tokens included.
///
/// Row r owns the tokens `offsets[r] ..< offsets[r + 1]`.
public struct TokenBatch: Hashable, Sendable {
    /// Vocabulary ids of all rows, `[tokens]`.
    public var inputIDs: [Int32]
    /// Segment of each token, `[tokens]`: 0 for the first text, 1 for the second. `nil` means all 0.
    public var segmentIDs: [UInt8]?
    /// Where each row begins, `[rows + 1]`; the first is 0, the last is the number of tokens, each row holds
    /// at least one token.
    public var offsets: [Int32]
    /// Class of each row, `[rows]`, 0 ..< labels of the model. Training needs this or ``softTargets``.
    public var labels: [Int32]?
    /// Probability of each class, `[rows, labels]`, each row summing to 1; used instead of ``labels`` when
    /// given.
    public var softTargets: [Float]?
    /// Weight of each row in the loss, `[rows]`, not negative. `nil` means all 1.
    public var weights: [Float]?

    /// Rows in the batch.
    public var rows: Int { max(0, offsets.count - 1) }
    /// Tokens in the batch.
    public var tokens: Int { inputIDs.count }

    public init(
        inputIDs: [Int32], segmentIDs: [UInt8]? = nil, offsets: [Int32], labels: [Int32]? = nil,
        softTargets: [Float]? = nil, weights: [Float]? = nil
    ) {
        self.inputIDs = inputIDs
        self.segmentIDs = segmentIDs
        self.offsets = offsets
        self.labels = labels
        self.softTargets = softTargets
        self.weights = weights
    }

    /// Lays rows of ids end to end.
    public init(rows: [[Int32]], labels: [Int32]? = nil) {
        var offsets: [Int32] = [0]
        offsets.reserveCapacity(rows.count + 1)
        for row in rows { offsets.append(offsets[offsets.count - 1] + Int32(row.count)) }
        self.init(inputIDs: rows.flatMap { $0 }, offsets: offsets, labels: labels)
    }

    /// The rows in this range as a batch of their own.
    public func slice(_ range: Range<Int>, labelCount: Int) -> TokenBatch {
        let first = Int(offsets[range.lowerBound])
        let last = Int(offsets[range.upperBound])
        return TokenBatch(
            inputIDs: Array(inputIDs[first..<last]),
            segmentIDs: segmentIDs.map { Array($0[first..<last]) },
            offsets: offsets[range.lowerBound...range.upperBound].map { $0 - Int32(first) },
            labels: labels.map { Array($0[range]) },
            softTargets: softTargets.map {
                Array($0[range.lowerBound * labelCount..<range.upperBound * labelCount])
            },
            weights: weights.map { Array($0[range]) })
    }
}
