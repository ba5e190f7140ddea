internal import CLibrary
internal import TextBasics
internal import VoteModel

/// Some rows of a file, copied out of the reader's buffers so that they can be written while it reads on.
///
/// The texts lie one after the other in one block of memory; a row keeps where its own begin. Unchecked: a batch is
/// handed from one thread to the next and never used by two at once.
final class RowBatch: @unchecked Sendable {
    /// A piece of the block; a negative start stands for a missing text.
    struct Piece {
        var start: Int32
        var count: Int32
        static let none = Piece(start: -1, count: 0)
    }

    struct Row {
        /// Article key, 0x1F and text, in one piece, so that they can be hashed without another copy.
        var articleAndText: Piece
        var articleCount: Int32
        var key: Piece
        var title: Piece
        var outlet: Piece
        var url: Piece
        var parent: Piece
        var createdAt: Piece
        var authorHash: Piece
        var observation: Observation
        var isDeleted: Bool
        var line: Int32 = 0
        /// See ``CommentKeyHash/number(of:)``.
        var keyNumber: UInt64 = 0
        var keyIsExact = true
        var textHash: UInt64 = 0
        var sum = LedgerSum()
        /// Whether the key is the source's own number of the comment.
        var hasNumber: Bool { key.start >= 0 }
    }

    private static let rowLimit = 512
    private static let byteLimit = 1 << 17

    private(set) var rows: [Row] = []
    /// Rows that could not be taken.
    private(set) var quarantined: [QuarantinedRow] = []
    private var block: UnsafeMutableRawPointer
    private var capacity: Int
    private var used = 0

    init() {
        capacity = Self.byteLimit + (1 << 15)
        block = .allocate(byteCount: capacity, alignment: 16)
        rows.reserveCapacity(Self.rowLimit)
    }

    deinit { block.deallocate() }

    var isFull: Bool {
        rows.count >= Self.rowLimit || used >= Self.byteLimit || quarantined.count >= Self.rowLimit
    }

    func clear() {
        rows.removeAll(keepingCapacity: true)
        quarantined.removeAll(keepingCapacity: true)
        used = 0
    }

    func append(_ row: QuarantinedRow) { quarantined.append(row) }

    func append(_ row: ObservedComment) {
        let start = used
        add(row.article)
        addSeparator()
        add(row.text)
        let articleAndText = Piece(start: Int32(start), count: Int32(used - start))
        let isSameArticle = rows.last.map { same(article(of: $0), row.article) } ?? false
        rows.append(
            Row(
                articleAndText: articleAndText, articleCount: Int32(row.article.count), key: add(row.key),
                title: isSameArticle ? .none : add(row.articleTitle),
                outlet: isSameArticle ? .none : add(row.articleOutlet),
                url: isSameArticle ? .none : add(row.articleURL), parent: add(row.parent),
                createdAt: add(row.createdAt), authorHash: add(row.authorHash),
                observation: Observation(
                    moment: row.observedAt, up: row.up, down: row.down, replies: row.replies),
                isDeleted: row.isDeleted, line: row.line))
    }

    /// Works out everything about the rows that needs no store.
    func hash(_ encoder: inout ObservationEncoder) {
        var hex: (UInt64, UInt64) = (0, 0)
        rows.withUnsafeMutableBufferPointer { rows in
            for index in rows.indices {
                let row = rows[index]
                rows[index].textHash = CommentKeyHash.hash(text(of: row))
                if let key = bytes(row.key) {
                    (rows[index].keyNumber, rows[index].keyIsExact) = CommentKeyHash.number(of: key)
                    rows[index].sum = encoder.sum(key: key, row.observation)
                } else {
                    let number = CommentKeyHash.hash(bytes(row.articleAndText)!)
                    rows[index].keyNumber = number
                    rows[index].sum = withUnsafeMutableBytes(of: &hex) { hex in
                        Hexadecimal.write(number, to: hex.baseAddress!)
                        return encoder.sum(key: UnsafeRawBufferPointer(hex), row.observation)
                    }
                }
            }
        }
    }

    @inline(__always)
    func bytes(_ piece: Piece) -> UnsafeRawBufferPointer? {
        if piece.start < 0 { return nil }
        return UnsafeRawBufferPointer(start: block + Int(piece.start), count: Int(piece.count))
    }

    @inline(__always)
    func article(of row: Row) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: block + Int(row.articleAndText.start), count: Int(row.articleCount))
    }

    @inline(__always)
    func text(of row: Row) -> UnsafeRawBufferPointer {
        let skipped = Int(row.articleCount) + 1
        return UnsafeRawBufferPointer(
            start: block + Int(row.articleAndText.start) + skipped,
            count: Int(row.articleAndText.count) - skipped)
    }

    /// The key of a row: its own, or one derived from its article and text.
    /// - Parameter room: ``CommentKeyHash/derivedCount`` bytes, which a derived key is written to.
    @inline(__always)
    func key(of row: Row, derivedIn room: UnsafeMutableRawPointer) -> UnsafeRawBufferPointer {
        if let key = bytes(row.key) { return key }
        Hexadecimal.write(row.keyNumber, to: room)
        return UnsafeRawBufferPointer(start: room, count: CommentKeyHash.derivedCount)
    }

    @inline(__always)
    private func add(_ bytes: UnsafeRawBufferPointer?) -> Piece {
        guard let bytes else { return .none }
        let start = used
        if used + bytes.count > capacity { grow(to: used + bytes.count) }
        if let source = bytes.baseAddress { memcpy(block + used, source, bytes.count) }
        used += bytes.count
        return Piece(start: Int32(start), count: Int32(bytes.count))
    }

    @discardableResult
    private func add(_ bytes: UnsafeRawBufferPointer) -> Piece { add(Optional(bytes)) }

    private func addSeparator() {
        if used + 1 > capacity { grow(to: used + 1) }
        block.storeBytes(of: CommentKeyHash.separator, toByteOffset: used, as: UInt8.self)
        used += 1
    }

    private func grow(to count: Int) {
        let larger = UnsafeMutableRawPointer.allocate(byteCount: count * 2, alignment: 16)
        memcpy(larger, block, used)
        block.deallocate()
        block = larger
        capacity = count * 2
    }
}

/// Whether two runs of bytes are equal.
@inline(__always)
func same(_ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer) -> Bool {
    guard one.count == other.count else { return false }
    guard let first = one.baseAddress, let second = other.baseAddress else { return true }
    return memcmp(first, second, one.count) == 0
}
