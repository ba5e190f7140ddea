/// Tokenized rows with their labels, ready for training, gathered in memory to be written.
///
/// Rows are concatenated without padding; special tokens are part of them. Row r holds the tokens
/// `offsets[r] ..< offsets[r + 1]`.
package struct TokenShard: Hashable, Sendable {
    package private(set) var inputIDs: [Int32] = []
    package private(set) var offsets: [Int64] = [0]
    package private(set) var labels: [Int64] = []
    package private(set) var commentIDs: [Int64] = []
    /// How much each row counts in the loss, or nil when all count the same. Finite, at least 0.
    package private(set) var weights: [Float]?
    /// Probability that a row is controversial, as its votes say it, or nil. 0 ... 1.
    package private(set) var pControversial: [Float]?
    /// First (0) or second (1) text of a pair, for each token, or nil for single texts.
    package private(set) var segmentIDs: [UInt8]?
    /// What each row is to come to where that is not one class, `[rows, targetWidth]`, row-major; or nil.
    package private(set) var targets: [Float]?
    /// Numbers of a row's target; 0 if labels are all there is.
    package let targetWidth: Int
    /// Tags of each row's tokens and words; nil for rows without.
    private var tags: [TokenTags]?
    /// Where each row's answer is; nil for rows without.
    private var answers: [AnswerRow]?

    /// A shard without rows.
    ///
    /// - Parameters: which of the optional columns it has; rows must then fill them.
    package init(
        weights: Bool = false, pControversial: Bool = false, segments: Bool = false, targetWidth: Int = 0,
        tags: Bool = false, answers: Bool = false
    ) {
        self.tags = tags ? [] : nil
        self.answers = answers ? [] : nil
        self.weights = weights ? [] : nil
        self.pControversial = pControversial ? [] : nil
        segmentIDs = segments ? [] : nil
        targets = targetWidth > 0 ? [] : nil
        self.targetWidth = targetWidth
    }

    package var rowCount: Int { labels.count }

    /// Adds a row.
    ///
    /// - Parameters:
    ///   - tokens: ids with their special tokens, at least one.
    ///   - label: index of the class.
    ///   - comment: number of the comment in the store.
    ///   - weight: used where the shard has weights.
    ///   - pControversial: used where the shard has them.
    ///   - segments: one for each token, where the shard has them.
    ///   - target: `targetWidth` numbers, where the shard has them.
    ///   - tags: one for each token, and those of the row's words, where the shard has them.
    ///   - answer: where the row's answer is, where the shard has that.
    package mutating func append(
        tokens: some Collection<Int32>, label: Int, comment: Int64, weight: Float = 1,
        pControversial: Float = 0, segments: some Collection<UInt8> = EmptyCollection(),
        target: some Collection<Float> = EmptyCollection(), tags: TokenTags? = nil, answer: AnswerRow? = nil
    ) {
        inputIDs.append(contentsOf: tokens)
        offsets.append(Int64(inputIDs.count))
        labels.append(Int64(label))
        commentIDs.append(comment)
        self.weights?.append(weight)
        self.pControversial?.append(pControversial)
        segmentIDs?.append(contentsOf: segments)
        targets?.append(contentsOf: target)
        if let tags { self.tags?.append(tags) }
        if let answer { answers?.append(answer) }
    }

    static let format = "token-shard"
    static let version = "1"

    /// The shard as a safetensors file; equal shards give equal bytes.
    ///
    /// - Parameters:
    ///   - vocabularySize: ids are stored as U16 where it is at most 65,536, as I32 beyond.
    ///   - metadata: what binds the shard to its making, such as the tokenizer's digest.
    /// - Throws: ``ShardError`` when a row is empty, or an id, label, weight or probability is out of range.
    package func encoded(vocabularySize: Int, metadata: [String: String] = [:]) throws -> [UInt8] {
        if let segmentIDs, segmentIDs.count != inputIDs.count {
            throw ShardError(
                "\(segmentIDs.count) segment ids for \(inputIDs.count) tokens; each token needs one")
        }
        if let id = inputIDs.first(where: { $0 < 0 || $0 >= vocabularySize }) {
            throw ShardError("token id \(id); ids lie in 0 ..< \(vocabularySize), the size of the vocabulary")
        }
        let narrow = vocabularySize <= 65_536
        let rows = rowCount
        let tokens = inputIDs.count
        var declarations = [
            SafetensorsDeclaration("input_ids", narrow ? .uint16 : .int32, shape: [tokens]),
            SafetensorsDeclaration("offsets", .int64, shape: [rows + 1]),
            SafetensorsDeclaration("labels", .int64, shape: [rows]),
            SafetensorsDeclaration("comment_ids", .int64, shape: [rows]),
        ]
        if weights != nil { declarations.append(SafetensorsDeclaration("weights", .float32, shape: [rows])) }
        if pControversial != nil {
            declarations.append(SafetensorsDeclaration("p_controversial", .float32, shape: [rows]))
        }
        if segmentIDs != nil {
            declarations.append(SafetensorsDeclaration("segment_ids", .uint8, shape: [tokens]))
        }
        if targets != nil {
            declarations.append(SafetensorsDeclaration("targets", .float32, shape: [rows, targetWidth]))
        }
        if let tags {
            let words = tags.reduce(0) { $0 + $1.ofWords.count }
            declarations += [
                SafetensorsDeclaration(TagTensors.ofTokens, .int32, shape: [tokens]),
                SafetensorsDeclaration(TagTensors.offsets, .int64, shape: [rows + 1]),
                SafetensorsDeclaration(TagTensors.ofWords, .int32, shape: [words]),
                SafetensorsDeclaration(TagTensors.answering, .int32, shape: [words]),
            ]
        }
        if let answers { declarations += AnswerTensors.declarations(answers) }
        let mark = FileMark(format: Self.format, version: Self.version)
        let layout = try SafetensorsLayout(declarations, metadata: mark.added(to: metadata))
        var bytes: [UInt8] = []
        bytes.reserveCapacity(layout.byteCount)
        var writer = try SafetensorsWriter(layout) { bytes.append(contentsOf: $0) }
        for entry in layout.entries {
            if let answers, try AnswerTensors.write(answers, entry.name, to: &writer) { continue }
            try write(entry.name, narrow: narrow, to: &writer)
        }
        try writer.finish()
        // Reading it back applies every rule of the format once, in one place.
        try bytes.withUnsafeBytes { file in
            _ = try TokenShardView(file, vocabularySize: vocabularySize)
        }
        return bytes
    }

    private func write(_ name: String, narrow: Bool, to writer: inout SafetensorsWriter) throws {
        switch name {
        case "input_ids" where narrow:
            try writer.write(inputIDs.map { UInt16(truncatingIfNeeded: $0) }, to: name)
        case "input_ids": try writer.write(inputIDs, to: name)
        case "offsets": try writer.write(offsets, to: name)
        case "labels": try writer.write(labels, to: name)
        case "comment_ids": try writer.write(commentIDs, to: name)
        case "weights": try writer.write(weights ?? [], to: name)
        case "p_controversial": try writer.write(pControversial ?? [], to: name)
        case "targets": try writer.write(targets ?? [], to: name)
        case TagTensors.ofTokens: try writer.write((tags ?? []).flatMap(\.ofTokens), to: name)
        case TagTensors.ofWords: try writer.write((tags ?? []).flatMap(\.ofWords), to: name)
        case TagTensors.answering: try writer.write((tags ?? []).flatMap(\.answering), to: name)
        case TagTensors.offsets:
            let ends = (tags ?? []).reduce(into: [Int64(0)]) {
                $0.append($0[$0.count - 1] + Int64($1.ofWords.count))
            }
            try writer.write(ends, to: name)
        default: try writer.write(segmentIDs ?? [], to: name)
        }
    }
}

/// What a shard calls the tensors with tags.
enum TagTensors {
    static let ofTokens = "token_tags"
    static let offsets = "word_offsets"
    static let ofWords = "word_tags"
    static let answering = "word_tokens"
}
