internal import TextBasics

/// Cuts text as a SentencePiece model does.
///
/// What stands between two spaces gives the same pieces in every text, unless a model reads across spaces; so the ids of
/// such chunks are kept. Of a unigram model that holds only where the best cut leads by more than rounding can change: the
/// score of all text in front is added first, and with it the sums are rounded in another way. So where a cut is a near
/// tie, the exact score of what is in front is added up, and the chunk is cut again each time.
final class SentencePieceCutter: TextCutter {
    struct Memory {
        fileprivate let cache: ChunkCache
        fileprivate var text = SentencePieceNormalizer.Text()
        fileprivate let cut = BestCut()
        fileprivate let ranked = RankedMerger()
        fileprivate let pending = PendingChunks()
        fileprivate var merger = ScoredMerger()
    }

    /// What is in front of a chunk.
    private struct Front {
        /// Score of the ids that were counted, in the order and with the rounding of the reference.
        var score: Float = 0
        /// Where in the sink the ids start that were not counted.
        var counted: Int
        /// Whether nothing was read yet and no space is put in front of a text.
        var isBare: Bool
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
    let byteIDs: [Int32]
    /// The user's symbols as scalar values, the longest first.
    private let kept: [[UInt32]]
    private let readsChunks: Bool
    /// Letter numbers of the first 65,536 scalar values that stay what they are and that pieces hold; 0 for others.
    private let plainLetters: [UInt16]
    private let spaceLetter: UInt32
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
        let (normalizer, letters) = (normalizer, index.trie.letters)
        plainLetters = (0..<0x10000).map { (scalar: UInt32) in
            Self.leavesAlone(scalar, preparation, normalizer) ? UInt16(exactly: letters[scalar]) ?? 0 : 0
        }
        spaceLetter = letters[SentencePieceNormalizer.space]
        caches = ChunkCaches(wide: model.pieces.count > Int(UInt16.max) + 1, lines: Self.cacheLines)
    }

    /// Whether a scalar value below 65,536 surely reaches the model as it is.
    private static func leavesAlone(
        _ scalar: UInt32, _ preparation: TextPreparation?, _ normalizer: SentencePieceNormalizer
    ) -> Bool {
        guard normalizer.leavesAlone(scalar) else { return false }
        guard let preparation else { return true }
        if scalar >= 0x80, isDigit(scalar) { return false }
        if preparation.leavesAlone(scalar) { return true }
        // A syllable that is taken apart comes together again.
        guard Hangul.decomposition(of: scalar) != nil else { return false }
        var result = SentencePieceNormalizer.Text()
        bytes([scalar]).withUnsafeBufferPointer { text in
            preparation.prepare(text).bytes.withUnsafeBufferPointer {
                normalizer.normalize($0, prefix: false, into: &result)
            }
        }
        return result.scalars == [scalar]
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
        normalize(text, prefix: normalizer.addsPrefix, into: &memory.text)
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
        var front = Front(counted: sink.count, isBare: !normalizer.addsPrefix)
        while true {
            // Some chunks are found first and then looked up: on the way the processor brings their lines of the table.
            var found = 0
            while found < PendingChunks.most, let (start, length) = chunks.next() {
                pending[found] = memory.cache.table.pending(bytes, start, length)
                found &+= 1
            }
            guard found > 0 else { return true }
            for index in 0..<found {
                guard take(pending[index], of: bytes, into: &sink, &front, &memory) else { return false }
            }
        }
    }

    /// Adds the ids of a chunk: those that are known, or what it is cut into.
    /// - Returns: false where the text has to be read as a whole.
    @inline(__always)
    private func take(
        _ chunk: ChunkTable.Pending, of bytes: UnsafePointer<UInt8>, into sink: inout IDSink,
        _ front: inout Front, _ memory: inout Memory
    ) -> Bool {
        let table = memory.cache.table
        sink.reserve(ChunkTable.copiedIDs)
        let before = sink.count
        let isNear = isNear(sink, &front)
        guard chunk.length <= ChunkTable.longBytes, isNear else {
            return cutChunk(bytes + chunk.start, chunk.length, into: &sink, &front, isNear, &memory) != nil
        }
        let known = table.find(chunk, into: sink.ids + before)
        if known >= 0 {
            sink.count = before &+ known
            return true
        }
        guard
            let isStable = cutChunk(
                bytes + chunk.start, chunk.length, into: &sink, &front, isNear, &memory)
        else { return false }
        guard isStable else { return true }
        sink.reserve(ChunkTable.copiedIDs)
        table.keep(chunk, sink.ids + before, count: sink.count - before)
        return true
    }

    /// Whether what is in front scores so little that a stable cut is the same behind it.
    @inline(__always)
    private func isNear(_ sink: IDSink, _ front: inout Front) -> Bool {
        if front.isBare { return false }
        guard model.kind == .unigram else { return true }
        let most = abs(front.score) + Float(sink.count &- front.counted) * index.largestStep
        if most < Self.mostBase { return true }
        count(sink, &front)
        return abs(front.score) < Self.mostBase
    }

    /// Brings the score up to date.
    private func count(_ sink: IDSink, _ front: inout Front) {
        index.scores.withUnsafeBufferPointer { scores in
            for at in front.counted..<sink.count { front.score += scores[Int(sink.ids[at])] }
        }
        front.counted = sink.count
    }

    /// Cuts a chunk.
    /// - Returns: whether it gives the same ids in every text; nil if the whole text has to be read at once.
    @inline(never)
    private func cutChunk(
        _ chunk: UnsafePointer<UInt8>, _ length: Int, into sink: inout IDSink, _ front: inout Front,
        _ isNear: Bool, _ memory: inout Memory
    ) -> Bool? {
        if preparation == nil || !Self.hasNumberAndComma(chunk, length),
            !front.isBare, length <= ChunkTable.longBytes,
            let isStable = cutPlain(chunk, length, into: &sink, &front, isNear, memory)
        {
            return isStable
        }
        let bytes = UnsafeBufferPointer(start: chunk, count: length)
        normalize(bytes, prefix: !front.isBare, into: &memory.text)
        if memory.text.hasLiteralSpace { return nil }
        if memory.text.scalars.isEmpty { return true }
        front.isBare = false
        guard model.kind == .unigram else { return cutText(into: &sink, base: 0, &memory) }
        count(sink, &front)
        let isStable = cutText(into: &sink, base: front.score, &memory)
        // Neighboring unknown characters are one id, and each of them has its score.
        (front.score, front.counted) = (memory.cut.score, sink.count)
        return isStable
    }

    /// The same for a chunk of plain characters that all can be spelled; nil if it is none.
    @inline(__always)
    private func cutPlain(
        _ chunk: UnsafePointer<UInt8>, _ length: Int, into sink: inout IDSink, _ front: inout Front,
        _ isNear: Bool, _ memory: Memory
    ) -> Bool? {
        let cut = memory.cut
        guard let count = copyPlain(chunk, length, to: cut.letters) else { return nil }
        guard model.kind == .unigram else { return mergePlain(count, into: &sink, memory) }
        if isNear { cut.run(count, base: 0, index) }
        let isStable = isNear && isStable(cut, count)
        if !isStable {
            self.count(sink, &front)
            cut.run(count, base: front.score, index)
        }
        let pieces = cut.pieceCount
        for at in 0..<pieces where cut.piece(at).id == index.unknownID { return nil }
        sink.reserve(pieces)
        for at in 0..<pieces { sink.append(cut.piece(at).id) }
        if !isStable { (front.score, front.counted) = (cut.score, sink.count) }
        return isStable
    }

    /// Writes the letter numbers of a chunk of plain characters with a space in front, if it consists of them.
    /// - Returns: how many they are; nil if something has to be looked up or cannot be spelled.
    @inline(__always)
    private func copyPlain(
        _ chunk: UnsafePointer<UInt8>, _ length: Int, to letters: UnsafeMutablePointer<UInt32>
    ) -> Int? {
        plainLetters.withUnsafeBufferPointer { plain in
            letters[0] = spaceLetter
            var count = 1
            var at = 0
            while at < length {
                let first = UInt32(chunk[at])
                var value = first
                if first < 0x80 {
                    at &+= 1
                } else if first < 0xE0 {
                    value = (first & 0x1F) << 6 | UInt32(chunk[at &+ 1] & 0x3F)
                    at &+= 2
                } else if first < 0xF0 {
                    value =
                        (first & 0x0F) << 12 | UInt32(chunk[at &+ 1] & 0x3F) << 6
                        | UInt32(chunk[at &+ 2] & 0x3F)
                    at &+= 3
                } else {
                    return nil
                }
                let letter = plain[Int(value)]
                guard letter != 0 else { return nil }
                letters[count] = UInt32(letter)
                count &+= 1
            }
            return count
        }
    }

    private func mergePlain(_ count: Int, into sink: inout IDSink, _ memory: Memory) -> Bool? {
        guard let merges else { return nil }
        let (letters, ranked) = (memory.cut.letters, memory.ranked)
        ranked.begin(count)
        for at in 0..<count { ranked.add(merges.symbol(letters[at])) }
        ranked.run(merges.table)
        let (ids, pieces) = (ranked.ids, ranked.count)
        for at in 0..<pieces where ids[at] >= Int32(pieceCount) { return nil }
        sink.reserve(pieces)
        for at in 0..<pieces { sink.append(ids[at]) }
        return true
    }

    private func isStable(_ cut: BestCut, _ count: Int) -> Bool {
        Float(count) * index.largestStep < Self.mostStep && cut.lead > 4 * Float(count) * Self.spacing
    }

    func normalize(
        _ text: UnsafeBufferPointer<UInt8>, prefix: Bool, into result: inout SentencePieceNormalizer.Text
    ) {
        guard let preparation else { return normalizer.normalize(text, prefix: prefix, into: &result) }
        let prepared = preparation.prepare(text)
        prepared.bytes.withUnsafeBufferPointer { normalizer.normalize($0, prefix: prefix, into: &result) }
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
}

/// Room for chunks that wait for their ids.
private final class PendingChunks {
    static let most = 16
    let chunks = UnsafeMutablePointer<ChunkTable.Pending>.allocate(capacity: most)

    deinit { chunks.deallocate() }
}
