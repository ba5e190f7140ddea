internal import TextBasics

/// Cuts text as a SentencePiece model does.
///
/// What stands between two spaces gives the same pieces in every text, unless a model reads across spaces; so the ids of
/// such chunks are kept. Of a unigram model that holds only where the best cut leads by more than rounding can change: the
/// score of all text in front is added first, and with it the sums are rounded in another way. So the exact score is carried
/// along, and chunks whose cut is a near tie are cut again each time.
struct SentencePieceCutter: TextCutter {
    struct Memory {
        fileprivate let cache: ChunkCache
        fileprivate var text = SentencePieceNormalizer.Text()
        fileprivate var cut = BestCut()
        fileprivate var merger = ScoredMerger()
    }

    let model: SentencePieceModel
    /// What is done to texts first; nil: nothing.
    let preparation: TextPreparation?
    var pieceCount: Int { model.pieces.count }
    let normalizer: SentencePieceNormalizer
    let index: PieceIndex
    /// Scores as a model of type BPE compares them.
    private let mergeScores: [Float]
    /// Ids of the pieces of the 256 bytes; empty where the model does not fall back to them.
    private let byteIDs: [Int32]
    /// The user's symbols as scalar values, the longest first.
    private let kept: [[UInt32]]
    private let readsChunks: Bool
    private let caches: ChunkCaches

    /// Scores of texts in front for which kept chunks hold, and what a chunk may add: so all sums stay below 4,096.
    private static let mostBase: Float = 3_072
    private static let mostStep: Float = 1_024
    /// Distance of two neighboring numbers of single precision below 4,096.
    private static let spacing: Float = 0x1p-12

    /// - Parameter name: the file's, for errors.
    init(
        _ model: SentencePieceModel, name: String, preparation: TextPreparation? = nil
    ) throws(TokenizationError) {
        self.model = model
        self.preparation = preparation
        normalizer = try SentencePieceNormalizer(model, name: name)
        index = PieceIndex(model)
        mergeScores = model.pieces.map(\.score)
        var byteIDs: [Int32] = []
        if model.fallsBackToBytes {
            byteIDs = Array(repeating: index.unknownID, count: 256)
            for (id, piece) in model.pieces.enumerated() where piece.role == .byte {
                if let byte = SentencePieceModel.byte(of: piece.text) { byteIDs[Int(byte)] = Int32(id) }
            }
        }
        self.byteIDs = byteIDs
        kept = model.pieces.filter { $0.role == .userDefined }
            .compactMap { UTF8Decoding.scalars(of: $0.text) }.sorted { $0.count > $1.count }
        readsChunks = normalizer.readsChunksAlone && !index.readsAcrossWords
        caches = ChunkCaches(wide: model.pieces.count > Int(UInt16.max) + 1)
    }

    func withMemory<Result>(_ body: (inout Memory) -> Result) -> Result {
        caches.withCache { cache in
            var memory = Memory(cache: cache)
            return body(&memory)
        }
    }

    func cut(_ text: UnsafeBufferPointer<UInt8>, into sink: inout IDSink, _ memory: inout Memory) {
        let start = sink.count
        if readsChunks, cutChunks(text, into: &sink, &memory) { return }
        sink.count = start
        normalize(text, into: &memory.text)
        _ = cutText(into: &sink, base: 0, &memory)
    }

    // MARK: Chunks

    /// - Returns: false where a text has to be read as a whole.
    private func cutChunks(
        _ text: UnsafeBufferPointer<UInt8>, into sink: inout IDSink, _ memory: inout Memory
    ) -> Bool {
        guard let bytes = text.baseAddress else { return true }
        var chunks = Chunks(bytes, count: text.count)
        var base: Float = 0
        let isUnigram = model.kind == .unigram
        return index.scores.withUnsafeBufferPointer { scores in
            while let (start, length) = chunks.next() {
                sink.reserve(ChunkTable.copiedIDs)
                let before = sink.count
                guard length <= ChunkTable.longBytes, abs(base) < Self.mostBase else {
                    guard cutChunk(bytes + start, length, into: &sink, &base, &memory) != nil else {
                        return false
                    }
                    continue
                }
                let table = memory.cache.table
                let isShort = length <= ChunkTable.shortBytes
                let key = table.key(bytes + start, length)
                let second = isShort ? .zero : table.secondKey(bytes + start, length)
                let place = isShort ? table.place(key) : table.place(key, second)
                let known =
                    isShort
                    ? table.find(key, at: place, into: sink.ids + before)
                    : table.find(key, second, at: place, into: sink.ids + before)
                if known >= 0 {
                    sink.count = before &+ known
                    if isUnigram {
                        for at in before..<sink.count { base += scores[Int(sink.ids[at])] }
                    }
                    continue
                }
                guard let isStable = cutChunk(bytes + start, length, into: &sink, &base, &memory) else {
                    return false
                }
                guard isStable else { continue }
                sink.reserve(ChunkTable.copiedIDs)
                if isShort {
                    table.keep(key, at: place, sink.ids + before, count: sink.count - before)
                } else {
                    table.keep(key, second, at: place, sink.ids + before, count: sink.count - before)
                }
            }
            return true
        }
    }

    /// Cuts a chunk and adds what its pieces score.
    /// - Returns: whether it gives the same ids in every text; nil if the whole text has to be read at once.
    @inline(never)
    private func cutChunk(
        _ chunk: UnsafePointer<UInt8>, _ length: Int, into sink: inout IDSink, _ base: inout Float,
        _ memory: inout Memory
    ) -> Bool? {
        normalize(UnsafeBufferPointer(start: chunk, count: length), into: &memory.text)
        if memory.text.hasLiteralSpace { return nil }
        let isStable = cutText(into: &sink, base: base, &memory)
        if model.kind == .unigram, !memory.text.scalars.isEmpty { base = memory.cut.score }
        return isStable
    }

    private func normalize(
        _ text: UnsafeBufferPointer<UInt8>, into result: inout SentencePieceNormalizer.Text
    ) {
        guard let preparation else { return normalizer.normalize(text, into: &result) }
        let prepared = preparation.prepare(text)
        prepared.bytes.withUnsafeBufferPointer { normalizer.normalize($0, into: &result) }
        for at in result.origins.indices { result.origins[at] = prepared.origins[result.origins[at]] }
    }

    /// Cuts the normalized text.
    /// - Returns: whether the ids are the same whatever was in front.
    private func cutText(into sink: inout IDSink, base: Float, _ memory: inout Memory) -> Bool {
        let scalars = memory.text.scalars
        guard !scalars.isEmpty else { return true }
        var hasUnknown = false
        forEachPiece(of: scalars, base: base, &memory.cut, &memory.merger) { id, start, end in
            if id == index.unknownID { hasUnknown = true }
            if preparation != nil, Self.endsInNumberAndComma(scalars[start..<end]) {
                hasUnknown = true
                for piece in recut(scalars, start..<end) {
                    give(piece.id, scalars[piece.start..<piece.end], into: &sink)
                }
            } else {
                give(id, scalars[start..<end], into: &sink)
            }
        }
        guard model.kind == .unigram else { return !hasUnknown }
        let count = Float(scalars.count)
        return !hasUnknown && count * index.largestStep < Self.mostStep
            && memory.cut.lead > 4 * count * Self.spacing
    }

    private func give(_ id: Int32, _ scalars: ArraySlice<UInt32>, into sink: inout IDSink) {
        guard id == index.unknownID, !byteIDs.isEmpty else {
            sink.reserve(1)
            return sink.append(id)
        }
        for byte in Self.bytes(scalars) {
            sink.reserve(1)
            sink.append(byteIDs[Int(byte)])
        }
    }

    /// Calls `body` with each piece, from the left; neighboring unknown characters are one, unless there are bytes for them.
    func forEachPiece(
        of scalars: [UInt32], base: Float, _ cut: inout BestCut, _ merger: inout ScoredMerger,
        _ body: (_ id: Int32, _ start: Int, _ end: Int) -> Void
    ) {
        var unknown: Range<Int>?
        func take(_ id: Int32, _ start: Int, _ end: Int) {
            let id = id < 0 ? index.unknownID : id
            if id == index.unknownID, byteIDs.isEmpty {
                unknown = (unknown?.lowerBound ?? start)..<end
                return
            }
            if let run = unknown { body(index.unknownID, run.lowerBound, run.upperBound) }
            unknown = nil
            body(id, start, end)
        }
        if model.kind == .unigram {
            cut.run(scalars, base: base, index)
            for piece in cut.path.reversed() { take(piece.id, Int(piece.start), Int(piece.end)) }
        } else {
            merger.run(scalars, index, scores: mergeScores) { keptLength(scalars, $0) }
            for piece in merger.path { take(piece.id, piece.start, piece.end) }
        }
        if let run = unknown { body(index.unknownID, run.lowerBound, run.upperBound) }
    }

    private func keptLength(_ scalars: [UInt32], _ at: Int) -> Int {
        guard !kept.isEmpty else { return 0 }
        return kept.first { scalars[at...].starts(with: $0) }?.count ?? 0
    }

    static func bytes(_ scalars: ArraySlice<UInt32>) -> [UInt8] {
        scalars.reduce(into: []) { UTF8Decoding.append($1, to: &$0) }
    }

    // MARK: Places

    func pieces(of text: [UInt8]) -> [PlacedPiece] {
        var normalized = SentencePieceNormalizer.Text()
        text.withUnsafeBufferPointer { normalize($0, into: &normalized) }
        var (cut, merger) = (BestCut(), ScoredMerger())
        let (scalars, origins) = (normalized.scalars, normalized.origins)
        var pieces: [PlacedPiece] = []
        forEachPiece(of: scalars, base: 0, &cut, &merger) { id, start, end in
            let place = origins[start]..<origins[end]
            if preparation != nil, Self.endsInNumberAndComma(scalars[start..<end]) {
                pieces += recut(scalars, start..<end).map {
                    PlacedPiece(id: $0.id, place: origins[$0.start]..<origins[$0.end])
                }
                return
            }
            guard id == index.unknownID, !byteIDs.isEmpty else {
                return pieces.append(PlacedPiece(id: id, place: place))
            }
            let bytes = Self.bytes(scalars[start..<end])
            for (offset, byte) in bytes.enumerated() {
                // As sentencepiece has it, the last byte stands for the character.
                let isLast = offset == bytes.count - 1
                pieces.append(
                    PlacedPiece(
                        id: byteIDs[Int(byte)], place: isLast ? place : place.lowerBound..<place.lowerBound))
            }
        }
        return pieces
    }
}
