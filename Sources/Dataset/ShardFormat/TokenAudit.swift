/// What a split's rows look like as tokens, and what padding them would have cost.
package struct TokenAudit: Codable, Hashable, Sendable {
    package let rows: Int
    /// Tokens of all rows, special tokens included.
    package let tokens: Int
    package let meanTokens: Double
    /// Smallest lengths that at least 50, 95 and 99 % of the rows do not exceed, and the longest row.
    package let medianTokens: Int
    package let p95Tokens: Int
    package let p99Tokens: Int
    package let longestTokens: Int
    package let unknownTokens: Int
    /// Share of [UNK] among all tokens, 0 ... 1.
    package let unknownShare: Double
    /// Rows that were cut to `max_tokens`.
    package let truncatedRows: Int
    /// Times as many tokens if every row were padded to `max_tokens`. At least 1.
    package let paddingFactorToMaximum: Double
    /// Times as many tokens if every batch, in stored order, were padded to its longest row. At least 1.
    package let paddingFactorToBatch: Double
    /// Rows of the batches in that comparison.
    package let batchSize: Int

    enum CodingKeys: String, CodingKey {
        case rows, tokens
        case meanTokens = "mean_tokens"
        case medianTokens = "median_tokens"
        case p95Tokens = "p95_tokens"
        case p99Tokens = "p99_tokens"
        case longestTokens = "longest_tokens"
        case unknownTokens = "unknown_tokens"
        case unknownShare = "unknown_share"
        case truncatedRows = "truncated_rows"
        case paddingFactorToMaximum = "padding_factor_to_maximum"
        case paddingFactorToBatch = "padding_factor_to_batch"
        case batchSize = "batch_size"
    }
}

/// Counts rows for a ``TokenAudit`` as they pass; needs no second look at them.
package struct TokenAuditor: Sendable {
    private let maxTokens: Int
    private let batchSize: Int
    private var rowsByLength: [Int]
    private var rows = 0
    private var tokens = 0
    private var unknownTokens = 0
    private var truncatedRows = 0
    private var paddedToBatch = 0
    private var rowsInBatch = 0
    private var longestInBatch = 0

    /// - Parameters:
    ///   - maxTokens: most tokens of a row, at least 1.
    ///   - batchSize: rows of a batch when the cost of padding is counted, at least 1.
    package init(maxTokens: Int, batchSize: Int = 32) {
        self.maxTokens = maxTokens
        self.batchSize = max(1, batchSize)
        rowsByLength = Array(repeating: 0, count: max(1, maxTokens) + 1)
    }

    /// Counts a row.
    ///
    /// - Parameters:
    ///   - length: its tokens, special tokens included, after cutting.
    ///   - unknown: [UNK] among them.
    ///   - truncated: whether it was cut.
    package mutating func add(length: Int, unknown: Int, truncated: Bool) {
        if length >= rowsByLength.count {
            rowsByLength.append(contentsOf: repeatElement(0, count: length + 1 - rowsByLength.count))
        }
        rowsByLength[length] += 1
        rows += 1
        tokens += length
        unknownTokens += unknown
        truncatedRows += truncated ? 1 : 0
        rowsInBatch += 1
        longestInBatch = max(longestInBatch, length)
        if rowsInBatch == batchSize {
            paddedToBatch += rowsInBatch * longestInBatch
            (rowsInBatch, longestInBatch) = (0, 0)
        }
    }

    /// The figures of all rows so far.
    package var audit: TokenAudit {
        let total = Double(max(1, tokens))
        let padded = paddedToBatch + rowsInBatch * longestInBatch
        return TokenAudit(
            rows: rows, tokens: tokens, meanTokens: Double(tokens) / Double(max(1, rows)),
            medianTokens: length(atShare: 0.5), p95Tokens: length(atShare: 0.95),
            p99Tokens: length(atShare: 0.99),
            longestTokens: rowsByLength.lastIndex { $0 > 0 } ?? 0, unknownTokens: unknownTokens,
            unknownShare: Double(unknownTokens) / total, truncatedRows: truncatedRows,
            paddingFactorToMaximum: tokens == 0 ? 1 : Double(rows * maxTokens) / total,
            paddingFactorToBatch: tokens == 0 ? 1 : Double(padded) / total, batchSize: batchSize)
    }

    /// Smallest length that at least `share` of the rows do not exceed; 0 without rows.
    private func length(atShare share: Double) -> Int {
        let needed = (share * Double(rows)).rounded(.up)
        var seen = 0
        for (length, count) in rowsByLength.enumerated() {
            seen += count
            if Double(seen) >= needed && seen > 0 { return length }
        }
        return 0
    }
}
