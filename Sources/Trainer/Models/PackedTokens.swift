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
    /// What each answer should come to; training needs it.
    package var targets: Targets?
    /// Weight of each term of the loss, `[terms]`, not negative. `nil` means all 1.
    package var weights: [Float]?
    /// The tokens that a model of single tokens answers for; `nil`: each row has one answer.
    package var answering: AnsweringTokens?

    /// Answers that a model gives to the batch: one for each row, or for each answering token.
    package var answers: Int { answering?.tokens.count ?? rows }

    /// Terms of the loss: the answers, or the rows where all answers of a row have one target together.
    package var terms: Int { terms(ofRows: 0..<rows).count }

    /// The terms of some rows.
    package func terms(ofRows range: Range<Int>) -> Range<Int> {
        if case .places? = targets { return range }
        return answers(ofRows: range)
    }

    /// Σ weight of the terms.
    package var weightSum: Double { weights?.reduce(0) { $0 + Double($1) } ?? Double(terms) }

    /// The answers of some rows.
    package func answers(ofRows range: Range<Int>) -> Range<Int> {
        guard let ends = answering?.offsets else { return range }
        return Int(ends[range.lowerBound])..<Int(ends[range.upperBound])
    }

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
        let own = answers(ofRows: range)
        var part = PackedTokens(
            inputIDs: Array(inputIDs[first..<last]),
            segmentIDs: segmentIDs.map { Array($0[first..<last]) },
            offsets: offsets[range.lowerBound...range.upperBound].map { $0 - Int32(first) },
            targets: targets?.slice(own, of: answers),
            weights: weights.map { Array($0[terms(ofRows: range)]) })
        part.answering = answering.map { answering in
            AnsweringTokens(
                tokens: answering.tokens[own].map { $0 - Int32(first) },
                offsets: answering.offsets[range.lowerBound...range.upperBound].map {
                    $0 - Int32(own.lowerBound)
                })
        }
        return part
    }
}

/// Tokens of a batch that answers are wanted for.
package struct AnsweringTokens: Hashable, Sendable {
    /// Their numbers in the batch, rising.
    package var tokens: [Int32]
    /// Where those of each row begin, `[rows + 1]`.
    package var offsets: [Int32]

    package init(tokens: [Int32] = [], offsets: [Int32] = [0]) {
        self.tokens = tokens
        self.offsets = offsets
    }

    /// All tokens of rows that begin at these places.
    package init(allOf offsets: [Int32]) {
        self.init(tokens: Array(0..<(offsets.last ?? 0)), offsets: offsets)
    }
}
