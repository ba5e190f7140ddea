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

    private var letters: UnsafeMutablePointer<UInt32>
    private var nodes: UnsafeMutablePointer<Node>
    private var capacity = 256
    /// Pieces of the last text, from its end to its start, at the end of the room for them.
    private var path: UnsafeMutablePointer<Piece>
    private(set) var pieceCount = 0
    /// Least lead on the path: the cut stays the best where rounding changes less.
    private(set) var lead: Float = .infinity
    private(set) var score: Float = 0

    private static let open = Node(score: 0, lead: .infinity, start: -1, id: -1)

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

    private func reserve(_ count: Int) {
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
        lead = .infinity
        score = base
        pieceCount = 0
        let count = scalars.count
        guard count > 0 else { return }
        reserve(count)
        index.number(scalars, into: letters)
        nodes[0] = Self.open
        nodes[0].score = base
        for at in 1...count { nodes[at] = Self.open }
        index.trie.withPointers { trie in
            index.scores.withUnsafeBufferPointer { scores in
                index.isUnused.withUnsafeBufferPointer { isUnused in
                    fill(count, trie, index, scores, isUnused)
                }
            }
        }
        trace(count)
    }

    @inline(__always)
    private func fill(
        _ count: Int, _ trie: PieceTrie.Pointers, _ index: PieceIndex, _ scores: UnsafeBufferPointer<Float>,
        _ isUnused: UnsafeBufferPointer<Bool>
    ) {
        let (letters, nodes) = (letters, nodes)
        for start in 0..<count {
            let till = nodes[start].score
            var hasSingle = false
            var state = PieceTrie.start
            var at = start
            while at < count, let (next, endsPiece) = trie.step(state, letters[at]) {
                state = next
                at &+= 1
                guard endsPiece else { continue }
                let id = trie.ids[state]
                if isUnused[Int(id)] { continue }
                Self.offer(scores[Int(id)] + till, id, start, to: nodes + at)
                if at == start &+ 1 { hasSingle = true }
            }
            if !hasSingle {
                Self.offer(index.unknownScore + till, index.unknownID, start, to: nodes + start + 1)
            }
        }
    }

    @inline(__always)
    private static func offer(
        _ candidate: Float, _ id: Int32, _ start: Int, to node: UnsafeMutablePointer<Node>
    ) {
        let best = node.pointee
        if best.start < 0 {
            node.pointee = Node(
                score: candidate, lead: .infinity, start: Int32(truncatingIfNeeded: start), id: id)
        } else if candidate > best.score {
            node.pointee = Node(
                score: candidate, lead: candidate - best.score, start: Int32(truncatingIfNeeded: start),
                id: id)
        } else {
            node.pointee.lead = min(best.lead, best.score - candidate)
        }
    }

    private func trace(_ count: Int) {
        score = nodes[count].score
        var end = count
        while end > 0 {
            let node = nodes[end]
            path[pieceCount] = Piece(id: node.id, start: node.start, end: Int32(truncatingIfNeeded: end))
            pieceCount &+= 1
            lead = min(lead, node.lead)
            end = Int(node.start)
        }
    }
}
