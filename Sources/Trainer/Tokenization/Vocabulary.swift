internal import TextBasics

/// The pieces of a WordPiece vocabulary, in the order of their ids.
///
/// Pieces are compared byte by byte. Swift strings are never used as keys, because they compare by
/// canonical equivalence and would take a decomposed syllable for the composed one.
package struct Vocabulary: Hashable, Sendable {
    /// Number of ids: the lines of `vocab.txt`, so also the rows that an embedding needs.
    package let count: Int
    /// What was unusual about the file and how it was taken, as sentences; empty for most files.
    package let notes: [String]

    private let pieces: ByteTable
    /// Id of each distinct piece.
    private let ids: [Int32]
    /// Entry of `pieces` that each id shows.
    private let entries: [Int32]

    /// Reads the bytes of a `vocab.txt`: one piece per line, the id is the line number from 0.
    ///
    /// As `tokenizers` does: lines end in LF or CRLF, white space at the end of a line is cut off, an
    /// empty line takes an id that no text can get, and of a piece listed twice the last id counts.
    ///
    /// - Throws: ``TokenizationError/vocabulary(_:)`` for an empty file, a byte-order mark, or a line
    ///   that is not UTF-8.
    package init(bytes: some Collection<UInt8>) throws(TokenizationError) {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            throw .vocabulary(
                "the vocabulary starts with a byte-order mark (EF BB BF), which would become part of its first "
                    + "piece; save the file as UTF-8 without one")
        }
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        guard !lines.isEmpty else {
            throw .vocabulary("the vocabulary is empty; a vocab.txt holds one piece a line")
        }
        var pieces: [[UInt8]] = []
        pieces.reserveCapacity(lines.count)
        for (index, line) in lines.enumerated() {
            guard let end = Self.endWithoutSpace(line) else {
                throw .vocabulary("line \(index + 1) of the vocabulary is not UTF-8; save the file as UTF-8")
            }
            pieces.append(Array(line.prefix(end)))
        }
        try self.init(pieces: pieces)
    }

    /// A vocabulary of these pieces; the id of a piece is its place.
    ///
    /// - Throws: ``TokenizationError/vocabulary(_:)`` when there are no pieces.
    package init(pieces list: [[UInt8]]) throws(TokenizationError) {
        guard !list.isEmpty else {
            throw .vocabulary("the vocabulary is empty; a vocab.txt holds one piece a line")
        }
        var table = ByteTable(capacity: list.count)
        var ids: [Int32] = []
        var entries: [Int32] = []
        var repeated: [String] = []
        var empty: [Int] = []
        for (id, piece) in list.enumerated() {
            let (entry, isNew) = table.insert(piece)
            entries.append(Int32(entry))
            if isNew { ids.append(Int32(id)) }
            if piece.isEmpty {
                empty.append(id)
            } else if !isNew {
                repeated.append("'\(String(decoding: piece, as: UTF8.self))' (ids \(ids[entry]) and \(id))")
            }
            ids[entry] = Int32(id)
        }
        count = list.count
        pieces = table
        self.ids = ids
        self.entries = entries
        notes = Self.notes(repeated: repeated, empty: empty)
    }

    /// A vocabulary of these pieces; the id of a piece is its place.
    ///
    /// - Throws: ``TokenizationError/vocabulary(_:)`` when there are no pieces.
    package init(pieces list: [String]) throws(TokenizationError) {
        try self.init(pieces: list.map { Array($0.utf8) })
    }

    /// Id of a piece, or nil when the vocabulary does not hold it.
    package func id(of piece: some Collection<UInt8>) -> Int? {
        pieces.find(Array(piece)).map { Int(ids[$0]) }
    }

    /// Id of a piece, or nil when the vocabulary does not hold it.
    package func id(of piece: String) -> Int? { id(of: piece.utf8) }

    /// Bytes of the piece with an id, `0..<count`.
    package func piece(_ id: Int) -> ArraySlice<UInt8> { pieces[Int(entries[id])] }

    /// Text of the piece with an id, `0..<count`.
    package func text(_ id: Int) -> String { String(decoding: piece(id), as: UTF8.self) }

    /// The bytes of a `vocab.txt`: every piece and a line feed, in the order of the ids.
    package var fileBytes: [UInt8] {
        var bytes: [UInt8] = []
        for id in 0..<count {
            bytes.append(contentsOf: piece(id))
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }

    package static func == (left: Vocabulary, right: Vocabulary) -> Bool {
        left.count == right.count && left.fileBytes == right.fileBytes
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(fileBytes) }

    private static func notes(repeated: [String], empty: [Int]) -> [String] {
        var notes: [String] = []
        if !repeated.isEmpty {
            let shown = repeated.prefix(5).joined(separator: ", ") + (repeated.count > 5 ? ", ..." : "")
            notes.append("the vocabulary lists \(repeated.count) pieces again, the last id counts: \(shown)")
        }
        if let first = empty.first {
            notes.append(
                "the vocabulary has \(empty.count) empty lines, the first is line \(first + 1); "
                    + "their ids are never used")
        }
        return notes
    }

    /// Length of a line without the white space at its end, or nil when it is not UTF-8.
    private static func endWithoutSpace(_ line: some Collection<UInt8>) -> Int? {
        Array(line).withUnsafeBufferPointer { bytes -> Int? in
            guard let scalars = try? UTF8Decoding.scalars(of: bytes).get() else { return nil }
            return scalars.last { !isWhitespace($0.value) }?.end ?? 0
        }
    }

    /// Unicode's White_Space, which has not changed since version 6.3.
    static func isWhitespace(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000:
            true
        default: false
        }
    }
}
