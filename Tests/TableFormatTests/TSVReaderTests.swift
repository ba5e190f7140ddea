import TableFormat
import Testing

struct TSVReaderTests {
    @Test func quotationMarksAreOrdinary() throws {
        let table = try read(.tsv, "id\ttext\n1\t\"half\n2\tsay \"\"so\"\n")
        #expect(table.rows == [["1", "\"half"], ["2", "say \"\"so\""]])
        #expect(table.lines == [2, 3])
        #expect(table.problems.isEmpty)
        #expect(table.header == ["id", "text"])
    }

    @Test func backslashesAreOrdinaryUnlessAskedFor() throws {
        let text = "text\na\\tb\\\\n\n"
        #expect(try read(.tsv, text).rows == [["a\\tb\\\\n"]])
        #expect(try read(.tsv, text, options: .init(backslashEscapes: true)).rows == [["a\tb\\n"]])
    }

    @Test(arguments: ["a\\", "\\x", "b\\\\\\"])
    func anUnknownEscapeIsAProblem(field: String) throws {
        let table = try read(.tsv, "text\n\(field)\nfine\n", options: .init(backslashEscapes: true))
        #expect(table.rows == [["fine"]])
        #expect(table.problems == [RowProblem(line: 2, reason: .invalidEscape, excerpt: field)])
    }

    @Test func columnsComeInTheOrderAskedFor() throws {
        let table = try read(
            .tsv, "a\tb\tc\n1\t2\t3\n", columns: ["c", TableColumn("d", required: false), "a"])
        #expect(table.rows == [["3", nil, "1"]])
    }

    @Test func missingAndRepeatedColumnsAreErrors() {
        #expect(throws: TableError.missingColumns(["d", "e"], header: ["a", "b"])) {
            try read(.tsv, "a\tb\n", columns: ["d", "a", "e"])
        }
        #expect(throws: TableError.repeatedColumn("a")) { try read(.tsv, "a\tb\ta\n1\t2\t3\n") }
        #expect(
            TableError.missingColumns(["d", "e"], header: ["a", "b"]).description
                == "the table has no columns 'd', 'e'; its header names 'a', 'b'")
    }

    @Test func namesAreComparedAsBytes() throws {
        // Composed and decomposed spellings are one string to Swift and two columns here.
        let table = try read(.tsv, "é\te\u{301}\n1\t2\n", columns: ["e\u{301}", "é"])
        #expect(table.rows == [["2", "1"]])
    }

    @Test func wrongFieldCountsAreProblems() throws {
        let table = try read(.tsv, "a\tb\n1\n1\t2\n1\t2\t3\n")
        #expect(table.rows == [["1", "2"]])
        #expect(
            table.problems == [
                RowProblem(line: 2, reason: .tooFewFields(found: 1, expected: 2), excerpt: "1"),
                RowProblem(line: 4, reason: .tooManyFields(found: 3, expected: 2), excerpt: "1\\t2\\t3"),
            ])
    }

    @Test func badCharactersAreProblems() throws {
        let bytes: [UInt8] = Array("a\tb\n".utf8) + [0x31, 0x09, 0xFF, 0x0A, 0x00, 0x09, 0x32, 0x0A]
        let table = try read(.tsv, bytes)
        #expect(table.rows.isEmpty)
        #expect(
            table.problems == [
                RowProblem(line: 2, reason: .invalidUTF8(byte: 3), excerpt: "1\\t\u{FFFD}"),
                RowProblem(line: 3, reason: .nul, excerpt: "\\0\\t2"),
            ])
    }

    @Test func aByteOrderMarkIsPassedOver() throws {
        for piece in 1...5 {
            let table = try read(.tsv, "\u{FEFF}a\tb\n1\t\u{FEFF}\n", piece: piece)
            #expect(table.header == ["a", "b"])
            #expect(sameBytes(table.rows, [["1", "\u{FEFF}"]]))
        }
    }

    @Test func otherEncodingsAreNamed() {
        #expect(throws: TableError.notUTF8("UTF-16")) { try read(.tsv, [0xFF, 0xFE, 0x61, 0x00]) }
        #expect(throws: TableError.notUTF8("UTF-16")) { try read(.csv, [0xFE, 0xFF, 0x00, 0x61]) }
        #expect(throws: TableError.notUTF8("UTF-32")) { try read(.tsv, [0xFF, 0xFE, 0, 0, 0x61, 0, 0, 0]) }
    }

    @Test func carriageReturnsEndLinesOnlyWhereTheHeaderHasOne() throws {
        #expect(try read(.tsv, "a\tb\r\n1\t2\r\n3\t4\n").rows == [["1", "2"], ["3", "4"]])
        #expect(sameBytes(try read(.tsv, "a\tb\n1\t2\r\n").rows, [["1", "2\r"]]))
    }

    @Test func theLastLineMayLackItsEnd() throws {
        #expect(try read(.tsv, "a\tb\n1\t2").rows == [["1", "2"]])
        #expect(try read(.tsv, "a\tb").rows.isEmpty)
    }

    @Test func emptyLinesCountOnlyInASingleColumn() throws {
        #expect(try read(.tsv, "a\tb\n\n1\t2\n\n").rows == [["1", "2"]])
        #expect(try read(.tsv, "a\n\n1\n").rows == [[""], ["1"]])
    }

    @Test func anEmptyTableIsAnError() {
        #expect(throws: TableError.empty) { try read(.tsv, "") }
        #expect(throws: TableError.empty) { try read(.csv, "") }
        #expect(throws: TableError.empty) { try read(.tsv, "\u{FEFF}") }
    }

    @Test func aTableWithoutHeaderTakesGivenNames() throws {
        let options = TableReaderOptions(header: .names(["id", "text"]))
        let table = try read(.tsv, "1\tone\n2\ttwo\n", columns: ["text"], options: options)
        #expect(table.rows == [["one"], ["two"]])
        #expect(table.lines == [1, 2])
        #expect(try read(.tsv, "", options: options).rows.isEmpty)
    }

    @Test(arguments: [1, 3, 7, 1000])
    func anOverlongLineIsPassedOver(piece: Int) throws {
        let long = String(repeating: "x", count: 50)
        let table = try read(
            .tsv, "a\tb\n1\t\(long)\n2\tfine\n3\t\(long)", options: .init(longestRow: 20), piece: piece)
        #expect(table.rows == [["2", "fine"]])
        #expect(table.problems.map(\.line) == [2, 4])
        #expect(table.problems.map(\.reason) == [.rowTooLong(limit: 20), .rowTooLong(limit: 20)])
    }

    @Test func excerptsAreShortAndWhole() throws {
        let table = try read(.tsv, "a\tb\n" + String(repeating: "가", count: 200) + "\n")
        #expect(table.problems[0].excerpt == String(repeating: "가", count: 53))
    }

    @Test(arguments: [("0", 0), ("7", 7), ("007", 7), ("9223372036854775807", Int.max)] as [(String, Int)])
    func countsAreDigitsAlone(field: String, expected: Int) throws {
        #expect(try counts(field) == [expected])
    }

    @Test(arguments: ["", "-1", "+1", " 1", "1 ", "1.0", "1e3", "1,000", "٣", "9223372036854775808", "x"])
    func otherTextIsNotACount(field: String) throws {
        #expect(try counts(field) == [nil])
    }

    private func counts(_ field: String) throws -> [Int?] {
        var reader = try TableReader(.tsv)
        var found: [Int?] = []
        try Array("n\tm\n\(field)\t\n".utf8).withUnsafeBytes {
            try reader.read($0, row: { found.append($0.count(0)) }, problem: { _ in })
        }
        return found
    }
}
