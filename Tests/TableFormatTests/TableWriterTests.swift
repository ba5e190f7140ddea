import TableFormat
import Testing

struct TableWriterTests {
    @Test func aTextOnOneLineIsWhatATableHasOfIt() throws {
        for text in ["", "plain", "a\tb\nc\rd\r\ne\\f", "긴 글 \\n 하나", "\"quoted\""] {
            let table = try Self.write(.tsv, ["a"], [[text]])
            let line = String(decoding: table.bytes.dropFirst(2).dropLast(), as: UTF8.self)
            #expect(TableWriter.line(text) == line)
        }
        #expect(TableWriter.line("a\\n\tb\n", doublesBackslashes: false) == "a\\n\\tb\\n")
    }

    /// Writes rows of text; `nil` is a missing field.
    static func write(_ kind: TableKind, _ columns: [String], _ rows: [[String?]]) throws -> TableWriter {
        var writer = try TableWriter(kind, columns: columns)
        for row in rows {
            for field in row {
                if let field { try writer.text(field) } else { writer.missing() }
            }
            writer.endRow()
        }
        return writer
    }

    static let written: [(TableKind, String)] = [
        (.tsv, "id\tdocument\n1\ta\\tb\\nc\\rd\\\\e\"f,g\n2\t\n"),
        (.csv, "id,document\r\n1,\"a\tb\nc\rd\\e\"\"f,g\"\r\n2,\r\n"),
        (
            .jsonl,
            #"{"id":"1","document":"a\tb\nc\rd\\e\"f,g"}"# + "\n" + #"{"id":"2","document":null}"# + "\n"
        ),
    ]

    @Test(arguments: written)
    func eachKindHasItsRule(kind: TableKind, expected: String) throws {
        let writer = try Self.write(kind, ["id", "document"], [["1", "a\tb\nc\rd\\e\"f,g"], ["2", nil]])
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
        #expect(writer.rows == 2)
    }

    @Test func numbersAreBareAndShort() throws {
        var writer = try TableWriter(.jsonl, columns: ["i", "d", "n"])
        writer.number(-7)
        writer.number(0.1)
        writer.number(Double.nan)
        writer.endRow()
        #expect(String(decoding: writer.bytes, as: UTF8.self) == #"{"i":-7,"d":0.1,"n":null}"# + "\n")
    }

    @Test(arguments: TableKind.allCases)
    func whatNoTableCanCarryIsRefusedByName(kind: TableKind) throws {
        var writer = try Self.write(kind, ["id", "document"], [["1", "fine"]])
        try writer.text("2")
        let before = writer.bytes
        #expect(throws: TableError.nul(column: "document", row: 2)) { try writer.text("a\u{0}b") }
        #expect(throws: TableError.invalidUTF8(column: "document", row: 2)) {
            try ([0xC3, 0x28] as [UInt8]).withUnsafeBytes { try writer.text($0) }
        }
        #expect(writer.bytes == before)
        #expect(
            TableError.nul(column: "document", row: 2).description
                == "row 2: column 'document' holds a NUL character (U+0000), which no table can carry")
    }

    @Test func columnsMustBeNamedOnce() {
        #expect(throws: TableError.noColumns) { try TableWriter(.tsv, columns: []) }
        #expect(throws: TableError.repeatedColumn("a")) { try TableWriter(.csv, columns: ["a", "a"]) }
    }

    @Test(arguments: TableKind.allCases, 0..<60 as Range<UInt64>)
    func whatIsWrittenReadsBack(kind: TableKind, seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let width = Int.random(in: 1...4, using: &random)
        let columns = (0..<width).map { "c\($0)" }
        let rows: [[String?]] = (0..<Int.random(in: 0...12, using: &random)).map { _ in
            columns.map { _ in awkwardText(using: &random) }
        }
        let writer = try Self.write(kind, columns, rows)
        let table = try read(
            kind, writer.bytes, columns: columns.map { TableColumn($0) },
            options: TableReaderOptions(backslashEscapes: true), piece: Int.random(in: 1...40, using: &random)
        )
        #expect(sameBytes(table.rows, rows), "seed \(seed)")
        #expect(table.problems.isEmpty, "seed \(seed)")
        #expect(try verified(kind, columns, writer.bytes) == writer.digest, "seed \(seed)")
    }

    @Test func withoutTheRuleTextsDoNotReadBack() throws {
        // The same bytes read as foreign TSV, without our escapes, say something else.
        let writer = try Self.write(.tsv, ["a"], [["x\ty"]])
        #expect(try read(.tsv, writer.bytes).rows == [["x\\ty"]])
    }

    @Test(arguments: TableKind.allCases, 0..<40 as Range<UInt64>)
    func aChangedByteIsFound(kind: TableKind, seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let rows = [["1", "하나"], ["2", "둘, 셋"], ["3", "four"]]
        let writer = try Self.write(kind, ["id", "text"], rows)
        var bytes = writer.bytes
        let at = Int.random(in: 0..<bytes.count, using: &random)
        let old = bytes[at]
        bytes[at] = UInt8.random(in: 1...255, using: &random)
        let found = try? verified(kind, ["id", "text"], bytes)
        let reread = try? read(
            kind, bytes, columns: ["id", "text"], options: TableReaderOptions(backslashEscapes: true))
        let same = reread.map { $0.problems.isEmpty && sameBytes($0.rows, rows) } ?? false
        #expect((found == writer.digest) == same, "seed \(seed): byte \(at) \(old) -> \(bytes[at])")
    }

    @Test(arguments: TableKind.allCases)
    func lostAndMovedRowsAreFound(kind: TableKind) throws {
        let whole = try Self.write(kind, ["a", "b"], [["1", "2"], ["3", "4"]])
        for rows in [[["1", "2"]], [["3", "4"], ["1", "2"]], [["12", ""], ["3", "4"]], []] as [[[String?]]] {
            let other = try Self.write(kind, ["a", "b"], rows)
            #expect(try verified(kind, ["a", "b"], other.bytes) != whole.digest)
        }
    }

    @Test func anotherHeaderIsFound() throws {
        let writer = try Self.write(.tsv, ["a", "b", "c"], [["1", "2", "3"]])
        #expect(throws: TableVerifier.Failure.columns(["a", "b", "c"])) {
            try verified(.tsv, ["a", "b"], writer.bytes)
        }
    }

    @Test func drainingHandsOverEachByteOnce() throws {
        var writer = try Self.write(.tsv, ["a"], [["1"]])
        var all: [UInt8] = []
        writer.drain { all.append(contentsOf: $0) }
        try writer.text("2")
        writer.endRow()
        writer.drain { all.append(contentsOf: $0) }
        #expect(String(decoding: all, as: UTF8.self) == "a\n1\n2\n")
        #expect(writer.bytes.isEmpty)
    }

    private func verified(_ kind: TableKind, _ columns: [String], _ bytes: [UInt8]) throws -> RowDigest {
        var verifier = try TableVerifier(kind, columns: columns)
        try bytes.withUnsafeBytes { try verifier.read($0) }
        return try verifier.finish()
    }

    @Test func aPathThatEndsLikeAnotherFormatIsNoticed() {
        #expect(TableFileFormat.tsv.contradiction(of: "out/{split}.csv") == .csv)
        #expect(TableFileFormat.parquet.contradiction(of: "out/{split}.TSV") == .tsv)
        for path in ["out/{split}.tsv", "out/{split}.txt", "out/a.csv/{split}", "{split}", "out.csv/table."] {
            #expect(TableFileFormat.tsv.contradiction(of: path) == nil, "\(path)")
        }
    }
}
