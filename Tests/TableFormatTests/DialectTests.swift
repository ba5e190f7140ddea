import TableFormat
import Testing

/// Tables that are written otherwise than their kind usually is.
struct DialectTests {
    private func options(_ change: (inout TableReaderOptions) -> Void) -> TableReaderOptions {
        var options = TableReaderOptions()
        change(&options)
        return options
    }

    @Test(arguments: [1, 2, 3, 1 << 16])
    func fieldsMayStandBetweenOtherCharacters(piece: Int) throws {
        let text = "a;b\n1;\"x; \"\"y\"\"\"\n2;z\n"
        let quoted = try read(.csv, text, options: options { $0.delimiter = 0x3B }, piece: piece)
        #expect(quoted.rows == [["1", "x; \"y\""], ["2", "z"]])
        let plain = try read(.tsv, "a|b\n1|\"x\n", options: options { $0.delimiter = 0x7C }, piece: piece)
        #expect(plain.rows == [["1", "\"x"]])
    }

    @Test func tabsMayStandBetweenQuotedFields() throws {
        let text = "a\tb\n1\t\"two\nlines\"\n2\t\"tab\there\"\n"
        #expect(
            try read(.tsv, text, options: options { $0.quoted = true }).rows == [
                ["1", "two\nlines"], ["2", "tab\there"],
            ])
    }

    @Test(arguments: [TableKind.csv, .tsv])
    func columnsWithoutAHeaderAreNamedByTheirPlaces(kind: TableKind) throws {
        let text = kind == .csv ? "1,x,5\n2,y,6\n" : "1\tx\t5\n2\ty\t6\n"
        for piece in [1, 3, 1 << 16] {
            let table = try read(
                kind, text, columns: ["3", "1"], options: options { $0.header = .numbers }, piece: piece)
            #expect(table.rows == [["5", "1"], ["6", "2"]])
            #expect(table.lines == [1, 2])
            #expect(table.header == ["1", "2", "3"])
        }
        #expect(throws: TableError.missingColumns(["4"], header: ["1", "2", "3"])) {
            try read(kind, text, columns: ["1", "4"], options: options { $0.header = .numbers })
        }
    }

    @Test func onlyWantedNamesNeedToBeUnique() throws {
        #expect(try read(.csv, "a,b,,\n1,2,,\n", columns: ["b", "a"]).rows == [["2", "1"]])
        #expect(try read(.csv, "a,b,c,c\n1,2,3,4\n", columns: ["a"]).rows == [["1"]])
        #expect(throws: TableError.repeatedColumn("c")) { try read(.csv, "a,b,c,c\n", columns: ["c"]) }
    }

    @Test func namesMayDifferInBlanksAndComposition() throws {
        let similar = options { $0.similarNames = true }
        let decomposed = " \u{1103}\u{1162}\u{11BA}\u{1100}\u{1173}\u{11AF}\u{A0},up \n글,1\n"
        #expect(try read(.csv, decomposed, columns: ["댓글", "up"], options: similar).rows == [["글", "1"]])
        #expect(throws: TableError.self) { try read(.csv, decomposed, columns: ["댓글", "up"]) }
        // The same bytes come first; two that are alike are one too many.
        #expect(try read(.csv, "a , a,a\n1,2,3\n", columns: ["a"], options: similar).rows == [["3"]])
        #expect(throws: TableError.repeatedColumn("a")) {
            try read(.csv, "a , a\n1,2\n", columns: ["a"], options: similar)
        }
    }

    @Test(arguments: [
        ("1,u1,first text,5,5\n", true), ("x,http://e.com,1\n", true), ("x,x\n", true),
        ("comment,likes\n", false),
        ("id,title,,\n", false),
    ])
    func aFirstRowThatLooksLikeDataIsNoHeader(text: String, isData: Bool) {
        do {
            _ = try read(.csv, text, columns: ["text", "up"])
            Issue.record("a table without the wanted columns was read")
        } catch {
            let isNoHeader = if case TableError.noHeader = error { true } else { false }
            #expect(isNoHeader == isData, "\(error)")
        }
    }

    @Test func aHeaderWithSomeOfTheNamesIsOne() {
        #expect(throws: TableError.missingColumns(["up"], header: ["text", "5", "5"])) {
            try read(.csv, "text,5,5\n", columns: ["text", "up"])
        }
    }

    private func dialect(
        _ head: String, _ kind: TableKind, _ change: (inout TableReaderOptions) -> Void = { _ in }
    )
        -> String?
    {
        HeaderSniffer(Array(head.utf8)).dialect(kind, options(change), ["id", "text"]).map {
            String(UnicodeScalar($0.delimiter)) + ($0.quoted ? " quoted" : "")
        }
    }

    @Test func theHeaderShowsTheDelimiter() {
        #expect(dialect("id;text\r\n1;x\n", .csv) == "; quoted")
        #expect(dialect("id|text", .csv) == "| quoted")
        #expect(dialect("id\ttext\n", .csv) == "\t quoted")
        #expect(dialect("id,text\n", .tsv) == ", quoted")
        #expect(dialect("\"id\"\t\"text\"\n", .tsv) == "\t quoted")
        // What is usual serves, what is set stays, and what nothing explains is left alone.
        #expect(dialect("id,text;x\n", .csv) == nil)
        #expect(dialect("id;text\n", .csv) { $0.delimiter = 0x2C } == nil)
        #expect(dialect("id;text\n", .csv) { $0.header = .names(["id", "text"]) } == nil)
        #expect(dialect("id;comment\n", .csv) == nil)
    }
}

/// Rows that are the elements of an array.
struct JSONArrayTests {
    private func rows(_ text: String, _ path: [String] = [], piece: Int = 1 << 16, longest: Int = 1 << 20)
        throws
        -> ReadTable
    {
        try read(
            .jsonl, text, columns: ["id", TableColumn("t", required: false)],
            options: TableReaderOptions(longestRow: longest, rows: .array(path: path)), piece: piece)
    }

    @Test(arguments: [1, 2, 7, 1 << 16])
    func theElementsAreRows(piece: Int) throws {
        let text =
            "[\n {\"id\": 1, \"t\": \"a]},\\\"\"},\n {\"id\": 2,\n  \"t\": \"b\"}, {\"id\": 3, \"x\": [[{}]]}\n]\n"
        let table = try rows(text, piece: piece)
        #expect(table.rows == [["1", "a]},\""], ["2", "b"], ["3", nil]])
        #expect(table.lines == [2, 3, 4])
        #expect(table.problems.isEmpty)
    }

    @Test(arguments: [1, 5, 1 << 16])
    func keysLeadToTheArray(piece: Int) throws {
        let text = """
            {"data": [{"id": 9}], "result": {"other": {"list": [{"id": 8}]}, "list": [{"id": 1}, {"id": 2}]}, "list": [{"id": 7}]}
            """
        #expect(try rows(text, ["result", "list"], piece: piece).rows == [["1", nil], ["2", nil]])
        #expect(try rows(text, ["list"], piece: piece).rows == [["7", nil]])
        #expect(throws: TableError.noRows("nothing at 'result.none'")) {
            try rows(text, ["result", "none"], piece: piece)
        }
        #expect(throws: TableError.noRows("the document is not an array")) { try rows(text, piece: piece) }
    }

    @Test func anElementThatIsNotAnObjectCostsItself() throws {
        let table = try rows("[1, {\"id\": 2}, \"x\", null, {\"id\": 3}, {\"id\" 4}]")
        #expect(table.rows.map(\.[0]) == ["2", "3"])
        #expect(table.problems.count == 4)
    }

    @Test(arguments: ["[{\"id\": 1}, {\"id\"", "[{\"id\": 1}", "[{\"id\": 1},"])
    func aDocumentThatEndsInItsMiddleIsRefused(text: String) {
        #expect(throws: TableError.unfinished(rows: 1)) { try rows(text) }
    }

    @Test func emptyArraysAreTablesWithoutRows() throws {
        #expect(try rows("[]").rows.isEmpty)
        #expect(throws: TableError.noRows("the document is not an array")) { try rows(" ") }
    }

    @Test(arguments: [3, 1 << 16])
    func anElementWithoutAnEndIsRefused(piece: Int) {
        let text = "[{\"id\": 1}, {\"t\": \"" + String(repeating: "x", count: 300)
        #expect(throws: TableError.self) { try rows(text, piece: piece, longest: 100) }
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func bracketsAnywhereEndAndHarmNothingElse(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let parts = ["[", "]", "{", "}", "\"", "\\", ",", ":", "1", "\"id\"", "{\"id\":1}", "\n", " "]
        let text = (0..<Int.random(in: 0...30, using: &random))
            .map { _ in parts.randomElement(using: &random) ?? "" }.joined()
        func outcome(_ piece: Int) -> [[String?]]? { try? rows("[" + text, piece: piece).rows }
        #expect(outcome(1) == outcome(1 << 16), "seed \(seed): \(text)")
    }
}
