/// Cuts words as ``EncodeSink`` does and also keeps where in the text each piece is.
struct OffsetSink: ScanSink {
    private let trie: PieceTrie.Pointers
    private let unknown: Int32
    private let limit: Int
    private var word: [UInt32] = []
    private var places: [Range<Int>] = []

    private(set) var ids: [Int32] = []
    /// Bytes of the text that each piece covers, from its first character to its last.
    private(set) var offsets: [Range<Int>] = []

    init(trie: PieceTrie.Pointers, unknown: Int32, limit: Int) {
        self.trie = trie
        self.unknown = unknown
        self.limit = limit
    }

    mutating func beginText() {}

    mutating func restartText() {
        ids.removeAll()
        offsets.removeAll()
        word.removeAll()
        places.removeAll()
    }

    mutating func letter(_ number: UInt32, scalar: UInt32, start: Int, end: Int) {
        word.append(number)
        places.append(start..<end)
    }

    mutating func isolated(_ number: UInt32, scalar: UInt32, start: Int, end: Int) {
        append(Int32(bitPattern: number), start..<end)
    }

    mutating func added(_ id: Int32, start: Int, end: Int) { append(id, start..<end) }

    mutating func endWord() {
        guard !word.isEmpty else { return }
        let before = ids.count
        if word.count > limit || !cutWord() {
            ids.removeLast(ids.count - before)
            offsets.removeLast(offsets.count - before)
            append(unknown, covering(0..<word.count))
        }
        word.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
    }

    private mutating func cutWord() -> Bool {
        var at = 0
        while at < word.count {
            let root = at == 0 ? PieceTrie.start : PieceTrie.continuation
            let (id, end) = trie.longest(from: at, to: word.count, root: root) { word[$0] }
            guard id >= 0 else { return false }
            append(id, covering(at..<end))
            at = end
        }
        return true
    }

    private func covering(_ letters: Range<Int>) -> Range<Int> {
        let bytes = places[letters]
        let start = bytes.map(\.lowerBound).min() ?? 0
        return start..<max(start, bytes.map(\.upperBound).max() ?? 0)
    }

    private mutating func append(_ id: Int32, _ bytes: Range<Int>) {
        ids.append(id)
        offsets.append(bytes)
    }
}
