import GzipFormat
import SpoolFormat
import Testing
import VoteModel

@Suite("Batches")
struct BatchTests {
    static let header = BatchHeader(
        .rows, source: "news", mapping: String(repeating: "a", count: 64), salt: nil, name: "data/a.tsv",
        input: String(repeating: "b", count: 64), moment: 1_700_000_000, modified: 1_700_000_100, share: "1/3"
    )

    /// Texts that a line or a field could break on.
    static let texts = ["plain", "", "tab\tand\nline\r\\end", "\\N", "\\", "한글 \u{1F600}", "a\0b"]

    @Test func whatIsWrittenIsReadBack() throws {
        let bytes = try Self.batch { writer in
            for (number, text) in Self.texts.enumerated() { try writer.append(Kept(number, text)) }
            try writer.quarantine(QuarantinedRow(line: 9, reason: "too few\tfields", excerpt: "x\ny"))
            writer.countEmptyText()
            try writer.record("warn", "a sentence")
        }
        let sink = Collector()
        var records: [BatchRecord] = []
        // In pieces of every size, so that escapes and records are cut.
        for size in [1, 7, bytes.count] {
            sink.lines = []
            records = []
            let reader = try BatchReader()
            for start in stride(from: 0, to: bytes.count, by: size) {
                try Array(bytes[start..<min(start + size, bytes.count)]).withUnsafeBytes {
                    try reader.read($0, to: sink) { records.append($0) }
                }
            }
            try reader.finish()
            #expect(reader.header == Self.header)
            #expect(
                sink.lines == Self.texts.enumerated().map { Kept.line($0, $1) } + [
                    "9 too few\tfields x\ny", "empty",
                ])
            #expect(records.map(\.kind) == ["warn"] && records.map(\.fields) == [["a sentence"]])
        }
    }

    @Test func theHeaderIsKnownFromTheFirstBytes() throws {
        let bytes = try Self.batch { try $0.append(Kept(1, "text")) }
        #expect(try bytes.withUnsafeBytes { try BatchReader.header(of: $0) } == Self.header)
        for bad in [[], Array("PAR1".utf8), Gzip.deflate(Array("{}\n".utf8))] {
            #expect(throws: BatchError.noHeader) {
                try bad.withUnsafeBytes { try BatchReader.header(of: $0) }
            }
        }
    }

    /// A batch that ends early is never taken for whole, wherever it ends.
    @Test func aBatchThatIsCutIsNoticed() throws {
        let bytes = try Self.batch { writer in
            for number in 0..<20 { try writer.append(Kept(number, "text \(number)")) }
        }
        for end in stride(from: 1, to: bytes.count, by: 3) {
            #expect(throws: (any Error).self) {
                let reader = try BatchReader()
                try Array(bytes[..<end]).withUnsafeBytes { try reader.read($0, to: Collector()) { _ in } }
                try reader.finish()
            }
        }
    }

    @Test func namesHoldVersionAndDigest() {
        let digest = String(repeating: "0f", count: 32)
        #expect(BatchName(digest: digest).description == "v1-\(digest).batch")
        #expect(BatchName("v1-\(digest).batch") == BatchName(digest: digest))
        #expect(BatchName("v12-\(digest).batch")?.version == 12)
        for bad in [
            "v1-\(digest).batch.partial", "v1-\(digest.dropLast()).batch", "\(digest).batch",
            "vx-\(digest).batch",
        ] {
            #expect(BatchName(bad) == nil)
        }
    }

    @Test func theOrderIsByDayThenNameThenAge() {
        var later = Self.header
        later.moment += 1
        var other = Self.header
        other.name = "data/b.tsv"
        var newer = Self.header
        newer.modified += 1
        #expect(Self.header.precedes("9", (later, "1")) && !later.precedes("1", (Self.header, "9")))
        #expect(Self.header.precedes("9", (other, "1")) && newer.precedes("9", (other, "1")))
        #expect(Self.header.precedes("9", (newer, "1")) && Self.header.precedes("1", (Self.header, "9")))
    }

    private static func batch(_ body: (BatchWriter) throws -> Void) throws -> [UInt8] {
        var bytes: [UInt8] = []
        let writer = try BatchWriter(header) { bytes += $0 }
        try body(writer)
        try writer.finish()
        return bytes
    }
}

/// Writes rows of which every field is known from a number and a text.
private struct Kept {
    let number: Int
    let text: String

    init(_ number: Int, _ text: String) { (self.number, self.text) = (number, text) }

    static func line(_ number: Int, _ text: String) -> String {
        let key = number.isMultiple(of: 2) ? "key \(number)" : "nil"
        return [
            key, "article\t\(number)", text, "\(1_700_000_000 + number)", "\(number)", "\(2 * number)", "nil",
            "url",
        ]
        .joined(separator: "|")
    }
}

extension BatchWriter {
    fileprivate func append(_ kept: Kept) throws {
        let (key, article) = (Array("key \(kept.number)".utf8), Array("article\t\(kept.number)".utf8))
        let (text, url) = (Array(kept.text.utf8), Array("url".utf8))
        try key.withUnsafeBytes { key in
            try article.withUnsafeBytes { article in
                try text.withUnsafeBytes { text in
                    try url.withUnsafeBytes { url in
                        var row = ObservedComment(
                            key: kept.number.isMultiple(of: 2) ? key : nil, article: article, text: text,
                            observedAt: Int64(1_700_000_000 + kept.number), up: Int32(kept.number),
                            down: Int32(2 * kept.number))
                        row.articleURL = url
                        try append(row)
                    }
                }
            }
        }
    }
}

private final class Collector: ObservationSink {
    var lines: [String] = []

    func append(_ row: ObservedComment) throws {
        func text(_ bytes: UnsafeRawBufferPointer?) -> String {
            bytes.map { String(decoding: $0, as: UTF8.self) } ?? "nil"
        }
        lines.append(
            [
                text(row.key), text(row.article), text(row.text), "\(row.observedAt)", "\(row.up)",
                "\(row.down)",
                text(row.parent), text(row.articleURL),
            ].joined(separator: "|"))
    }

    func quarantine(_ row: QuarantinedRow) throws { lines.append("\(row.line) \(row.reason) \(row.excerpt)") }

    func countEmptyText() { lines.append("empty") }
}
