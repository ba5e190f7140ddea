private import Foundation

/// All ways to cut one text into pieces, and sums over them, in the order and precision of the reference.
///
/// Source: unigram_model.cc of google/sentencepiece, `Lattice`.
struct UnigramLattice {
    struct Edge {
        var start: Int
        var end: Int
        /// Rank of the piece.
        var id: Int
        var score: Float
        /// Best score of a path that ends with this edge, and the edge in front of it on that path.
        var best: Float = 0
        var before = -1
    }

    /// By their starts, shorter ones first.
    private(set) var edges: [Edge] = []
    private var length = 0
    private var alpha: [Float] = []
    private var beta: [Float] = []
    /// Edges that end at each place, by their starts.
    private var ending: [[Int]] = []

    /// Builds the lattice of a text.
    mutating func fill(_ text: UnsafeBufferPointer<UInt32>, _ trie: PieceTrie.Pointers, _ ranks: Ranks) {
        edges.removeAll(keepingCapacity: true)
        length = text.count
        for start in 0..<length {
            var hasSingle = false
            var state = PieceTrie.start
            var at = start
            while at < length, let (next, endsPiece) = trie.step(state, text[at]) {
                state = next
                at += 1
                guard endsPiece else { continue }
                let rank = ranks.ranks[Int(trie.ids[state])]
                guard rank >= 0 else { continue }
                edges.append(Edge(start: start, end: at, id: Int(rank), score: ranks.scores[Int(rank)]))
                if at == start + 1 { hasSingle = true }
            }
            // The reference counts what is unknown for the first piece.
            if !hasSingle {
                edges.append(Edge(start: start, end: start + 1, id: 0, score: ranks.unknownScore))
            }
        }
    }

    /// What pieces are there, by the numbers that the trie has for them.
    struct Ranks {
        let ranks: UnsafePointer<Int32>
        let scores: UnsafePointer<Float>
        let unknownScore: Float
    }

    /// Adds how often each piece is expected, times the number of times that the text is seen.
    mutating func addExpectations(_ count: Float, to expected: inout [Float]) {
        alpha = [0] + Array(repeating: .nan, count: length)
        beta = Array(repeating: .nan, count: length) + [0]
        for edge in edges { Self.add(edge.score + alpha[edge.start], to: &alpha[edge.end]) }
        var at = edges.count - 1
        while at >= 0 {
            // Edges of one start are added in their order, whereas starts go from the right to the left.
            let start = edges[at].start
            var first = at
            while first > 0, edges[first - 1].start == start { first -= 1 }
            for edge in edges[first...at] { Self.add(edge.score + beta[edge.end], to: &beta[start]) }
            at = first - 1
        }
        let total = alpha[length]
        for edge in edges {
            let share = exp(Double(alpha[edge.start] + edge.score + beta[edge.end] - total))
            expected[edge.id] = Float(Double(expected[edge.id]) + Double(count) * share)
        }
    }

    /// log(exp(sum) + exp(value)); a sum of nothing is not a number.
    @inline(__always)
    private static func add(_ value: Float, to sum: inout Float) {
        if sum.isNaN {
            sum = value
            return
        }
        let (low, high) = (min(sum, value), max(sum, value))
        if high > low + 50 {
            sum = high
        } else {
            sum = Float(Double(high) + log(exp(Double(low - high)) + 1))
        }
    }

    /// Finds the best path to each edge.
    /// - Returns: the edges that end the text, in their order.
    private mutating func findPaths() -> [Int] {
        while ending.count <= length { ending.append([]) }
        for place in 0...length { ending[place].removeAll(keepingCapacity: true) }
        for at in edges.indices {
            let start = edges[at].start
            if start == 0 {
                edges[at].best = edges[at].score
                edges[at].before = -1
            } else {
                let (before, score) = best(ending[start], edges[at].score)
                edges[at].before = before
                edges[at].best = score
            }
            ending[edges[at].end].append(at)
        }
        return ending[length]
    }

    private func best(_ candidates: [Int], _ score: Float) -> (edge: Int, score: Float) {
        var (edge, most) = (-1, Float(0))
        for candidate in candidates {
            let sum = edges[candidate].best + score
            if edge < 0 || sum > most { (edge, most) = (candidate, sum) }
        }
        return (edge, most)
    }

    private func path(to last: Int) -> [Int] {
        var (ids, at): ([Int], Int) = ([], last)
        while at >= 0 {
            ids.append(edges[at].id)
            at = edges[at].before
        }
        return ids.reversed()
    }

    /// Ranks of the pieces of the best cut.
    mutating func bestPath() -> [Int] {
        let last = findPaths()
        return path(to: best(last, 0).edge)
    }

    /// What takes the place of a text that is a piece itself.
    enum Detour: Sendable {
        /// Nothing can.
        case none
        /// The piece is not even its own best cut.
        case split
        /// Ranks of the pieces of the next best cut.
        case pieces([Int])
    }

    mutating func detour() -> Detour {
        let last = findPaths()
        let first = best(last, 0).edge
        guard edges[first].start == 0 else { return .split }
        let others = last.filter { $0 != first }
        return others.isEmpty ? .none : .pieces(path(to: best(others, 0).edge))
    }
}
