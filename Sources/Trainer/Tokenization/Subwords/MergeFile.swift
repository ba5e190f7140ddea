internal import JSON
internal import TextBasics

/// The pieces and merges of a byte-pair encoding as files hold them.
struct MergeFile: Sendable {
    /// Pieces by id.
    let pieces: [[UInt8]]
    let table: ByteTable
    let merges: MergeTable
    private let ids: [Int32]

    private static let mostPieces = 10_000_000

    /// - Parameters:
    ///   - vocabulary: `vocab.json`: an object of pieces and their ids.
    ///   - merges: `merges.txt`: two pieces a line, the most important pair first.
    init(vocabulary: [UInt8], merges: [UInt8]) throws(TokenizationError) {
        let json = try JSONSection(bytes: vocabulary, file: TokenizerNames.pieces)
        try self.init(
            members: json.value.members ?? [], in: json, Self.lines(merges), name: TokenizerNames.merges)
    }

    /// - Parameter model: `model` of a `tokenizer.json`.
    init(model: JSONSection) throws(TokenizationError) {
        guard let members = model.value["vocab"]?.members, !members.isEmpty else {
            throw model.wrong("vocab", "an object of pieces and ids")
        }
        var pairs: [(line: Int, pair: [[UInt8]])] = []
        for (index, item) in (model.value["merges"]?.arrayValue ?? []).enumerated() {
            // Text in files of tokenizers before version 0.20, a list of two since.
            let pair: [[UInt8]]
            if let text = item.stringValue {
                pair = Self.split(Array(text.utf8))
            } else {
                pair = (item.arrayValue ?? []).compactMap { $0.stringValue.map { Array($0.utf8) } }
            }
            pairs.append((index, pair))
        }
        try self.init(members: members, in: model, pairs, name: "\(model.file): 'merges'")
    }

    private init(
        members: [JSONMember], in json: JSONSection, _ pairs: [(line: Int, pair: [[UInt8]])], name: String
    ) throws(TokenizationError) {
        let (pieces, table, ids) = try Self.pieces(members, json)
        (self.pieces, self.table, self.ids) = (pieces, table, ids)
        var merges = MergeTable(capacity: pairs.count)
        func id(_ piece: [UInt8]) -> Int32? { table.find(piece).map { ids[$0] } }
        for (rank, (line, pair)) in pairs.enumerated() {
            guard pair.count == 2 else {
                throw .vocabulary("\(name), entry \(line) is not two pieces with a space between them")
            }
            guard let first = id(pair[0]), let second = id(pair[1]), let result = id(pair[0] + pair[1]) else {
                let missing = [pair[0], pair[1], pair[0] + pair[1]].first { id($0) == nil } ?? []
                throw .vocabulary(
                    "\(name), entry \(line) needs the piece '\(String(decoding: missing, as: UTF8.self))', which the "
                        + "vocabulary of \(pieces.count) pieces does not have; the two files do not belong together"
                )
            }
            merges.add(first, second, result: result, rank: rank)
        }
        self.merges = merges
    }

    /// Id of a piece, or nil.
    func id(of piece: some Sequence<UInt8>) -> Int32? { table.find(Array(piece)).map { ids[$0] } }

    private static func pieces(
        _ members: [JSONMember], _ json: JSONSection
    ) throws(TokenizationError) -> (pieces: [[UInt8]], table: ByteTable, ids: [Int32]) {
        var pieces = [[UInt8]?](repeating: nil, count: members.count)
        var table = ByteTable(capacity: members.count)
        var ids: [Int32] = []
        for member in members {
            guard let id = member.value.intValue, 0..<mostPieces ~= id else {
                throw json.wrong(member.key, "an id from 0 to \(mostPieces - 1)")
            }
            guard id < members.count else {
                throw .vocabulary(
                    "\(json.file) gives '\(member.key)' the id \(id) and has only \(members.count) pieces; ids must count "
                        + "from 0 without a gap")
            }
            let piece = Array(member.key.utf8)
            guard pieces[id] == nil, table.insert(piece).isNew else {
                throw .vocabulary("\(json.file) gives the id \(id) or the piece '\(member.key)' twice")
            }
            pieces[id] = piece
            ids.append(Int32(id))
        }
        guard !members.isEmpty else { throw .vocabulary("\(json.file) has no pieces") }
        return (pieces.compactMap { $0 }, table, ids)
    }

    /// The pairs of a `merges.txt` with the number of their line.
    private static func lines(_ bytes: [UInt8]) -> [(line: Int, pair: [[UInt8]])] {
        var pairs: [(line: Int, pair: [[UInt8]])] = []
        for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let line = line.last == 0x0D ? line.dropLast() : line
            if line.isEmpty || line.starts(with: "#version".utf8) { continue }
            pairs.append((index + 1, split(Array(line))))
        }
        return pairs
    }

    private static func split(_ line: [UInt8]) -> [[UInt8]] {
        line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false).map { Array($0) }
    }

    /// The pieces and merges, so that equal ones have equal bytes.
    var identity: [UInt8] {
        var bytes = Array("pieces \(pieces.count)\n".utf8)
        for piece in pieces { bytes += Array("\(piece.count) ".utf8) + piece + [0x0A] }
        bytes += Array("merges \(merges.count)\n".utf8)
        for (first, second, rank) in merges.ordered { bytes += Array("\(first) \(second) \(rank)\n".utf8) }
        return bytes
    }
}
