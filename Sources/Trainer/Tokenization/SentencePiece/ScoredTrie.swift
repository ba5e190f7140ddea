/// A ``PieceTrie`` with what each piece adds to the score of a cut beside the step that ends it, so that a step touches one
/// line of the cache.
struct ScoredTrie: Sendable {
    struct Cell {
        var base: Int32
        /// As in ``PieceTrie/Cell``, but pieces that are never given out end nowhere.
        var check: Int32
        var score: Float
        var id: Int32
    }

    private let cells: [Cell]

    init(_ trie: PieceTrie, scores: [Float], isUnused: [Bool]) {
        cells = trie.withPointers { pointers in
            (0..<trie.cellCount).map { at in
                let (cell, id) = (pointers.cells[at], pointers.ids[at])
                guard id >= 0, !isUnused[Int(id)] else {
                    return Cell(base: cell.base, check: cell.check & ~1, score: 0, id: -1)
                }
                return Cell(base: cell.base, check: cell.check, score: scores[Int(id)], id: id)
            }
        }
    }

    func withPointer(_ body: (UnsafePointer<Cell>) -> Void) {
        cells.withUnsafeBufferPointer { cells in
            guard let base = cells.baseAddress else { preconditionFailure("a trie always has its roots") }
            body(base)
        }
    }
}
