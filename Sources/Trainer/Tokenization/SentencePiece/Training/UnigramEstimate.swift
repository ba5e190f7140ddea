private import Dispatch
private import Foundation
private import Synchronization

/// The pieces of a Unigram model that is being trained, with the logarithms of their probabilities.
struct UnigramEstimate: Sendable {
    private let seeds: [UnigramSeeds.Piece]
    private let words: TrainingWords
    private let trie: PieceTrie
    /// The words in the letters of the trie.
    private let letters: [UInt32]
    private let threads: Int

    /// The pieces that are left, by rank: their numbers among the seeds.
    private var order: [Int]
    private var scores: [Float]
    /// Rank of each seed; -1: given up.
    private var ranks: [Int32]

    /// Into how many sums expectations are added first, word by word in turn: as many threads as the reference has.
    private static let lanes = 16
    /// Least expected number of times that a piece is seen.
    private static let leastExpected: Float = 0.5
    private static let unknownPenalty: Float = 10
    /// Share of the pieces that a round leaves.
    private static let shrinking: Float = 0.75

    var count: Int { order.count }

    private var unknownScore: Float { leastScore - Self.unknownPenalty }
    private var leastScore: Float

    init(_ seeds: UnigramSeeds, _ words: TrainingWords, threads: Int) {
        self.seeds = seeds.pieces
        self.words = words
        self.threads = threads
        let trie = PieceTrie(initial: seeds.pieces.enumerated().map { ($1.scalars, $0) }, continuing: [])
        self.trie = trie
        letters = words.scalars.map { trie.letters[$0] }
        order = Array(seeds.pieces.indices)
        scores = seeds.pieces.map(\.score)
        ranks = order.map { Int32($0) }
        leastScore = scores.min() ?? 0
    }

    private mutating func keep(_ pieces: [(rank: Int, score: Float)]) {
        order = pieces.map { order[$0.rank] }
        scores = pieces.map(\.score)
        for at in ranks.indices { ranks[at] = -1 }
        for (rank, seed) in order.enumerated() { ranks[seed] = Int32(rank) }
        leastScore = scores.min() ?? 0
    }

    // MARK: Expectation maximization

    /// One step: how often each piece is expected by the probabilities so far, and the probabilities that follow from it.
    mutating func maximize() {
        let expected = expectations()
        var kept: [(rank: Int, score: Float)] = []
        var sum: Float = 0
        for (rank, count) in expected.enumerated() where count >= Self.leastExpected {
            kept.append((rank, count))
            sum += count
        }
        // A sparse prior: Liang and Klein, "Structured Bayesian Nonparametric Models" (2007).
        let logarithm = Float(Self.digamma(Double(sum)))
        for at in kept.indices {
            kept[at].score = Float(Self.digamma(Double(kept[at].score)) - Double(logarithm))
        }
        keep(kept)
    }

    private func expectations() -> [Float] {
        let lanes = overLanes(words.count, from: [Float](repeating: 0, count: count)) {
            expected, word, lattice in
            fill(&lattice, word)
            lattice.addExpectations(Float(words.counts[word]), to: &expected)
        }
        return Self.added(lanes)
    }

    private static func added(_ lanes: [[Float]]) -> [Float] {
        var sums = lanes[0]
        for lane in lanes.dropFirst() { for at in sums.indices { sums[at] += lane[at] } }
        return sums
    }

    private static func digamma(_ value: Double) -> Double {
        var (x, result) = (value, 0.0)
        while x < 7 {
            result -= 1 / x
            x += 1
        }
        x -= 1.0 / 2.0
        let inverse = 1.0 / x
        let square = inverse * inverse
        let fourth = square * square
        var series = log(x) + (1.0 / 24.0) * square
        series -= (7.0 / 960.0) * fourth
        series += (31.0 / 8064.0) * fourth * square
        series -= (127.0 / 30720.0) * fourth * fourth
        return result + series
    }

    // MARK: Lattices

    private func fill(_ lattice: inout UnigramLattice, _ word: Int) {
        letters.withUnsafeBufferPointer { letters in
            fill(
                &lattice,
                UnsafeBufferPointer(rebasing: letters[words.bounds[word]..<words.bounds[word + 1]]))
        }
    }

    private func fill(_ lattice: inout UnigramLattice, _ text: UnsafeBufferPointer<UInt32>) {
        trie.withPointers { trie in
            ranks.withUnsafeBufferPointer { ranks in
                scores.withUnsafeBufferPointer { scores in
                    guard let ranks = ranks.baseAddress, let scores = scores.baseAddress else { return }
                    let rule = UnigramLattice.Ranks(ranks: ranks, scores: scores, unknownScore: unknownScore)
                    lattice.fill(text, trie, rule)
                }
            }
        }
    }

    /// Calls `add` for each number below `count`, lane by lane: number n belongs to lane n modulo the number of lanes.
    /// - Returns: what became of `start` in each lane.
    private func overLanes<Result: Sendable>(
        _ count: Int, from start: Result, _ add: @Sendable (inout Result, Int, inout UnigramLattice) -> Void
    ) -> [Result] {
        let next = Atomic(0)
        let done = Mutex<[(Int, Result)]>([])
        DispatchQueue.concurrentPerform(iterations: min(threads, Self.lanes)) { _ in
            var lattice = UnigramLattice()
            while true {
                let lane = next.add(1, ordering: .relaxed).oldValue
                guard lane < Self.lanes else { return }
                var result = start
                for number in stride(from: lane, to: count, by: Self.lanes) { add(&result, number, &lattice) }
                let finished = result
                done.withLock { $0.append((lane, finished)) }
            }
        }
        return done.withLock { $0.sorted { $0.0 < $1.0 }.map(\.1) }
    }

    // MARK: Pieces given up

    /// What the best cuts of all words need.
    private struct Usage: Sendable {
        var counts: [Float]
        var total: Float = 0
        /// Ranks of pieces and the words that they are in.
        var places: [(rank: Int32, word: Int32)] = []
    }

    /// Gives up the pieces without which the texts would become least improbable, a quarter of all, and those that no best
    /// cut needs.
    /// - Parameter least: fewest pieces to leave.
    mutating func prune(to least: Int) {
        let (detours, usage) = (detours(), usage())
        var kept: [(rank: Int, score: Float)] = []
        var candidates: [(rank: Int, loss: Float)] = []
        for rank in order.indices where usage.counts[rank] != 0 {
            switch detours[rank] {
            case .split: continue
            case .none: kept.append((rank, scores[rank]))
            case .pieces(let others): candidates.append((rank, usage.loss(of: rank, others)))
            }
        }
        let size = max(least, Int(Self.shrinking * Float(count)))
        for (rank, _) in candidates.sorted(by: { ($1.loss, $0.rank) < ($0.loss, $1.rank) }) {
            if kept.count == size { break }
            kept.append((rank, scores[rank]))
        }
        keep(kept)
    }

    /// What takes the place of each piece.
    private func detours() -> [UnigramLattice.Detour] {
        let lanes = overLanes(count, from: [(Int, UnigramLattice.Detour)]()) { found, rank, lattice in
            let text = seeds[order[rank]].scalars.map { trie.letters[$0] }
            text.withUnsafeBufferPointer { fill(&lattice, $0) }
            found.append((rank, lattice.detour()))
        }
        var detours = [UnigramLattice.Detour](repeating: .split, count: count)
        for (rank, detour) in lanes.joined() { detours[rank] = detour }
        return detours
    }

    private func usage() -> PieceUsage {
        let lanes = overLanes(words.count, from: Usage(counts: .init(repeating: 0, count: count))) {
            usage, word, lattice in
            fill(&lattice, word)
            let count = Float(words.counts[word])
            usage.total += count
            for rank in lattice.bestPath() {
                usage.counts[rank] += count
                usage.places.append((Int32(rank), Int32(word)))
            }
        }
        var frequencies = [Float](repeating: 0, count: count)
        for lane in lanes {
            for (rank, word) in lane.places { frequencies[Int(rank)] += Float(words.counts[Int(word)]) }
        }
        return PieceUsage(
            counts: Self.added(lanes.map(\.counts)), frequencies: frequencies,
            total: lanes.dropFirst().reduce(lanes[0].total) { $0 + $1.total })
    }

    // MARK: The end

    /// The pieces to keep, the most probable first.
    /// - Parameters:
    ///   - alphabet: characters that must be pieces, the most frequent first.
    ///   - room: most pieces.
    func final(alphabet: [UInt32], room: Int) -> [UnigramSeeds.Piece] {
        var known: [[UInt32]: Float] = [:]
        for (rank, seed) in order.enumerated() { known[seeds[seed].scalars] = scores[rank] }
        var chosen: [[UInt32]: Float] = [:]
        let least = scores.min() ?? 0
        // Characters without a probability differ a little, so that frequent ones come first.
        var penalty: Float = 0
        for scalar in alphabet {
            if let score = known[[scalar]] {
                chosen[[scalar]] = score
            } else {
                chosen[[scalar]] = least + penalty
                penalty += 0.0001
            }
        }
        for piece in Self.sorted(known) {
            if chosen.count == room { break }
            if chosen[piece.scalars] == nil { chosen[piece.scalars] = piece.score }
        }
        return Self.sorted(chosen)
    }

    private static func sorted(_ pieces: [[UInt32]: Float]) -> [UnigramSeeds.Piece] {
        pieces.map { UnigramSeeds.Piece(scalars: $0, score: $1) }.sorted { one, other in
            one.score != other.score
                ? one.score > other.score : one.scalars.lexicographicallyPrecedes(other.scalars)
        }
    }
}

/// How often the best cuts of all words use each piece.
private struct PieceUsage {
    /// How often each piece is used, and how often the words are seen in which it is.
    var counts: [Float]
    var frequencies: [Float]
    /// How often all words are seen.
    var total: Float
    private let sum: Float
    private let logarithm: Float

    init(counts: [Float], frequencies: [Float], total: Float) {
        self.counts = counts
        self.frequencies = frequencies
        self.total = total
        sum = Float(counts.reduce(0.0) { $0 + Double($1) })
        logarithm = Float(log(Double(sum)))
    }

    /// About how much less likely the texts become where other pieces take the place of one.
    func loss(of rank: Int, _ others: [Int]) -> Float {
        let count = counts[rank]
        let frequency = frequencies[rank] / total
        let own = Float(log(Double(count)) - Double(logarithm))
        let newLogarithm = Float(log(Double(sum + count * Float(others.count - 1))))
        var replaced: Float = 0
        for other in others {
            replaced = Float(Double(replaced) + (log(Double(counts[other] + count)) - Double(newLogarithm)))
        }
        return frequency * (own - replaced)
    }
}
