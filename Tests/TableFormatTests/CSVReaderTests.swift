import TableFormat
import Testing

struct CSVReaderTests {
    @Test(arguments: [1, 2, 5, 1000])
    func quotedFieldsHoldAnything(piece: Int) throws {
        let text = "id,text,n\r\n1,\"a, \"\"b\"\"\r\nc\",2\r\n3,plain,4\r\n5,\"\",\"\"\"\"\r\n"
        let table = try read(.csv, text, piece: piece)
        #expect(
            sameBytes(table.rows, [["1", "a, \"b\"\r\nc", "2"], ["3", "plain", "4"], ["5", "", "\""]]))
        #expect(table.lines == [2, 4, 5])
        #expect(table.problems.isEmpty)
    }

    @Test(arguments: [1, 2, 1000])
    func rowsMayEndInEitherLineEnd(piece: Int) throws {
        let table = try read(.csv, "a,b\n1,2\r\n\"3\",\"4\"\n\"5\",\"6\"\r\n7,", piece: piece)
        #expect(table.rows == [["1", "2"], ["3", "4"], ["5", "6"], ["7", ""]])
        #expect(table.problems.isEmpty)
    }

    @Test(arguments: ["1,\"2\"", "1,\"2\"\r", "1,2\r", "1,2"])
    func theLastRowMayLackItsEnd(row: String) throws {
        #expect(try read(.csv, "a,b\n\(row)").rows == [["1", "2"]])
    }

    @Test(arguments: ["1,2\"3", "1,\"2\"3", "1,\"2\" ,"])
    func aStrayQuoteCostsOneRow(row: String) throws {
        let table = try read(.csv, "a,b\n\(row)\n4,5\n")
        #expect(table.rows == [["4", "5"]])
        #expect(table.problems == [RowProblem(line: 2, reason: .strayQuote, excerpt: row)])
    }

    @Test func anUnterminatedQuoteCostsOneRow() throws {
        let table = try read(.csv, "a,b\n1,\"2\n3,4\n5,6\n")
        #expect(table.rows == [["3", "4"], ["5", "6"]])
        #expect(table.problems == [RowProblem(line: 2, reason: .unterminatedQuote, excerpt: "1,\"2")])
        #expect(table.lines == [3, 4])
    }

    @Test(arguments: [1, 7, 1000])
    func anUnterminatedQuoteIsFoundBeforeTheEndOfALargeTable(piece: Int) throws {
        let rows = (3...40).map { "\($0),x\n" }.joined()
        let table = try read(
            .csv, "a,b\n1,\"2\n" + rows, options: .init(longestRow: 64), piece: piece)
        #expect(table.rows.count == 38)
        #expect(table.problems.map(\.reason) == [.unterminatedQuote])
        #expect(table.lines.last == 40)
    }

    @Test(arguments: [1, 7, 1000])
    func anOverlongRowIsPassedOver(piece: Int) throws {
        let long = String(repeating: "x", count: 50)
        let table = try read(
            .csv, "a,b\n1,\(long)\n2,fine\n", options: .init(longestRow: 20), piece: piece)
        #expect(table.rows == [["2", "fine"]])
        #expect(table.problems.map(\.reason) == [.rowTooLong(limit: 20)])
    }

    @Test func badRowsAreProblems() throws {
        let bytes = Array("a,b\n1\n1,2,3\n".utf8) + [0x31, 0x2C, 0xC0, 0x80, 0x0A, 0x00, 0x2C, 0x0A]
        let table = try read(.csv, bytes + Array("x,y\n".utf8))
        #expect(table.rows == [["x", "y"]])
        #expect(
            table.problems.map(\.reason) == [
                .tooFewFields(found: 1, expected: 2), .tooManyFields(found: 3, expected: 2),
                .invalidUTF8(byte: 3), .nul,
            ])
        #expect(table.problems.map(\.line) == [2, 3, 4, 5])
    }

    @Test func aBrokenHeaderIsAnError() {
        #expect(throws: TableError.unreadableHeader(.strayQuote)) { try read(.csv, "a,b\"c\n1,2\n") }
        #expect(throws: TableError.unreadableHeader(.unterminatedQuote)) { try read(.csv, "a,\"b\n1,2\n") }
    }

    @Test func manyFieldsAreCountedNotKept() throws {
        let table = try read(.csv, "a,b\n" + String(repeating: ",", count: 5000) + "\n1,2\n")
        #expect(table.rows == [["1", "2"]])
        #expect(table.problems.map(\.reason) == [.tooManyFields(found: 5001, expected: 2)])
    }
}
