internal import TextBasics

/// Cuts text by byte-level byte-pair encoding, as GPT-2 and RoBERTa do: into words by a pattern, and each word's bytes
/// merged.
///
/// Source: Radford et al., "Language Models are Unsupervised Multitask Learners" (2019), section 2.2.
struct ByteLevelCutter: TextCutter {
    struct Rules: Hashable, Sendable {
        /// Whether a space is put in front of text that does not start with one.
        var addsPrefixSpace = false
        /// Whether text is cut into words; otherwise it is one.
        var splitsWords = true
        /// Whether the places of pieces leave out the space in front.
        var trimsOffsets = false
        /// Whether a word that is a piece is taken whole, whatever the merges say.
        var ignoresMerges = false

        var identity: String {
            [addsPrefixSpace, splitsWords, trimsOffsets, ignoresMerges].map { $0 ? "1" : "0" }.joined()
        }
    }

    struct Memory {
        fileprivate let cache: ChunkCache
        fileprivate let merger = RankedMerger()
        fileprivate var prefixed: [UInt8] = []
    }

    let rules: Rules
    let pieceCount: Int
    let wordStart = String(decoding: ByteAlphabet.piece([UInt8(ascii: " ")]), as: UTF8.self)
    func spelling(of piece: String) -> [UInt8] {
        ByteAlphabet.bytes(of: Array(piece.utf8)) ?? Array(piece.utf8)
    }

    private let merges: MergeTable
    /// Id of the piece of each byte; -1: there is none, and the byte is left out.
    private let byteIDs: [Int32]
    /// Bytes of each piece; nil if it stands for none.
    private let wholeWords: ByteTable?
    private let wholeIDs: [Int32]
    /// Spaces at the start and at the end of each piece.
    private let spaces: [(leading: Int, trailing: Int)]
    private let caches: ChunkCaches
    private let classes = LetterClasses.shared

    /// - Parameter pieces: by id.
    init(pieces: [[UInt8]], byteIDs: [Int32], merges: MergeTable, rules: Rules) {
        self.rules = rules
        self.merges = merges
        self.byteIDs = byteIDs
        pieceCount = pieces.count
        let space = ByteAlphabet.scalars[0x20]
        spaces = pieces.map { piece in
            let scalars = UTF8Decoding.scalars(of: piece) ?? []
            return (
                scalars.prefix { $0 == space }.count, scalars.reversed().prefix { $0 == space }.count
            )
        }
        caches = ChunkCaches(wide: pieces.count > Int(UInt16.max) + 1, lines: 1 << 16)
        var words = ByteTable(capacity: rules.ignoresMerges ? pieces.count : 1)
        var ids: [Int32] = []
        if rules.ignoresMerges {
            for (id, piece) in pieces.enumerated() {
                guard let bytes = ByteAlphabet.bytes(of: piece), words.insert(bytes).isNew else { continue }
                ids.append(Int32(id))
            }
        }
        wholeWords = rules.ignoresMerges ? words : nil
        wholeIDs = ids
    }

    func withMemory<Result>(_ body: (inout Memory) -> Result) -> Result {
        caches.withCache { cache in
            var memory = Memory(cache: cache)
            return body(&memory)
        }
    }

    func cut(_ text: UnsafeBufferPointer<UInt8>, into sink: inout IDSink, _ memory: inout Memory) {
        guard let start = text.baseAddress, text.count > 0 else { return }
        guard rules.addsPrefixSpace, start[0] != UInt8(ascii: " ") else {
            return cut(start, text.count, into: &sink, &memory)
        }
        var prefixed = memory.prefixed
        memory.prefixed = []
        prefixed.removeAll(keepingCapacity: true)
        prefixed.append(UInt8(ascii: " "))
        prefixed.append(contentsOf: text)
        prefixed.append(contentsOf: repeatElement(0, count: SubwordTokens.readableAfter))
        prefixed.withUnsafeBufferPointer { copy in
            guard let start = copy.baseAddress else { return }
            cut(start, text.count + 1, into: &sink, &memory)
        }
        memory.prefixed = prefixed
    }

    private func cut(
        _ text: UnsafePointer<UInt8>, _ count: Int, into sink: inout IDSink, _ memory: inout Memory
    ) {
        let table = memory.cache.table
        classes.withPointers { classes in
            let words = ByteLevelWords(text, count: count, classes)
            var at = 0
            while at < count {
                let end = rules.splitsWords ? words.end(of: at) : count
                let (word, length) = (text + at, end &- at)
                at = end
                sink.reserve(length &+ ChunkTable.copiedIDs)
                let run = table.pending(word, 0, length)
                if length <= ChunkTable.longBytes {
                    let known = table.find(run, into: sink.ids + sink.count)
                    if known >= 0 {
                        sink.count &+= known
                        continue
                    }
                }
                let before = sink.count
                merge(word, length, into: &sink, memory.merger)
                if length <= ChunkTable.longBytes {
                    table.keep(run, sink.ids + before, count: sink.count - before)
                }
            }
        }
    }

    @inline(never)
    private func merge(
        _ word: UnsafePointer<UInt8>, _ length: Int, into sink: inout IDSink, _ merger: RankedMerger
    ) {
        if let id = whole(UnsafeBufferPointer(start: word, count: length)) {
            return sink.append(id)
        }
        merger.begin(length)
        byteIDs.withUnsafeBufferPointer { byteIDs in
            for at in 0..<length {
                let id = byteIDs[Int(word[at])]
                if id >= 0 { merger.add(id) }
            }
        }
        merger.run(merges)
        for at in 0..<merger.count { sink.append(merger.ids[at]) }
    }

    private func whole(_ word: UnsafeBufferPointer<UInt8>) -> Int32? {
        wholeWords?.find(Array(word)).map { wholeIDs[$0] }
    }

    // MARK: Places

    func pieces(of text: [UInt8]) -> [PlacedPiece] {
        guard !text.isEmpty else { return [] }
        let adds = rules.addsPrefixSpace && text[0] != UInt8(ascii: " ")
        let read = (adds ? [UInt8(ascii: " ")] : []) + text
        var found: [PlacedPiece] = []
        let merger = RankedMerger()
        read.withUnsafeBufferPointer { read in
            guard let start = read.baseAddress else { return }
            classes.withPointers { classes in
                let words = ByteLevelWords(start, count: read.count, classes)
                var at = 0
                while at < read.count {
                    let end = rules.splitsWords ? words.end(of: at) : read.count
                    place(at..<end, of: read, shift: adds ? 1 : 0, merger, &found)
                    at = end
                }
            }
        }
        return found
    }

    /// Adds the pieces of a word; those of one character each cover the whole of it.
    private func place(
        _ range: Range<Int>, of text: UnsafeBufferPointer<UInt8>, shift: Int, _ merger: RankedMerger,
        _ found: inout [PlacedPiece]
    ) {
        func add(_ id: Int32, _ start: Int, _ end: Int) {
            // A space that was put in front stands at the first character.
            var (start, end) = (max(start, shift), max(end, shift + 1))
            while text[start] & 0xC0 == 0x80 { start -= 1 }
            while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
            found.append(PlacedPiece(id: id, place: start - shift..<end - shift))
        }
        let word = UnsafeBufferPointer(rebasing: text[range])
        if let id = whole(word) { return add(id, range.lowerBound, range.upperBound) }
        let bytes = range.filter { byteIDs[Int(text[$0])] >= 0 }
        merger.begin(bytes.count)
        for at in bytes { merger.add(byteIDs[Int(text[at])]) }
        merger.run(merges)
        for piece in 0..<merger.count {
            let last = (piece + 1 < merger.count ? Int(merger.firsts[piece + 1]) : bytes.count) - 1
            add(merger.ids[piece], bytes[Int(merger.firsts[piece])], bytes[last] + 1)
        }
    }

    var trimming: PlaceTrimming? {
        guard rules.trimsOffsets else { return nil }
        return PlaceTrimming(addsPrefixSpace: rules.addsPrefixSpace) { spaces[Int($0)] }
    }
}
