import Digests
import Files
package import Models
import ShardFormat

/// The tokenized rows of one split, read in place from its shards.
///
/// One task at a time may use it.
package final class TokenRows {
    private let shards: [TokenShardView]
    /// First row of each shard, and the number of all rows after the last.
    private let firstRows: [Int]
    /// Whether rows have a tag for each word.
    package let hasTags: Bool
    /// Whether rows are questions with their contexts.
    package let hasAnswers: Bool
    /// Keeps the shards' memory alive.
    private let owners: [any ShardBytes]
    /// The rows of the shards that count, in their order; nil for all.
    private let chosen: [Int]?
    /// The sentence that texts are set into; nil: rows are as the shards have them.
    private let cloze: ClozeFrame?

    /// Rows of shards in the order of the list.
    ///
    /// - Parameters:
    ///   - shards: bytes of each shard file.
    ///   - vocabularySize: ids must be below it.
    ///   - labelCount: labels must be below it.
    ///   - maxTokens: no row may be longer, where given.
    /// - Throws: `SafetensorsError` or `ShardError` with the number that is wrong.
    package convenience init(
        shards: [[UInt8]], vocabularySize: Int, labelCount: Int, maxTokens: Int? = nil
    ) throws {
        try self.init(
            owners: shards.map(CopiedBytes.init), vocabularySize: vocabularySize, labelCount: labelCount,
            maxTokens: maxTokens)
    }

    /// The same of files, which are mapped.
    package convenience init(
        files: [String], vocabularySize: Int, labelCount: Int, maxTokens: Int? = nil
    ) throws {
        try self.init(
            owners: files.map { try MappedFile(path: $0) }, vocabularySize: vocabularySize,
            labelCount: labelCount, maxTokens: maxTokens)
    }

    init(owners: [any ShardBytes], vocabularySize: Int, labelCount: Int, maxTokens: Int?) throws {
        self.owners = owners
        (chosen, cloze) = (nil, nil)
        shards = try owners.map { owner in
            do {
                return try TokenShardView(
                    owner.bytes, vocabularySize: vocabularySize, labelCount: labelCount, maxTokens: maxTokens)
            } catch {
                throw owner.name.map { TrainingError.file(path: $0, problem: "\(error)") } ?? error
            }
        }
        firstRows = shards.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.rowCount) }
        let width = shards.first?.targetWidth ?? 0
        if let other = shards.map(\.targetWidth).first(where: { $0 != width }) {
            throw ShardError("the targets of some shards have \(width) numbers, those of others \(other)")
        }
        hasTags = shards.first?.hasTags ?? false
        hasAnswers = shards.first?.hasAnswers ?? false
        if shards.contains(where: { $0.hasTags != hasTags }) {
            throw ShardError("some shards have tags of words, and others none")
        }
        if shards.contains(where: { $0.hasAnswers != hasAnswers }) {
            throw ShardError("some shards have answers to questions, and others none")
        }
    }

    private init(_ whole: TokenRows, chosen: [Int]?, cloze: ClozeFrame?) {
        (shards, firstRows, owners) = (whole.shards, whole.firstRows, whole.owners)
        (hasTags, hasAnswers) = (whole.hasTags, whole.hasAnswers)
        (self.chosen, self.cloze) = (chosen, cloze)
    }

    /// Some of the rows, in this order.
    package func only(_ places: [Int]) -> TokenRows {
        TokenRows(self, chosen: places.map { chosen?[$0] ?? $0 }, cloze: cloze)
    }

    /// The rows with their texts set into a sentence, whose masked word answers for each.
    /// - Precondition: rows are single texts of a class each.
    package func filled(into frame: ClozeFrame) -> TokenRows {
        precondition(!hasTags && !hasAnswers, "rows of single texts")
        return TokenRows(self, chosen: chosen, cloze: frame)
    }

    package var count: Int { chosen?.count ?? firstRows[shards.count] }

    /// Tokens of all rows.
    package var tokenCount: Int {
        if chosen != nil || cloze != nil { return (0..<count).reduce(0) { $0 + length(of: $1) } }
        return shards.reduce(0) { $0 + $1.tokenCount }
    }

    /// Whether every row says how probable it is that it is controversial.
    package var hasProbabilities: Bool { shards.allSatisfy(\.hasProbabilities) }

    /// How probable the votes make it that a row is controversial; `nil` if nothing is said of it.
    package func probability(of row: Int) -> Float? { withPlace(row) { $0.probability(of: $1) } }

    /// Tells these rows from others.
    var digest: String {
        var digest = ContentDigest()
        withExtendedLifetime(owners) {
            for owner in owners { digest.update(owner.bytes) }
        }
        if let chosen { digest.update(Array("rows \(chosen)".utf8)) }
        if let cloze { digest.update(Array("cloze \(cloze)".utf8)) }
        return digest.hexadecimal()
    }

    /// Tells some of the rows, in their order, from others.
    func digest(of places: some Sequence<Int>) -> String {
        var digest = ContentDigest()
        for row in places {
            let (tokens, segments) = tokens(of: row)
            digest.update(RowDigest(tokens: tokens, segments: segments).bytes)
        }
        return digest.hexadecimal()
    }

    /// A row's ids, and for each token whether it is of the first or the second text of a pair.
    func tokens(of row: Int) -> (tokens: [Int32], segments: [UInt8]) {
        var found: (tokens: [Int32], segments: [UInt8]) = ([], [])
        withPlace(row) { shard, row in
            shard.appendTokens(of: row, to: &found.tokens)
            shard.appendSegments(of: row, to: &found.segments)
        }
        if let cloze {
            _ = cloze.fill(&found.tokens, rowFrom: 0)
            found.segments = Array(repeating: 0, count: found.tokens.count)
        }
        return found
    }

    /// Calls `body` with the shard that holds a row and the row's number in it.
    private func withPlace<Result>(_ row: Int, _ body: (TokenShardView, Int) -> Result) -> Result {
        let row = chosen?[row] ?? row
        var low = 0
        var high = shards.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if firstRows[middle] <= row { low = middle } else { high = middle }
        }
        return withExtendedLifetime(owners) { body(shards[low], row - firstRows[low]) }
    }

    /// Tokens of a row.
    package func length(of row: Int) -> Int {
        let length = withPlace(row) { $0.length(of: $1) }
        return cloze?.length(ofRow: length) ?? length
    }

    package func label(of row: Int) -> Int {
        withPlace(row) { $0.label(of: $1) }
    }

    /// Number of the row's comment in the store.
    package func comment(of row: Int) -> Int64 {
        withPlace(row) { $0.comment(of: $1) }
    }

    /// Numbers of a row's target; 0 if labels are all there is.
    package var targetWidth: Int { shards.first?.targetWidth ?? 0 }

    /// What a row is to come to, `targetWidth` numbers.
    package func target(of row: Int) -> [Float] {
        withPlace(row) { $0.target(of: $1) }
    }

    /// Whether each row is of each class, `[rows, classes]`, row-major, for rows of any number of classes.
    package var flags: [Bool] { (0..<count).flatMap { target(of: $0).map { $0 > 0.5 } } }

    /// Rows of each class, for rows of any number of classes.
    func targetCounts(width: Int) -> [Int] {
        (0..<count).reduce(into: Array(repeating: 0, count: width)) { counts, row in
            for (number, value) in target(of: row).enumerated() where value > 0.5 { counts[number] += 1 }
        }
    }

    /// The tags of a row's tokens and words; nil for rows without.
    func tags(of row: Int) -> TokenTags? {
        withPlace(row) { $0.tags(of: $1) }
    }

    /// Where a row's answer is; nil for rows without.
    func answer(of row: Int) -> AnswerRow? {
        withPlace(row) { $0.answer(of: $1) }
    }

    /// The first and the last token of a row's answer, both ``AnswerRow/none`` where nothing is learned of it.
    func answerPlace(of row: Int) -> (start: Int32, end: Int32) {
        withPlace(row) { $0.answerPlace(of: $1) } ?? (AnswerRow.none, AnswerRow.none)
    }

    /// Rows of each class.
    package func labelCounts(classCount: Int) -> [Int] {
        (0..<count).reduce(into: Array(repeating: 0, count: classCount)) { $0[label(of: $1)] += 1 }
    }

    /// Packs rows end to end, without padding.
    ///
    /// - Parameters:
    ///   - rows: in the order of the batch.
    ///   - classWeights: factor of each class's rows, or words, in the loss, on top of the shard's own weights.
    ///   - targets: whether rows carry probabilities of classes beside their class.
    package func batch(
        _ rows: some Sequence<Int>, classWeights: [Float]? = nil, targets: SoftTargets? = nil
    ) -> PackedTokens {
        var batch = PackedTokens(inputIDs: [], offsets: [0])
        var (classes, places): ([Int32], [Int32]) = ([], [])
        var segments: [UInt8] = []
        var (weights, softTargets, numbers): ([Float], [Float], [Float]) = ([], [], [])
        var usesSegments = false
        var answering = AnsweringTokens()
        for row in rows {
            withPlace(row) { shard, row in
                let first = batch.inputIDs.count
                shard.appendTokens(of: row, to: &batch.inputIDs)
                if let cloze {
                    answering.tokens.append(Int32(cloze.fill(&batch.inputIDs, rowFrom: first)))
                    answering.offsets.append(Int32(answering.tokens.count))
                } else {
                    shard.appendSegments(of: row, to: &segments)
                    usesSegments = usesSegments || shard.hasSegments
                }
                batch.offsets.append(Int32(batch.inputIDs.count))
                if let tags = shard.tags(of: row) {
                    for (place, tag) in tags.ofTokens.enumerated() where tag != TokenTags.none {
                        answering.tokens.append(Int32(first + place))
                        classes.append(tag)
                        weights.append(shard.weight(of: row) * (classWeights?[Int(tag)] ?? 1))
                        targets?.append(
                            label: Int(tag), probability: nil, comment: shard.comment(of: row),
                            to: &softTargets)
                    }
                    answering.offsets.append(Int32(answering.tokens.count))
                    return
                }
                if let place = shard.answerPlace(of: row) {
                    places += [place.start, place.end]
                    weights.append(place.start == AnswerRow.none ? 0 : shard.weight(of: row))
                    return
                }
                let label = shard.label(of: row)
                classes.append(Int32(label))
                weights.append(shard.weight(of: row) * (classWeights?[label] ?? 1))
                targets?.append(
                    label: label, probability: shard.probability(of: row), comment: shard.comment(of: row),
                    to: &softTargets)
                if shard.targetWidth > 0 { numbers += shard.target(of: row) }
            }
        }
        if usesSegments { batch.segmentIDs = segments }
        if hasTags || cloze != nil { batch.answering = answering }
        if weights.contains(where: { $0 != 1 }) { batch.weights = weights }
        if hasAnswers {
            batch.answering = AnsweringTokens(allOf: batch.offsets)
            batch.targets = .places(AnswerPlaces(offsets: batch.offsets, places: places))
            return batch
        }
        batch.targets =
            targetWidth > 0
            ? .numbers(numbers) : targets == nil ? .classes(classes) : .probabilities(softTargets)
        return batch
    }
}

/// Bytes that stay where they are as long as their owner lives.
protocol ShardBytes: AnyObject {
    var bytes: UnsafeRawBufferPointer { get }
    /// Name of the file they came from.
    var name: String? { get }
}

extension MappedFile: ShardBytes {
    var name: String? { path }
}

/// A copy of an array in its own memory.
final class CopiedBytes: ShardBytes {
    let bytes: UnsafeRawBufferPointer
    let name: String? = nil

    init(_ array: [UInt8]) {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: array.count, alignment: 64)
        copy.copyBytes(from: array)
        bytes = UnsafeRawBufferPointer(copy)
    }

    deinit { bytes.deallocate() }
}
