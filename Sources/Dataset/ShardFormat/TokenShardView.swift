/// A token shard in memory, checked once and then read in place.
///
/// Owns nothing: valid only while the bytes it was made of are, which usually come from a mapped file.
package struct TokenShardView {
    package let rowCount: Int
    package let tokenCount: Int
    /// The strings that were written with the shard.
    package let metadata: [String: String]
    private let narrowIDs: SafetensorsVector<UInt16>?
    private let wideIDs: SafetensorsVector<Int32>?
    private let offsets: SafetensorsVector<Int64>
    private let labels: SafetensorsVector<Int64>
    private let commentIDs: SafetensorsVector<Int64>
    private let weights: SafetensorsVector<Float>?
    private let probabilities: SafetensorsVector<Float>?
    private let segmentIDs: SafetensorsVector<UInt8>?
    private let targets: SafetensorsVector<Float>?
    private let tags: TagView?
    private let answers: AnswerView?
    /// Numbers of a row's target; 0 if labels are all there is.
    package let targetWidth: Int

    /// Reads a shard and checks every number in it.
    ///
    /// - Parameters:
    ///   - file: all bytes of the file; must outlive the view.
    ///   - vocabularySize: ids must be below it.
    ///   - labelCount: labels must be below it, where given.
    ///   - maxTokens: no row may be longer, where given.
    /// - Throws: ``SafetensorsError`` or ``ShardError`` with the row and the number that is wrong.
    /// - Complexity: O(rows + tokens).
    package init(
        _ file: UnsafeRawBufferPointer, vocabularySize: Int, labelCount: Int? = nil, maxTokens: Int? = nil
    ) throws {
        let view = try SafetensorsView(file)
        try FileMark(format: TokenShard.format, version: TokenShard.version).check(view.metadata)
        metadata = FileMark.removed(from: view.metadata)
        let ids = try view.tensor("input_ids")
        guard ids.entry.type == .uint16 || ids.entry.type == .int32 else {
            throw SafetensorsError.wrongType(
                tensor: "input_ids", found: ids.entry.type, allowed: [.uint16, .int32])
        }
        narrowIDs = ids.entry.type == .uint16 ? try view.vector("input_ids") : nil
        wideIDs = ids.entry.type == .int32 ? try view.vector("input_ids") : nil
        offsets = try view.vector("offsets")
        labels = try view.vector("labels")
        commentIDs = try view.vector("comment_ids")
        weights = view.header["weights"] == nil ? nil : try view.vector("weights")
        probabilities = view.header["p_controversial"] == nil ? nil : try view.vector("p_controversial")
        segmentIDs = view.header["segment_ids"] == nil ? nil : try view.vector("segment_ids")
        rowCount = labels.count
        (targets, targetWidth) = try Self.targets(view, rows: labels.count)
        tokenCount = narrowIDs?.count ?? wideIDs?.count ?? 0
        tags = view.header[TagTensors.ofTokens] == nil ? nil : try TagView(view)
        answers = view.header[AnswerTensors.ofRows] == nil ? nil : try AnswerView(view)
        try checkLengths()
        try checkRows(maxTokens: maxTokens)
        try checkNumbers(vocabularySize: vocabularySize, labelCount: labelCount)
        try tags?.check(self, labelCount: labelCount)
        try answers?.check(self)
    }

    package var hasWeights: Bool { weights != nil }
    package var hasProbabilities: Bool { probabilities != nil }
    package var hasSegments: Bool { segmentIDs != nil }
    /// Whether rows have tags of their tokens and words.
    package var hasTags: Bool { tags != nil }

    /// The tags of a row's tokens and words; nil if the shard has none.
    package func tags(of row: Int) -> TokenTags? { tags?.tags(of: row, tokens: range(of: row)) }

    /// Whether rows are questions with their contexts.
    package var hasAnswers: Bool { answers != nil }

    /// Where a row's answer is; nil if the shard does not say.
    package func answer(of row: Int) -> AnswerRow? { answers?.answer(of: row) }

    /// The first and the last token of a row's answer; nil if the shard does not say.
    package func answerPlace(of row: Int) -> (start: Int32, end: Int32)? { answers?.place(of: row) }

    /// What a row is to come to, `targetWidth` numbers.
    package func target(of row: Int) -> [Float] {
        guard let targets else { return [] }
        return (row * targetWidth..<(row + 1) * targetWidth).map { targets[$0] }
    }

    /// Place of a row's tokens in the shard.
    package func range(of row: Int) -> Range<Int> { Int(offsets[row])..<Int(offsets[row + 1]) }

    /// Tokens in a row.
    package func length(of row: Int) -> Int { range(of: row).count }

    package func label(of row: Int) -> Int { Int(labels[row]) }

    package func comment(of row: Int) -> Int64 { commentIDs[row] }

    /// How much a row counts in the loss; 1 where the shard has no weights.
    package func weight(of row: Int) -> Float { weights?[row] ?? 1 }

    /// Probability that a row is controversial, or nil if the shard does not say.
    package func probability(of row: Int) -> Float? { probabilities?[row] }

    /// Appends a row's token ids.
    package func appendTokens(of row: Int, to tokens: inout [Int32]) {
        if let narrowIDs {
            for position in range(of: row) { tokens.append(Int32(narrowIDs[position])) }
        } else if let wideIDs {
            for position in range(of: row) { tokens.append(wideIDs[position]) }
        }
    }

    /// Appends a row's segment ids, zeros where the shard has none.
    package func appendSegments(of row: Int, to segments: inout [UInt8]) {
        for position in range(of: row) { segments.append(segmentIDs?[position] ?? 0) }
    }
}

extension TokenShardView {
    private static func targets(
        _ view: SafetensorsView, rows: Int
    ) throws -> (SafetensorsVector<Float>?, width: Int) {
        guard view.header["targets"] != nil else { return (nil, 0) }
        let tensor = try view.tensor("targets")
        let shape = tensor.entry.shape
        guard shape.count == 2, shape[0] == rows, shape[1] > 0 else {
            throw SafetensorsError.wrongShape(
                tensor: "targets", found: shape, expected: "[\(rows), numbers of a target]")
        }
        return (try tensor.values(of: Float.self), shape[1])
    }

    private func checkLengths() throws(ShardError) {
        let lengths: [(String, Int?, Int)] = [
            ("offsets", offsets.count, rowCount + 1), ("comment_ids", commentIDs.count, rowCount),
            ("weights", weights?.count, rowCount), ("p_controversial", probabilities?.count, rowCount),
            ("segment_ids", segmentIDs?.count, tokenCount),
        ]
        for (name, found, expected) in lengths where found != nil && found != expected {
            throw ShardError(
                "'\(name)' has \(found ?? 0) numbers; expected \(expected) for \(rowCount) rows and "
                    + "\(tokenCount) tokens")
        }
    }

    private func checkRows(maxTokens: Int?) throws(ShardError) {
        guard offsets[0] == 0 else { throw ShardError("'offsets' starts at \(offsets[0]); it starts at 0") }
        var previous: Int64 = 0
        for row in 0..<rowCount {
            let end = offsets[row + 1]
            guard end > previous else {
                throw ShardError(
                    "row \(row) spans \(previous) ..< \(end) of 'input_ids'; a row has at least one token")
            }
            if let maxTokens, end - previous > Int64(maxTokens) {
                throw ShardError("row \(row) has \(end - previous) tokens; max_tokens is \(maxTokens)")
            }
            previous = end
        }
        guard previous == Int64(tokenCount) else {
            throw ShardError("'offsets' ends at \(previous); 'input_ids' has \(tokenCount) tokens")
        }
    }

    private func checkNumbers(vocabularySize: Int, labelCount: Int?) throws(ShardError) {
        let strange =
            narrowIDs?.first { Int($0) >= vocabularySize }.map(Int.init)
            ?? wideIDs?.first { $0 < 0 || Int($0) >= vocabularySize }.map(Int.init)
        if let strange {
            throw ShardError(
                "token id \(strange); ids lie in 0 ..< \(vocabularySize), the size of the vocabulary")
        }
        let labelLimit = Int64(labelCount ?? Int.max)
        if let row = labels.firstIndex(where: { $0 < 0 || $0 >= labelLimit }) {
            throw ShardError(
                "row \(row) has label \(labels[row]); labels lie in 0 ..< \(labelCount.map(String.init) ?? "the classes")"
            )
        }
        if let weights, let row = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
            throw ShardError("row \(row) has weight \(weights[row]); weights are finite and at least 0")
        }
        if let probabilities, let row = probabilities.firstIndex(where: { !($0 >= 0 && $0 <= 1) }) {
            throw ShardError("row \(row) has p_controversial \(probabilities[row]); it lies in 0 ... 1")
        }
        if let targets, let place = targets.firstIndex(where: { !$0.isFinite }) {
            throw ShardError(
                "row \(place / targetWidth) has the target \(targets[place]); targets are finite")
        }
        if let segmentIDs, let position = segmentIDs.firstIndex(where: { $0 > 1 }) {
            throw ShardError("token \(position) has segment \(segmentIDs[position]); segments are 0 and 1")
        }
    }
}
