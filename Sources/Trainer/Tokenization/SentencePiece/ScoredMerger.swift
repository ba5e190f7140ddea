internal import HeapModule

/// Merges the characters of a text into pieces as a SentencePiece model of type BPE does: of all neighbors the two whose
/// text is the piece of the highest score, the leftmost of equals.
///
/// Source: bpe_model.cc of google/sentencepiece.
struct ScoredMerger {
    private struct Symbol {
        var start: Int
        /// Nothing is left of a symbol that was merged into its left neighbor.
        var count: Int
        var previous: Int
        var next: Int
        /// Never merged: a symbol of the user's.
        var isFrozen: Bool
    }

    private struct Pair: Comparable {
        var score: Float
        var left: Int
        var right: Int
        var count: Int

        static func < (one: Pair, other: Pair) -> Bool {
            one.score != other.score ? one.score > other.score : one.left < other.left
        }
    }

    private var letters: [UInt32] = []
    private var symbols: [Symbol] = []
    private var queue = Heap<Pair>()
    /// Where the pieces that are never given out were joined last, by their ids: how much of them the left part is.
    private var joints: [Int32: Int] = [:]
    /// Pieces of the last text. -1: a character that cannot be spelled.
    private(set) var path: [(id: Int32, start: Int, end: Int)] = []

    /// - Parameter kept: length of the user's symbol that starts at a place; 0: none.
    mutating func run(_ scalars: [UInt32], _ index: PieceIndex, scores: [Float], kept: (Int) -> Int) {
        path.removeAll(keepingCapacity: true)
        joints.removeAll(keepingCapacity: true)
        letters.removeAll(keepingCapacity: true)
        for scalar in scalars { letters.append(index.trie.letters[scalar]) }
        symbols.removeAll(keepingCapacity: true)
        var at = 0
        while at < scalars.count {
            let symbol = kept(at)
            let count = max(1, symbol)
            let next = at + count < scalars.count ? symbols.count + 1 : -1
            symbols.append(
                Symbol(start: at, count: count, previous: symbols.count - 1, next: next, isFrozen: symbol > 0)
            )
            at += count
        }
        guard !symbols.isEmpty else { return }
        let all = letters
        all.withUnsafeBufferPointer { letters in
            index.trie.withPointers { trie in
                guard let letters = letters.baseAddress else { return }
                for right in symbols.indices.dropFirst() {
                    look(right - 1, right, letters, trie, index, scores)
                }
                while let top = queue.popMin() { merge(top, letters, trie, index, scores) }
                var at = 0
                while at >= 0 {
                    give(symbols[at].start, symbols[at].count, letters, trie, index)
                    at = symbols[at].next
                }
            }
        }
    }

    private mutating func look(
        _ left: Int, _ right: Int, _ letters: UnsafePointer<UInt32>, _ trie: PieceTrie.Pointers,
        _ index: PieceIndex, _ scores: [Float]
    ) {
        guard left >= 0, right >= 0, !symbols[left].isFrozen, !symbols[right].isFrozen else { return }
        let (start, count) = (symbols[left].start, symbols[left].count + symbols[right].count)
        let id = trie.whole(letters + start, count)
        guard id >= 0 else { return }
        queue.insert(Pair(score: scores[Int(id)], left: left, right: right, count: count))
        if index.isUnused[Int(id)] { joints[id] = symbols[left].count }
    }

    private mutating func merge(
        _ top: Pair, _ letters: UnsafePointer<UInt32>, _ trie: PieceTrie.Pointers, _ index: PieceIndex,
        _ scores: [Float]
    ) {
        let (left, right) = (symbols[top.left], symbols[top.right])
        guard left.count > 0, right.count > 0, left.count + right.count == top.count else { return }
        symbols[top.left].count = top.count
        symbols[top.left].next = right.next
        if right.next >= 0 { symbols[right.next].previous = top.left }
        symbols[top.right].count = 0
        look(symbols[top.left].previous, top.left, letters, trie, index, scores)
        look(top.left, symbols[top.left].next, letters, trie, index, scores)
    }

    /// Takes down a piece, or what one is made of that is never given out.
    private mutating func give(
        _ start: Int, _ count: Int, _ letters: UnsafePointer<UInt32>, _ trie: PieceTrie.Pointers,
        _ index: PieceIndex
    ) {
        let id = trie.whole(letters + start, count)
        if id >= 0, index.isUnused[Int(id)], let joint = joints[id], joint < count {
            give(start, joint, letters, trie, index)
            give(start + joint, count - joint, letters, trie, index)
        } else {
            path.append((id, start, start + count))
        }
    }
}
