/// Finds the cut of a text into pieces whose scores add up to most, as sentencepiece does: with its order of additions, its
/// rounding to single precision, and the earlier start where two cuts are equal.
///
/// Source: Kudo, "Subword Regularization" (2018), arXiv:1804.10959; unigram_model.cc of google/sentencepiece.
struct BestCut {
    /// The best cut that ends at a place.
    struct Node {
        var score: Float
        /// By how much it was better than the next best one.
        var lead: Float
        var start: Int32
        var id: Int32
    }

    private var letters: [UInt32] = []
    private var nodes: [Node] = []
    /// Pieces of the last text, from its end to its start.
    private(set) var path: [(id: Int32, start: Int32, end: Int32)] = []
    /// Least lead on the path: the cut stays the best where rounding changes less.
    private(set) var lead: Float = .infinity
    private(set) var score: Float = 0

    private static let open = Node(score: 0, lead: .infinity, start: -1, id: -1)

    /// - Parameter base: score of the text in front of this one.
    mutating func run(_ scalars: [UInt32], base: Float, _ index: PieceIndex) {
        path.removeAll(keepingCapacity: true)
        let count = scalars.count
        lead = .infinity
        score = base
        guard count > 0 else { return }
        letters.removeAll(keepingCapacity: true)
        for scalar in scalars { letters.append(index.trie.letters[scalar]) }
        nodes.removeAll(keepingCapacity: true)
        nodes.append(contentsOf: repeatElement(Self.open, count: count + 1))
        nodes[0].score = base
        index.trie.withPointers { trie in
            letters.withUnsafeBufferPointer { letters in
                nodes.withUnsafeMutableBufferPointer { nodes in
                    guard let letters = letters.baseAddress, let nodes = nodes.baseAddress else { return }
                    Self.fill(nodes, letters, count, trie, index)
                }
            }
        }
        trace(count)
    }

    private static func fill(
        _ nodes: UnsafeMutablePointer<Node>, _ letters: UnsafePointer<UInt32>, _ count: Int,
        _ trie: PieceTrie.Pointers, _ index: PieceIndex
    ) {
        index.scores.withUnsafeBufferPointer { scores in
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
                    if index.isUnused[Int(id)] { continue }
                    offer(scores[Int(id)] + till, id, start, to: nodes + at)
                    if at == start &+ 1 { hasSingle = true }
                }
                if !hasSingle {
                    offer(index.unknownScore + till, index.unknownID, start, to: nodes + start + 1)
                }
            }
        }
    }

    @inline(__always)
    private static func offer(
        _ candidate: Float, _ id: Int32, _ start: Int, to node: UnsafeMutablePointer<Node>
    ) {
        let best = node.pointee
        if best.start < 0 {
            node.pointee = Node(score: candidate, lead: .infinity, start: Int32(start), id: id)
        } else if candidate > best.score {
            node.pointee = Node(score: candidate, lead: candidate - best.score, start: Int32(start), id: id)
        } else {
            node.pointee.lead = min(best.lead, best.score - candidate)
        }
    }

    private mutating func trace(_ count: Int) {
        score = nodes[count].score
        var end = count
        while end > 0 {
            let node = nodes[end]
            path.append((node.id, node.start, Int32(end)))
            lead = min(lead, node.lead)
            end = Int(node.start)
        }
    }
}
