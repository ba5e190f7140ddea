/// Cuts words into the longest pieces, from the left, and keeps their ids.
struct EncodeSink: ScanSink {
    let trie: PieceTrie.Pointers
    let unknown: Int32
    let limit: Int
    /// Letters of the current word, at most `limit` of them.
    private let word: UnsafeMutablePointer<UInt32>
    private var length = 0
    private var textStart = 0
    let table: ChunkTable
    /// Chunks of the text that wait for their ids.
    let pending: UnsafeMutablePointer<PendingChunk>
    /// A text after which there is not enough readable memory, with enough.
    private var padded: UnsafeMutableBufferPointer<UInt8>
    /// Where readable memory ends after the text.
    var readableEnd: UnsafePointer<UInt8>?

    /// Ids so far. ``reserve(_:)`` makes room before each text.
    private(set) var ids: UnsafeMutablePointer<Int32>
    var count = 0
    private var capacity: Int

    init(
        trie: PieceTrie.Pointers, unknown: Int32, limit: Int, capacity: Int, table: ChunkTable
    ) {
        self.trie = trie
        self.table = table
        self.unknown = unknown
        self.limit = limit
        self.capacity = max(capacity, 16)
        word = .allocate(capacity: max(limit, 1))
        ids = .allocate(capacity: self.capacity)
        pending = .allocate(capacity: Self.pendingCount)
        padded = .allocate(capacity: 0)
    }

    func deallocate() {
        word.deallocate()
        ids.deallocate()
        pending.deallocate()
        padded.deallocate()
    }

    /// The text, or a copy of it where fewer than `room` bytes can be read after it.
    mutating func readable(
        _ text: UnsafePointer<UInt8>, count: Int, room: Int
    ) -> UnsafePointer<UInt8> {
        if let readableEnd, readableEnd - text >= count + room { return text }
        if padded.count < count + room {
            padded.deallocate()
            padded = .allocate(capacity: 2 * count + room)
            padded.initialize(repeating: 0)
        }
        guard let copy = padded.baseAddress else { return text }
        copy.update(from: text, count: count)
        return UnsafePointer(copy)
    }

    /// Makes room for all ids that a text of this many bytes can give, a few special ones, and those that a chunk's
    /// are copied with. No byte gives more than two scalar values (canonical decompositions and lower-case forms included).
    mutating func reserve(_ bytes: Int) {
        let needed = count + 2 * bytes + 8 + ChunkTable.copiedIDs
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
    }

    mutating func restartText() {
        count = textStart
        length = 0
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
        let letters = word
        cutWord(length) { letters[$0] }
        length = 0
    }

    /// Cuts a word into pieces.
    /// - Parameter letter: the number of the letter at a place in the word; not asked where it is too long.
    @inline(__always)
    mutating func cutWord(_ length: Int, letter: (Int) -> UInt32) {
        guard length <= limit else { return append(unknown) }
        let before = count
        var at = 0
        var root = PieceTrie.start
        while at < length {
            let (id, end) = trie.longest(from: at, to: length, root: root, letter: letter)
            guard id >= 0 else {
                count = before
                return append(unknown)
            }
            append(id)
            at = end
            root = PieceTrie.continuation
        }
    }
}
