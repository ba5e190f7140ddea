internal import GzipFormat
internal import JSON
package import VoteModel

/// Writes a batch, format version 1.
///
/// A batch is a gzip stream of lines, of which the first is the header as JSON and the others are records: fields with tabs
/// between them, where `\t`, `\n`, `\r` and `\\` stand for what would end a field and `\N` for a missing one, as PostgreSQL's
/// COPY has it. The first field names the record:
///
/// ```
/// row    key article text at up down replies deleted line parent created author title outlet url
/// bad    line reason excerpt        a row that could not be read
/// empty                             a row without text and without a number
/// warn   sentence                   what the worker warned of
/// visit  JSON
/// fetch  JSON
/// page   digest size body           the body gzipped, as base64
/// end    records                    how many there were
/// ```
package final class BatchWriter: ObservationSink {
    private let sink: (UnsafeRawBufferPointer) throws -> Void
    private var lines: [UInt8] = []
    /// Records so far.
    package private(set) var count = 0
    /// Data rows among them, malformed ones too.
    package private(set) var rows = 0

    /// Bytes of lines that become one member of the stream.
    private static let memberSize = 1 << 20

    /// - Parameter sink: takes the bytes of the file, in their order.
    package init(_ header: BatchHeader, sink: @escaping (UnsafeRawBufferPointer) throws -> Void) throws {
        self.sink = sink
        lines = Array(header.json.canonicalText.utf8) + [0x0A]
        // A member of its own, which is read without the rest.
        try flush()
    }

    package func append(_ row: ObservedComment) throws {
        rows += 1
        begin("row")
        add(row.key)
        add(row.article)
        add(row.text)
        for number in [
            row.observedAt, Int64(row.up), Int64(row.down), Int64(row.replies), row.isDeleted ? 1 : 0,
            Int64(row.line),
        ] {
            add("\(number)")
        }
        add(row.parent)
        add(row.createdAt)
        add(row.authorHash)
        add(row.articleTitle)
        add(row.articleOutlet)
        add(row.articleURL)
        try end()
    }

    package func quarantine(_ row: QuarantinedRow) throws {
        rows += 1
        try record("bad", "\(row.line)", row.reason, row.excerpt)
    }

    package func countEmptyText() {
        rows += 1
        begin("empty")
        lines.append(0x0A)
    }

    /// Adds a record of another kind.
    package func record(_ kind: String, _ fields: String...) throws {
        begin(kind)
        for field in fields { add(field) }
        try end()
    }

    /// Writes what is left. Nothing may follow.
    package func finish() throws {
        let records = count
        try record("end", "\(records)")
        try flush()
    }

    private func begin(_ kind: String) {
        count += 1
        lines.append(contentsOf: kind.utf8)
    }

    private func end() throws {
        lines.append(0x0A)
        if lines.count >= Self.memberSize { try flush() }
    }

    private func add(_ text: String) {
        var text = text
        text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
    }

    private func add(_ field: UnsafeRawBufferPointer?) {
        lines.append(0x09)
        guard let field else {
            lines.append(contentsOf: [0x5C, 0x4E])
            return
        }
        for byte in field {
            switch byte {
            case 0x09: lines.append(contentsOf: [0x5C, 0x74])
            case 0x0A: lines.append(contentsOf: [0x5C, 0x6E])
            case 0x0D: lines.append(contentsOf: [0x5C, 0x72])
            case 0x5C: lines.append(contentsOf: [0x5C, 0x5C])
            default: lines.append(byte)
            }
        }
    }

    private func flush() throws {
        if lines.isEmpty { return }
        try Gzip.deflate(lines, level: 3).withUnsafeBytes { try sink($0) }
        lines.removeAll(keepingCapacity: true)
    }
}
