/// All pieces as a double-array trie over the vocabulary's own alphabet.
///
/// A step is one addition and one comparison: from the state in cell s, letter c leads to cell
/// t = base[s] + c, provided that check[t] = s. Letters are numbered from 1, the most used first, so that a
/// Hangul syllable is one step and not three, and the array stays small enough for the second-level cache.
///
/// Source: Aoe, "An Efficient Digital Search Algorithm by Using a Double-Array Structure" (1989).
struct PieceTrie: Sendable {
    struct Cell: Sendable {
        var base: Int32 = 0
        /// Twice the state that this cell was reached from, and 1 more where a piece ends here; -2: free.
        var check: Int32 = -2
    }

    /// State before the first letter of a word, and before a later piece's first letter.
    static let start = 0
    static let continuation = 1

    private let cells: [Cell]
    /// Id of the piece that ends at a cell. They are apart, so that more cells fit into a cache.
    private let ids: [Int32]
    /// Letter number of each scalar value that some piece holds; 0: no piece holds it.
    let letters: ScalarMap

    /// - Parameters:
    ///   - initial: pieces that start a word, as scalar values, each with its id.
    ///   - continuing: pieces that continue with one, without their mark.
    init(initial: [(scalars: [UInt32], id: Int)], continuing: [(scalars: [UInt32], id: Int)]) {
        let letters = Self.alphabet(of: initial.map(\.scalars) + continuing.map(\.scalars))
        var tree = Tree()
        for piece in initial {
            tree.insert(piece.scalars.map { letters[$0] }, id: piece.id, root: Self.start)
        }
        for piece in continuing {
            tree.insert(piece.scalars.map { letters[$0] }, id: piece.id, root: Self.continuation)
        }
        let letterCount = Set(tree.nodes.map(\.letter)).count
        var layout = DoubleArrayLayout(letterCount: letterCount)
        (cells, ids) = layout.place(tree)
        self.letters = letters
    }

    var cellCount: Int { cells.count }

    /// Gives the array to `body`.
    func withPointers<Result>(_ body: (Pointers) throws -> Result) rethrows -> Result {
        try cells.withUnsafeBufferPointer { cells in
            try ids.withUnsafeBufferPointer { ids in
                guard let cells = cells.baseAddress, let ids = ids.baseAddress else {
                    preconditionFailure("a trie always has its roots")
                }
                return try body(Pointers(cells: cells, ids: ids))
            }
        }
    }

    private static func alphabet(of pieces: [[UInt32]]) -> ScalarMap {
        var uses: [UInt32: Int] = [:]
        for piece in pieces {
            for scalar in piece { uses[scalar, default: 0] += 1 }
        }
        let ordered = uses.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        var letters = ScalarMap()
        for (index, entry) in ordered.enumerated() { letters[entry.key] = UInt32(index + 1) }
        return letters
    }

    /// A trie with links, from which the array is laid out. Nodes 0 and 1 are the two roots.
    struct Tree {
        struct Node {
            var letter: UInt32 = 0
            var id: Int32 = -1
            var firstChild: Int32 = -1
            var nextSibling: Int32 = -1
        }

        private(set) var nodes = [Node(), Node()]
        private var children = PairTable(capacity: 1 << 16)

        mutating func insert(_ letters: [UInt32], id: Int, root: Int) {
            var at = root
            for letter in letters {
                let key = PairTable.key(UInt32(at), letter)
                let child = children.findOrInsert(key, new: nodes.count)
                if child == nodes.count {
                    nodes.append(Node(letter: letter, nextSibling: nodes[at].firstChild))
                    nodes[at].firstChild = Int32(child)
                }
                at = child
            }
            nodes[at].id = Int32(id)
        }

        /// Children of a node, by letter.
        func children(of node: Int) -> [Int] {
            var list: [Int] = []
            var child = nodes[node].firstChild
            while child >= 0 {
                list.append(Int(child))
                child = nodes[Int(child)].nextSibling
            }
            return list.sorted { nodes[$0].letter < nodes[$1].letter }
        }
    }
}

/// Finds room in the array for the children of each node, first fit.
private struct DoubleArrayLayout {
    private var cells: [PieceTrie.Cell] = []
    private var ids: [Int32] = []
    /// A free cell points at itself, a taken one at some cell after it: following the pointers finds the
    /// next free cell.
    private var next: [Int] = []
    /// One past the last taken cell.
    private var end = 0
    private let letterCount: Int

    /// Free cells tried before a node with several children goes to the end of the array.
    private static let patience = 64
    /// No state leads to a root.
    private static let nowhere = Int(Int32.max) >> 1

    init(letterCount: Int) {
        self.letterCount = letterCount
        grow(to: 2 * letterCount + 1024)
    }

    mutating func place(_ tree: PieceTrie.Tree) -> (cells: [PieceTrie.Cell], ids: [Int32]) {
        take(PieceTrie.start, from: Self.nowhere)
        take(PieceTrie.continuation, from: Self.nowhere)
        var waiting: [(node: Int, cell: Int)] = [(0, PieceTrie.start), (1, PieceTrie.continuation)]
        // The last one first: so the cells of a piece lie near each other.
        while let (node, cell) = waiting.popLast() {
            let children = tree.children(of: node)
            guard !children.isEmpty else { continue }
            let letters = children.map { Int(tree.nodes[$0].letter) }
            let base = findBase(letters)
            cells[cell].base = Int32(base)
            for (child, letter) in zip(children, letters) {
                take(base + letter, from: cell)
                if tree.nodes[child].id >= 0 {
                    cells[base + letter].check |= 1
                    ids[base + letter] = tree.nodes[child].id
                }
                waiting.append((child, base + letter))
            }
        }
        return trimmed()
    }

    private mutating func findBase(_ letters: [Int]) -> Int {
        var free = nextFree(from: letters[0])
        for _ in 0..<Self.patience {
            let base = free - letters[0]
            grow(to: base + letters[letters.count - 1] + 1)
            if letters.allSatisfy({ cells[base + $0].check < 0 }) { return base }
            free = nextFree(from: free + 1)
        }
        let base = max(0, end - letters[0])
        grow(to: base + letters[letters.count - 1] + 1)
        return base
    }

    private mutating func take(_ cell: Int, from parent: Int) {
        end = max(end, cell + 1)
        cells[cell].check = Int32(parent) << 1
        next[cell] = cell + 1
    }

    private mutating func nextFree(from start: Int) -> Int {
        var free = start
        while true {
            grow(to: free + 1)
            if next[free] == free { break }
            free = next[free]
        }
        var at = start
        while next[at] < free {
            let onward = next[at]
            next[at] = free
            at = onward
        }
        return free
    }

    private mutating func grow(to count: Int) {
        guard count > cells.count else { return }
        let room = max(count, cells.count + cells.count / 2)
        next.append(contentsOf: cells.count..<room)
        ids.append(contentsOf: repeatElement(-1, count: room - cells.count))
        cells.append(contentsOf: repeatElement(PieceTrie.Cell(), count: room - cells.count))
    }

    /// Cuts unused cells off the end, but leaves room for a step with any letter from any state.
    private mutating func trimmed() -> (cells: [PieceTrie.Cell], ids: [Int32]) {
        let highest = cells.map { Int($0.base) }.max() ?? 0
        let needed = max(end, highest + letterCount + 1)
        grow(to: needed)
        return (Array(cells.prefix(needed)), Array(ids.prefix(needed)))
    }
}
