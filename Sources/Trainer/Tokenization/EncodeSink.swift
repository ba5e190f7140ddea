/// Cuts words into the longest pieces, from the left, and keeps their ids.
struct EncodeSink: ScanSink {
    private let cells: UnsafePointer<PieceTrie.Cell>
    private let unknown: Int32
    private let limit: Int
    /// Letters of the current word, at most `limit` of them.
    private let word: UnsafeMutablePointer<UInt32>
    private var length = 0
    private var textStart = 0

    /// Ids so far. ``reserve(_:)`` makes room before each text.
    private(set) var ids: UnsafeMutablePointer<Int32>
    var count = 0
    private var capacity: Int

    init(cells: UnsafePointer<PieceTrie.Cell>, unknown: Int32, limit: Int, capacity: Int) {
        self.cells = cells
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

    /// Makes room for all ids that a text of this many bytes can give, and a few special ones. No byte
    /// gives more than two scalar values (canonical decompositions and lower-case forms included).
    mutating func reserve(_ bytes: Int) {
        let needed = count + 2 * bytes + 8
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
