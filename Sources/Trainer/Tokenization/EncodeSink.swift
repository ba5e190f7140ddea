/// Cuts words into the longest pieces, from the left, and keeps their ids.
struct EncodeSink: ScanSink {
    private let cells: UnsafePointer<PieceTrie.Cell>
    private let unknown: Int32
    private let limit: Int
    /// Letters of the current word, at most `limit` of them.
    private let word: UnsafeMutablePointer<UInt32>
    private var length = 0
    private var textStart = 0
    private let cache: ChunkCache
    /// The chunk that is being told, if it will be kept, and where its ids begin.
    private var chunk = ChunkCache.Key()
    private var chunkStart = 0
    /// Falls with each chunk that the cache lacks: looking for texts of rare ones would take longer than it saves.
    private var patience = 4096
    /// Where readable memory ends after the text.
    var readableEnd: UnsafePointer<UInt8>?

    /// Ids so far. ``reserve(_:)`` makes room before each text.
    private(set) var ids: UnsafeMutablePointer<Int32>
    var count = 0
    private var capacity: Int

    init(
        cells: UnsafePointer<PieceTrie.Cell>, unknown: Int32, limit: Int, capacity: Int, cache: ChunkCache
    ) {
        self.cells = cells
        self.cache = cache
        self.unknown = unknown
        self.limit = limit
        self.capacity = max(capacity, 16)
        word = .allocate(capacity: max(limit, 1))
        ids = .allocate(capacity: self.capacity)
    }

    func deallocate() {
        word.deallocate()
        ids.deallocate()
    }

    /// Makes room for all ids that a text of this many bytes can give, a few special ones, and those that a chunk's
    /// are copied with. No byte gives more than two scalar values (canonical decompositions and lower-case forms included).
    mutating func reserve(_ bytes: Int) {
        let needed = count + 2 * bytes + 8 + ChunkCache.maxIDs
        guard needed > capacity else { return }
        let larger = UnsafeMutablePointer<Int32>.allocate(capacity: max(needed, capacity * 2))
        larger.update(from: ids, count: count)
        ids.deallocate()
        ids = larger
        capacity = max(needed, capacity * 2)
    }

    @inline(__always)
    mutating func append(_ id: Int32) {
        ids[count] = id
        count += 1
    }

    mutating func beginText() {
        textStart = count
        length = 0
        chunk.length = 0
    }

    mutating func restartText() {
        count = textStart
        length = 0
        chunk.length = 0
    }

    @inline(__always)
    mutating func skipKnown(_ text: UnsafePointer<UInt8>, count total: Int) -> Int {
        var at = 0
        while at < total, patience > 0, let readableEnd, readableEnd - (text + at) > ChunkCache.keyBytes,
            let key = ChunkCache.key(text + at, count: total - at)
        {
            if key.length > 0 {
                guard let found = cache.find(key, into: ids + count) else {
                    chunk = key
                    chunkStart = count
                    patience -= 2
                    return at
                }
                patience += 1
                count += found
                at += key.length
                if at == total { break }
            }
            at += 1
        }
        return at
    }

    @inline(__always)
    mutating func endChunk() {
        guard chunk.length > 0 else { return }
        cache.keep(chunk, ids + chunkStart, count: count - chunkStart)
        chunk.length = 0
    }

    @inline(__always)
    mutating func letter(_ number: UInt32, scalar: UInt32, start: Int, end: Int) {
        if length < limit { word[length] = number }
        length += 1
    }

    @inline(__always)
    mutating func isolated(_ number: UInt32, scalar: UInt32, start: Int, end: Int) {
        append(Int32(bitPattern: number))
    }

    @inline(__always)
    mutating func added(_ id: Int32, start: Int, end: Int) { append(id) }

    @inline(__always)
    mutating func endWord() {
        if length != 0 { cutWord() }
    }

    private mutating func cutWord() {
        let letters = length
        length = 0
        let wordStart = count
        guard letters <= limit else { return append(unknown) }
        var at = 0
        var root = PieceTrie.start
        while at < letters {
            let (id, end) = PieceTrie.longest(in: cells, word, from: at, to: letters, root: root)
            guard id >= 0 else {
                count = wordStart
                return append(unknown)
            }
            append(id)
            at = end
            root = PieceTrie.continuation
        }
    }
}

extension PieceTrie {
    /// The longest piece that starts at a letter: its id, or -1, and where it ends.
    @inline(__always)
    static func longest(
        in cells: UnsafePointer<Cell>, _ word: UnsafePointer<UInt32>, from start: Int, to end: Int, root: Int
    ) -> (id: Int32, end: Int) {
        var state = root
        var found: Int32 = -1
        var foundEnd = start
        var at = start
        while at < end {
            let next = Int(cells[state].base) + Int(word[at])
            if Int(cells[next].check) != state { break }
            state = next
            at += 1
            let id = cells[next].id
            if id >= 0 {
                found = id
                foundEnd = at
            }
        }
        return (found, foundEnd)
    }
}
