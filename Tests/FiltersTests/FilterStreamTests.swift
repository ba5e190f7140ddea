import Filters
import Sampling
import StageKit
import Testing
import TextCleaning

struct FilterStreamTests {
    /// What comes out, and what is said at the end.
    private func filtered(
        _ input: String, _ filter: any TextFilter, column: String? = nil, escapes: Bool = false,
        drop: Bool = false,
        pieces: Int = 7
    ) throws -> (String, [String]) {
        try filtered(Array(input.utf8), filter, column: column, escapes: escapes, drop: drop, pieces: pieces)
    }

    private func filtered(
        _ input: [UInt8], _ filter: any TextFilter, column: String? = nil, escapes: Bool = false,
        drop: Bool = false, pieces: Int = 7
    ) throws -> (String, [String]) {
        var output: [UInt8] = []
        let rows = FilterRows(column: column, hasEscapes: escapes, null: "\\N", drops: drop)
        var stream = FilterStream(rows, filter) { output += $0 }
        var cutter = RowCutter()
        for start in stride(from: 0, to: input.count, by: pieces) {
            try Array(input[start..<min(start + pieces, input.count)]).withUnsafeBytes { piece in
                try cutter.add(piece) { try stream.add($0) }
            }
        }
        try cutter.finish { try stream.add($0) }
        try stream.flush()
        return (String(decoding: output, as: UTF8.self), stream.remarks)
    }

    private func cleaning(_ minChars: Int = 1) -> CleanFilter {
        var rules = CleaningRules.plain
        rules.minChars = minChars
        return CleanFilter(rules, dropsEmpty: true)
    }

    @Test(arguments: [1, 2, 3, 1000])
    func aLineComesOutForEachLine(pieces: Int) throws {
        let (output, remarks) = try filtered(
            " 한  글 &amp; x\n\n\\N\r\nlast", cleaning(), pieces: pieces)
        #expect(output == "한 글 & x\n\\N\n\\N\r\nlast\n")
        #expect(remarks == ["empty or too short once cleaned: 1 text"])
    }

    @Test func otherFieldsStayByteForByte() throws {
        let (output, _) = try filtered("7\t  a   b \t\"x\n8\t\\N\t y \n", cleaning(), column: "2")
        #expect(output == "7\ta b\t\"x\n8\t\\N\t y \n")
    }

    @Test func aHeaderNamesTheField() throws {
        let (output, _) = try filtered("id\ttext\r\n1\t a\r\n", cleaning(), column: "text")
        #expect(output == "id\ttext\r\n1\ta\r\n")
        let error = #expect(throws: StageError.self) {
            try filtered("id\tbody\n1\ta\n", cleaning(), column: "text")
        }
        #expect(error?.message == "the first row has no field 'text'; it has 'id', 'body'")
    }

    @Test func escapesStandForWhatTheyDo() throws {
        // Without escapes, a line end that an entity becomes keeps the row on its line.
        var keeping = CleaningRules(.none, decodesEntities: true)
        keeping.minChars = 1
        let filter = CleanFilter(keeping, dropsEmpty: true)
        #expect(try filtered("a&#10;b\\n\n", filter).0 == "a\\nb\\n\n")
        #expect(try filtered("a&#10;b\\n\\\\\\q\n", filter, escapes: true).0 == "a\\nb\\n\\\\\\\\q\n")
    }

    @Test func rowsThatCannotBeReadAreMarkedAndCounted() throws {
        let (output, remarks) = try filtered(
            Array("1\t a\n2\n3\t".utf8) + [0xFF, 0x0A], cleaning(), column: "2")
        #expect(output == "1\ta\n2\n3\t\\N\n")
        #expect(
            remarks == [
                "not UTF-8, and taken as missing: the text of 1 row",
                "fewer than 2 fields, and the text taken as missing: 1 row",
            ])
    }

    @Test func copiesAreMarkedOrLeftOut() throws {
        let input = "one text\nanother\nONE text\n\\N\nanother\n"
        let copies = { CopiesFilter(NearDuplicateRule()) }
        #expect(try filtered(input, copies()).0 == "\\N\n\\N\n1\n\\N\n2\n")
        let (output, remarks) = try filtered(input, copies(), drop: true)
        #expect(output == "one text\nanother\n\\N\n")
        #expect(remarks == ["repeating an earlier one: 2 rows of 5", "left out: 2 rows of 5"])
        #expect(
            try filtered("id\ttext\n7\ta b c\n8\tA b c\n", copies(), column: "text").0
                == "id\ttext\tcopy_of\n7\ta b c\t\\N\n8\tA b c\t1\n")
        #expect(
            try filtered("id\ttext\n7\ta b c\n8\tA b c\n", copies(), column: "text", drop: true).0
                == "id\ttext\n7\ta b c\n")
    }

    @Test func cleanLeavesOutWhatItEmpties() throws {
        let (output, remarks) = try filtered("a\nlonger\n", cleaning(3), drop: true)
        #expect(output == "longer\n")
        #expect(remarks == ["empty or too short once cleaned: 1 text", "left out: 1 row of 2"])
    }

    /// Rows go out when the input pauses, so that a program that waits for each answer gets it.
    @Test func aPauseLetsRowsOut() throws {
        var output: [UInt8] = []
        let rows = FilterRows(column: nil, hasEscapes: false, null: "\\N", drops: false)
        var stream = FilterStream(rows, cleaning()) { output += $0 }
        try Array(" a ".utf8).withUnsafeBytes { try stream.add($0) }
        #expect(output.isEmpty)
        try stream.flush()
        #expect(output == Array("a\n".utf8))
    }
}
