internal import TextBasics

/// Cuts one word into pieces.
enum WordModel: Sendable {
    case unigram(UnigramWords)
    case merges(CharacterMerges)

    /// A piece and the scalar values of the word that it covers.
    typealias Piece = (id: Int32, place: Range<Int>)

    func pieces(of word: [UInt32], _ merger: RankedMerger) -> [Piece] {
        switch self {
        case .unigram(let model): model.pieces(of: word)
        case .merges(let model): model.pieces(of: word, merger)
        }
    }

    /// Ids of the pieces `<0x00>` to `<0xFF>`; -1: there is none.
    static func byteIDs(_ id: (String) -> Int32?) -> [Int32] {
        (0...255).map { (byte: Int) in
            let digits = String(byte, radix: 16, uppercase: true)
            return id("<0x\(byte < 16 ? "0" : "")\(digits)>") ?? -1
        }
    }

    /// The pieces of the bytes of a text, each over the whole of it; nil if one is missing.
    static func bytes(_ text: ArraySlice<UInt32>, _ ids: [Int32]) -> [Piece]? {
        guard !ids.isEmpty else { return nil }
        var bytes: [UInt8] = []
        for scalar in text { UTF8Decoding.append(scalar, to: &bytes) }
        let found = bytes.map { ids[Int($0)] }
        return found.contains(-1) ? nil : found.map { ($0, text.indices) }
    }
}

/// The cut of a word into the pieces whose scores add up to most, in double precision as `tokenizers` adds them, the earlier
/// start where two cuts are equal. All pieces count, special ones too; neighboring unknown characters are
/// one.
///
/// Source: models/unigram/model.rs of huggingface/tokenizers, `encode_optimized`.
struct UnigramWords: Sendable {
    private let trie: PieceTrie
    private let scores: [Double]
    private let unknownID: Int32
    private let unknownScore: Double
    private let byteIDs: [Int32]

    private static let unknownPenalty = 10.0

    /// - Parameters:
    ///   - pieces: by id, no two the same.
    ///   - byteIDs: see ``WordModel/byteIDs(_:)``; empty where the model does not fall back to bytes.
    init(pieces: [(scalars: [UInt32], score: Double)], unknownID: Int, byteIDs: [Int32]) {
        trie = PieceTrie(initial: pieces.enumerated().map { ($1.scalars, $0) }, continuing: [])
        scores = pieces.map(\.score)
        self.unknownID = Int32(unknownID)
        unknownScore = (scores.min() ?? 0) - Self.unknownPenalty
        self.byteIDs = byteIDs
    }

    func pieces(of word: [UInt32]) -> [WordModel.Piece] {
        var found: [WordModel.Piece] = []
        var unknown: Range<Int>?
        func close() {
            guard let run = unknown else { return }
            found += WordModel.bytes(word[run], byteIDs) ?? [(unknownID, run)]
            unknown = nil
        }
        for (id, place) in path(word) {
            if id == unknownID {
                unknown = (unknown?.lowerBound ?? place.lowerBound)..<place.upperBound
            } else {
                close()
                found.append((id, place))
            }
        }
        close()
        return found
    }

    private func path(_ word: [UInt32]) -> [WordModel.Piece] {
        var best = [(score: Double, start: Int, id: Int32)](repeating: (0, -1, -1), count: word.count + 1)
        func offer(_ score: Double, _ id: Int32, _ start: Int, _ end: Int) {
            if best[end].start < 0 || score > best[end].score { best[end] = (score, start, id) }
        }
        let letters = word.map { trie.letters[$0] }
        trie.withPointers { trie in
            for start in word.indices {
                let till = best[start].score
                var hasSingle = false
                var state = PieceTrie.start
                var at = start
                while at < word.count, let (next, endsPiece) = trie.step(state, letters[at]) {
                    state = next
                    at += 1
                    guard endsPiece else { continue }
                    offer(scores[Int(trie.ids[state])] + till, trie.ids[state], start, at)
                    if at == start + 1 { hasSingle = true }
                }
                if !hasSingle { offer(unknownScore + till, unknownID, start, start + 1) }
            }
        }
        var path: [WordModel.Piece] = []
        var end = word.count
        while end > 0 {
            path.append((best[end].id, best[end].start..<end))
            end = best[end].start
        }
        return path.reversed()
    }
}

/// Byte-pair encoding over characters, with a suffix on a word's last one where the model has it.
///
/// Source: models/bpe/model.rs of huggingface/tokenizers, `merge_word`.
struct CharacterMerges: Sendable {
    struct Rules: Hashable, Sendable {
        /// What marks the end of a word, such as `</w>`.
        var suffix = ""
        /// Whether neighboring unknown characters are one.
        var fusesUnknown = false
        /// Whether a word that is a piece is taken whole, whatever the merges say.
        var ignoresMerges = false
        var fallsBackToBytes = false
    }

    private let table: MergeTable
    private let inner: [UInt32: Int32]
    private let last: [UInt32: Int32]
    private let whole: [[UInt32]: Int32]
    /// nil: what is unknown is left out.
    private let unknownID: Int32?
    private let fusesUnknown: Bool
    private let byteIDs: [Int32]

    init(_ file: MergeFile, _ rules: Rules, unknownID: Int32?) {
        table = file.merges
        self.unknownID = unknownID
        fusesUnknown = rules.fusesUnknown
        byteIDs = rules.fallsBackToBytes ? WordModel.byteIDs { file.id(of: $0.utf8) } : []
        var (inner, last, whole) = ([UInt32: Int32](), [UInt32: Int32](), [[UInt32]: Int32]())
        let suffix = rules.suffix.unicodeScalars.map(\.value)
        for (id, piece) in file.pieces.enumerated() {
            guard let scalars = UTF8Decoding.scalars(of: piece) else { continue }
            if scalars.count == 1 { inner[scalars[0]] = Int32(id) }
            if scalars.count == suffix.count + 1, scalars.dropFirst().elementsEqual(suffix) {
                last[scalars[0]] = Int32(id)
            }
            if rules.ignoresMerges { whole[scalars] = Int32(id) }
        }
        (self.inner, self.last, self.whole) = (inner, last, whole)
    }

    func pieces(of word: [UInt32], _ merger: RankedMerger) -> [WordModel.Piece] {
        if let id = whole[word] { return [(id, word.indices)] }
        let symbols = symbols(of: word)
        merger.begin(symbols.count)
        for symbol in symbols { merger.add(symbol.id) }
        merger.run(table)
        return (0..<merger.count).map { at in
            let first = Int(merger.firsts[at])
            let next = at + 1 < merger.count ? Int(merger.firsts[at + 1]) : symbols.count
            return (merger.ids[at], symbols[first].place.lowerBound..<symbols[next - 1].place.upperBound)
        }
    }

    private func symbols(of word: [UInt32]) -> [WordModel.Piece] {
        var symbols: [WordModel.Piece] = []
        var isUnknown = false
        for (at, scalar) in word.enumerated() {
            let place = at..<at + 1
            if let id = at == word.count - 1 ? last[scalar] : inner[scalar] {
                symbols.append((id, place))
                isUnknown = false
            } else if let bytes = WordModel.bytes(word[place], byteIDs) {
                symbols += bytes
                isUnknown = false
            } else if let unknownID {
                if isUnknown, fusesUnknown {
                    symbols[symbols.count - 1].place = symbols[symbols.count - 1].place.lowerBound..<at + 1
                } else {
                    symbols.append((unknownID, place))
                }
                isUnknown = true
            }
        }
        return symbols
    }
}
