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
        fileprivate let cut = BestCut()
        /// A short chunk of plain characters.
        fileprivate let plain = PlainChunk()
        fileprivate let ranked = RankedMerger()
        fileprivate let pending = PendingChunks()
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
    /// The merges of a model of type BPE, if they can be made by symbols.
    private let merges: SymbolMerges?
    /// Ids of the pieces of the 256 bytes; empty where the model does not fall back to them.
    private let byteIDs: [Int32]
    /// The user's symbols as scalar values, the longest first.
    private let kept: [[UInt32]]
    private let readsChunks: Bool
    private let caches: ChunkCaches

    /// To cut a chunk costs more than to reach beyond the second-level cache.
    private static let cacheLines = 1 << 17

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
        merges = SymbolMerges(model, index)
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
        caches = ChunkCaches(wide: model.pieces.count > Int(UInt16.max) + 1, lines: Self.cacheLines)
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
        let pending = memory.pending.chunks
        var chunks = Chunks(bytes, count: text.count)
        var base: Float = 0
        while true {
            // Some chunks are found first and then looked up: on the way the processor brings their lines of the table.
            var found = 0
            while found < PendingChunks.most, let (start, length) = chunks.next() {
                pending[found] = memory.cache.table.pending(bytes, start, length)
                found &+= 1
            }
            guard found > 0 else { return true }
            for index in 0..<found {
                guard take(pending[index], of: bytes, into: &sink, &base, &memory) else { return false }
            }
        }
    }

    /// Adds the ids of a chunk: those that are known, or what it is cut into.
    /// - Returns: false where the text has to be read as a whole.
    @inline(__always)
    private func take(
        _ chunk: ChunkTable.Pending, of bytes: UnsafePointer<UInt8>, into sink: inout IDSink,
        _ base: inout Float, _ memory: inout Memory
    ) -> Bool {
        let table = memory.cache.table
        sink.reserve(ChunkTable.copiedIDs)
        let before = sink.count
        guard chunk.length <= ChunkTable.longBytes, abs(base) < Self.mostBase else {
            return cutChunk(bytes + chunk.start, chunk.length, into: &sink, &base, &memory) != nil
        }
        let known = table.find(chunk, into: sink.ids + before)
        if known >= 0 {
            sink.count = before &+ known
            if model.kind == .unigram {
                index.scores.withUnsafeBufferPointer { scores in
                    for at in before..<sink.count { base += scores[Int(sink.ids[at])] }
                }
            }
            return true
        }
        guard let isStable = cutChunk(bytes + chunk.start, chunk.length, into: &sink, &base, &memory) else {
            return false
        }
        guard isStable else { return true }
        sink.reserve(ChunkTable.copiedIDs)
        table.keep(chunk, sink.ids + before, count: sink.count - before)
        return true
    }

    /// Cuts a chunk and adds what its pieces score.
    /// - Returns: whether it gives the same ids in every text; nil if the whole text has to be read at once.
    @inline(never)
    private func cutChunk(
        _ chunk: UnsafePointer<UInt8>, _ length: Int, into sink: inout IDSink, _ base: inout Float,
        _ memory: inout Memory
    ) -> Bool? {
        if preparation == nil, length <= ChunkTable.longBytes,
            let isStable = cutPlain(chunk, length, into: &sink, &base, memory)
        {
            return isStable
        }
        normalize(UnsafeBufferPointer(start: chunk, count: length), into: &memory.text)
        if memory.text.hasLiteralSpace { return nil }
        let isStable = cutText(into: &sink, base: base, &memory)
        if model.kind == .unigram, !memory.text.scalars.isEmpty { base = memory.cut.score }
        return isStable
    }

    /// The same for a chunk of plain characters that all can be spelled; nil if it is none.
    @inline(__always)
    private func cutPlain(
        _ chunk: UnsafePointer<UInt8>, _ length: Int, into sink: inout IDSink, _ base: inout Float,
        _ memory: Memory
    ) -> Bool? {
        guard let count = normalizer.copyPlain(chunk, length, to: memory.plain.scalars) else { return nil }
        guard model.kind == .unigram else { return mergePlain(count, into: &sink, memory) }
        let cut = memory.cut
        cut.run(UnsafeBufferPointer(start: memory.plain.scalars, count: count), base: base, index)
        for at in 0..<cut.pieceCount where cut.piece(at).id == index.unknownID { return nil }
        sink.reserve(cut.pieceCount)
        for at in 0..<cut.pieceCount { sink.append(cut.piece(at).id) }
        base = cut.score
        return isStable(cut, count)
    }

    private func mergePlain(_ count: Int, into sink: inout IDSink, _ memory: Memory) -> Bool? {
        guard let merges else { return nil }
        let (plain, ranked) = (memory.plain, memory.ranked)
        index.number(UnsafeBufferPointer(start: plain.scalars, count: count), into: plain.letters)
        ranked.begin(count)
        for at in 0..<count { ranked.add(merges.symbol(plain.letters[at])) }
        ranked.run(merges.table)
        for at in 0..<ranked.count where ranked.ids[at] >= Int32(pieceCount) { return nil }
        sink.reserve(ranked.count)
        for at in 0..<ranked.count { sink.append(ranked.ids[at]) }
        return true
    }

    private func isStable(_ cut: BestCut, _ count: Int) -> Bool {
        Float(count) * index.largestStep < Self.mostStep && cut.lead > 4 * Float(count) * Self.spacing
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
        forEachPiece(of: scalars, base: base, memory.cut, &memory.merger) { id, start, end in
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
        return !hasUnknown && isStable(memory.cut, scalars.count)
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
        of scalars: [UInt32], base: Float, _ cut: BestCut, _ merger: inout ScoredMerger,
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
            scalars.withUnsafeBufferPointer { cut.run($0, base: base, index) }
            for at in 0..<cut.pieceCount {
                let piece = cut.piece(at)
                take(piece.id, Int(piece.start), Int(piece.end))
            }
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
        let cut = BestCut()
        var merger = ScoredMerger()
        let (scalars, origins) = (normalized.scalars, normalized.origins)
        var pieces: [PlacedPiece] = []
        forEachPiece(of: scalars, base: 0, cut, &merger) { id, start, end in
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

/// Room for chunks that wait for their ids.
private final class PendingChunks {
    static let most = 16
    let chunks = UnsafeMutablePointer<ChunkTable.Pending>.allocate(capacity: most)

    deinit { chunks.deallocate() }
}

/// Room for the scalar values of a chunk that is kept.
private final class PlainChunk {
    let scalars = UnsafeMutablePointer<UInt32>.allocate(capacity: ChunkTable.longBytes + 1)
    let letters = UnsafeMutablePointer<UInt32>.allocate(capacity: ChunkTable.longBytes + 1)

    deinit {
        scalars.deallocate()
        letters.deallocate()
    }
}
