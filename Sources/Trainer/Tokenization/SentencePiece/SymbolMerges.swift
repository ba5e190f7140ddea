/// The merges of a SentencePiece model of type BPE by its symbols: all pairs whose text is a piece, the highest score first.
///
/// So a word is merged without looking at its text again. Only for models whose pieces may all be merged and given out.
struct SymbolMerges: Sendable {
    let table: MergeTable
    /// Symbol of each letter of the trie: the piece that it is, or a number above those of all pieces.
    private let symbols: [Int32]

    /// - Returns: nil if the model has symbols of the user's or pieces that are never given out.
    init?(_ model: SentencePieceModel, _ index: PieceIndex) {
        guard model.kind == .bpe,
            !model.pieces.contains(where: { $0.role == .userDefined || $0.role == .unused })
        else { return nil }
        let pieces = model.pieces.indices.filter { model.pieces[$0].role == .normal }
        let letters = pieces.map { id in index.numbers(of: model.pieces[id].text) }
        let letterCount = Int(letters.joined().max() ?? 0) + 1
        let size = model.pieces.count
        let scores = Set(pieces.map { model.pieces[$0].score }).sorted(by: >)
        let ranks = Dictionary(uniqueKeysWithValues: scores.enumerated().map { ($1, $0) })
        (symbols, table) = index.trie.withPointers { trie in
            func whole(_ part: ArraySlice<UInt32>) -> Int32 {
                Array(part).withUnsafeBufferPointer { part in
                    part.baseAddress.map { trie.whole($0, part.count) } ?? -1
                }
            }
            let symbols = (0..<letterCount).map { letter -> Int32 in
                let id = whole([UInt32(letter)])
                return id >= 0 ? id : Int32(size + letter)
            }
            func symbol(_ part: ArraySlice<UInt32>) -> Int32 {
                part.count == 1 ? symbols[Int(part[part.startIndex])] : whole(part)
            }
            var table = MergeTable(capacity: 2 * pieces.count)
            for (id, letters) in zip(pieces, letters) {
                for cut in letters.indices.dropFirst() {
                    let (left, right) = (symbol(letters[..<cut]), symbol(letters[cut...]))
                    guard left >= 0, right >= 0, let rank = ranks[model.pieces[id].score] else { continue }
                    table.add(left, right, result: Int32(id), rank: rank)
                }
            }
            return (symbols, table)
        }
    }

    /// Symbol of a letter.
    @inline(__always)
    func symbol(_ letter: UInt32) -> Int32 { symbols[Int(letter)] }
}
