package import TextBasics

extension WordPieceTokenizer {
    /// Ids of many texts, or of pairs, in the order of the rows.
    ///
    /// - Parameters:
    ///   - rows: texts; of pairs, the first ones.
    ///   - pairs: second texts, as many as rows; nil: no pairs.
    ///   - maxTokens: most ids of a sequence, special ones included; at least 3, for pairs 5. nil: no limit.
    ///   - side: which end of a text is cut.
    ///   - addsSpecialTokens: whether [CLS] and [SEP] are put around the texts.
    ///   - threads: threads to use, at least 1. The result does not depend on it.
    /// - Throws: ``TokenizationError/invalidUTF8(row:byte:)`` for the first text that is not UTF-8 (of pairs,
    ///   rows of second texts count on after the first ones), ``TokenizationError/request(_:)``.
    package func encodeBatch(
        _ rows: UTF8Rows, pairs: UTF8Rows? = nil, maxTokens: Int? = nil,
        cutting side: TruncationSide = .right, addsSpecialTokens: Bool = true, threads: Int = 1
    ) throws(TokenizationError) -> EncodedBatch {
        try Self.check(maxTokens: maxTokens, isPair: pairs != nil, addsSpecialTokens)
        let job = BatchJob(
            tokenizer: self, rows: rows, pairs: pairs, maxTokens: maxTokens, side: side,
            addsSpecialTokens: addsSpecialTokens)
        return try BatchParts.batch(rows, pairs) { job.run(threads: max(1, threads)) }
    }
}
