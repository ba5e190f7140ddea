internal import TextBasics

/// The pieces of a SentencePiece model that are looked for in texts, and what counts for the best cut.
struct PieceIndex: Sendable {
    let trie: PieceTrie
    /// The same with scores, for the best cut.
    let scored: ScoredTrie
    /// Letter numbers of the first 65,536 scalar values.
    private let firstLetters: [UInt32]
    /// What each piece adds to the score of a cut.
    let scores: [Float]
    /// Whether a piece is never given out.
    let isUnused: [Bool]
    let unknownID: Int32
    let unknownScore: Float
    /// Largest amount that one piece can change a score by.
    let largestStep: Float
    /// Whether a piece holds U+2581 behind its start, so that it may reach from word to word, or U+2581 itself is missing.
    let readsAcrossWords: Bool

    /// What an unknown character costs more than the rarest piece.
    private static let unknownPenalty: Float = 10

    /// What a symbol of the user's adds for each of its bytes but the first.
    private static let bonus: Float = 0.1

    init(_ model: SentencePieceModel) {
        var initial: [(scalars: [UInt32], id: Int)] = []
        var hasSpace = false
        var crosses = false
        let normal = model.pieces.filter { $0.role == .normal }.map(\.score)
        unknownID = Int32(model.unknownID)
        unknownScore = (normal.min() ?? .greatestFiniteMagnitude) - Self.unknownPenalty
        var scores: [Float] = []
        for (id, piece) in model.pieces.enumerated() {
            // More than any other cut, as other scores are logarithms of probabilities.
            let isUsers = piece.role == .userDefined
            scores.append(isUsers ? Self.bonus * Float(piece.text.count - 1) : piece.score)
            guard piece.role.isInText, let scalars = UTF8Decoding.scalars(of: piece.text) else { continue }
            initial.append((scalars, id))
            if scalars == [SentencePieceNormalizer.space], piece.role == .normal { hasSpace = true }
            if scalars.dropFirst().contains(SentencePieceNormalizer.space) || scalars.contains(0x20) {
                crosses = true
            }
        }
        scores[model.unknownID] = unknownScore
        self.scores = scores
        isUnused = model.pieces.map { $0.role == .unused }
        largestStep = scores.map { abs($0) }.max() ?? 0
        readsAcrossWords = crosses || !hasSpace
        let trie = PieceTrie(initial: initial, continuing: [])
        self.trie = trie
        scored = ScoredTrie(trie, scores: scores, isUnused: isUnused)
        firstLetters = (0..<0x10000).map { trie.letters[UInt32($0)] }
    }
}

extension PieceIndex {
    /// The letter numbers of a text.
    func numbers(of text: [UInt8]) -> [UInt32] {
        (UTF8Decoding.scalars(of: text) ?? []).map { trie.letters[$0] }
    }

    /// Writes the letter number of each scalar value.
    @inline(__always)
    func number(_ scalars: UnsafeBufferPointer<UInt32>, into letters: UnsafeMutablePointer<UInt32>) {
        firstLetters.withUnsafeBufferPointer { first in
            for at in 0..<scalars.count {
                let scalar = scalars[at]
                letters[at] = scalar < 0x10000 ? first[Int(scalar)] : trie.letters[scalar]
            }
        }
    }
}

extension PieceTrie.Pointers {
    /// The state that a letter leads to, and whether a piece ends there; nil: no piece continues so.
    @inline(__always)
    func step(_ state: Int, _ letter: UInt32) -> (state: Int, endsPiece: Bool)? {
        let next = Int(cells[state].base) &+ Int(truncatingIfNeeded: letter)
        let check = Int(cells[next].check)
        return check &>> 1 == state ? (next, check & 1 != 0) : nil
    }

    /// The piece that all these letters are, or -1.
    func whole(_ letters: UnsafePointer<UInt32>, _ count: Int) -> Int32 {
        var state = PieceTrie.start
        var isPiece = false
        for at in 0..<count {
            guard let next = step(state, letters[at]) else { return -1 }
            (state, isPiece) = next
        }
        return isPiece ? ids[state] : -1
    }
}
