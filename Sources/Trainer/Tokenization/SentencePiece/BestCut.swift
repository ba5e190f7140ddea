/// Finds the cut of a text into pieces whose scores add up to most, as sentencepiece does: with its order of additions, its
/// rounding to single precision, and the earlier start where two cuts are equal.
///
/// Source: Kudo, "Subword Regularization" (2018), arXiv:1804.10959; unigram_model.cc of google/sentencepiece.
final class BestCut {
    /// The best cut that ends at a place.
    private struct Node {
        var score: Float
        /// By how much it was better than the next best one.
        var lead: Float
        var start: Int32
        var id: Int32
    }

    /// A piece and the scalar values of the text that it covers.
    struct Piece {
        var id: Int32
        var start: Int32
        var end: Int32
    }

    /// Letter numbers of the text to cut; see ``reserve(_:)``.
    private(set) var letters: UnsafeMutablePointer<UInt32>
    private var nodes: UnsafeMutablePointer<Node>
    private var capacity = 256
    /// Pieces of the last text, from its end to its start.
    private var path: UnsafeMutablePointer<Piece>
    private(set) var pieceCount = 0
    /// Least lead on the path: the cut stays the best where rounding changes less.
    private(set) var lead: Float = .infinity
    private(set) var score: Float = 0

    init() {
        letters = .allocate(capacity: capacity + 1)
        nodes = .allocate(capacity: capacity + 1)
        path = .allocate(capacity: capacity + 1)
    }

    deinit { deallocate() }

    private func deallocate() {
        letters.deallocate()
        nodes.deallocate()
        path.deallocate()
    }

    /// Makes room for a text of this many letters. What is in ``letters`` gets lost.
    func reserve(_ count: Int) {
        guard count > capacity else { return }
        deallocate()
        capacity = 2 * count
        letters = .allocate(capacity: capacity + 1)
        nodes = .allocate(capacity: capacity + 1)
        path = .allocate(capacity: capacity + 1)
    }

    /// Piece at a place of the last cut, from the left.
    @inline(__always)
    func piece(_ at: Int) -> Piece { path[pieceCount &- 1 &- at] }

    /// - Parameter base: score of the text in front of this one.
    func run(_ scalars: UnsafeBufferPointer<UInt32>, base: Float, _ index: PieceIndex) {
        reserve(scalars.count)
        index.number(scalars, into: letters)
        run(scalars.count, base: base, index)
    }

    /// Cuts the first of ``letters``.
    func run(_ count: Int, base: Float, _ index: PieceIndex) {
        let (letters, nodes, path) = (letters, nodes, path)
        nodes[0] = Node(score: base, lead: .infinity, start: -1, id: -1)
        if count > 0 {
            for at in 1...count { nodes[at] = Node(score: -.infinity, lead: .infinity, start: -1, id: -1) }
        }
        let unknown = (score: index.unknownScore, id: index.unknownID)
        index.scored.withPointer { Self.fill(count, letters, nodes, $0, unknown) }
        score = nodes[count].score
        (pieceCount, lead) = Self.trace(count, nodes, path)
    }

    @inline(__always)
    private static func fill(
        _ count: Int, _ letters: UnsafePointer<UInt32>, _ nodes: UnsafeMutablePointer<Node>,
        _ cells: UnsafePointer<ScoredTrie.Cell>, _ unknown: (score: Float, id: Int32)
    ) {
        for start in 0..<count {
            let till = nodes[start].score
            let origin = Int32(truncatingIfNeeded: start)
            var hasSingle = false
            var state = PieceTrie.start
            var base = Int(cells[state].base)
            var at = start
            while at < count {
                let next = base &+ Int(truncatingIfNeeded: letters[at])
                let cell = cells[next]
                guard Int(cell.check &>> 1) == state else { break }
                (state, base) = (next, Int(cell.base))
                at &+= 1
                guard cell.check & 1 != 0 else { continue }
                offer(cell.score + till, cell.id, origin, to: nodes + at)
                if at == start &+ 1 { hasSingle = true }
            }
            if !hasSingle { offer(unknown.score + till, unknown.id, origin, to: nodes + start + 1) }
        }
    }

    @inline(__always)
    private static func offer(
        _ candidate: Float, _ id: Int32, _ start: Int32, to node: UnsafeMutablePointer<Node>
    ) {
        let gain = candidate - node.pointee.score
        if gain > 0 {
            node.pointee = Node(score: candidate, lead: gain, start: start, id: id)
        } else {
            node.pointee.lead = min(node.pointee.lead, -gain)
        }
    }

    private static func trace(
        _ count: Int, _ nodes: UnsafePointer<Node>, _ path: UnsafeMutablePointer<Piece>
    ) -> (pieces: Int, lead: Float) {
        var (pieces, lead) = (0, Float.infinity)
        var end = count
        while end > 0 {
            let node = nodes[end]
            path[pieces] = Piece(id: node.id, start: node.start, end: Int32(truncatingIfNeeded: end))
            pieces &+= 1
            lead = min(lead, node.lead)
            end = Int(node.start)
        }
        return (pieces, lead)
    }
}
