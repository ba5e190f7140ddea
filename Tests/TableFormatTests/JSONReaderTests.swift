import TableFormat
import Testing

struct JSONReaderTests {
    @Test(arguments: [1, 4, 1000])
    func wantedFieldsArePickedByPath(piece: Int) throws {
        let text = """
            {"id": "7", "votes": {"up": 3, "down": -0.5e1, "more": [1, {"up": 9}]}, "text": "둘로 \\"나뉜\\"\\n말"}
            {"text":"","votes":{"down":true,"up":null},"id":8, "extra": null}

            """
        let table = try read(
            .jsonl, text,
            columns: ["id", TableColumn("votes.up", required: false), "votes.down", "text"], piece: piece)
        #expect(table.rows == [["7", "3", "-0.5e1", "둘로 \"나뉜\"\n말"], ["8", nil, "true", ""]])
        #expect(table.problems.isEmpty)
    }

    @Test func escapesAreUndone() throws {
        let table = try read(
            .jsonl, #"{"a\u0062": "\u0041\u00e9\uac00\ud83d\ude00\/\b\f\n\r\t\\\""}"#, columns: ["ab"])
        #expect(sameBytes(table.rows, [["Aé가😀/\u{8}\u{C}\n\r\t\\\""]]))
    }

    @Test func dotsInKeysAreEscapedInPaths() throws {
        #expect(
            try read(.jsonl, #"{"a.b": 1, "a": {"b": 2}}"#, columns: [#"a\.b"#, "a.b"]).rows == [["1", "2"]])
    }

    static let faults: [(String, RowProblem.Reason)] = [
        ("[1]", .invalidJSON(expected: "{", byte: 1)),
        ("{\"a\": 1", .invalidJSON(expected: "a comma or }", byte: 8)),
        ("{\"a\": 1,}", .invalidJSON(expected: "a string", byte: 9)),
        ("{\"a\": 01}", .invalidJSON(expected: "a comma or }", byte: 8)),
        ("{\"a\": 1.}", .invalidJSON(expected: "a digit", byte: 9)),
        ("{\"a\": .5}", .invalidJSON(expected: "a value", byte: 7)),
        ("{\"a\": NaN}", .invalidJSON(expected: "a value", byte: 7)),
        ("{\"a\": 1} x", .invalidJSON(expected: "the end of the line", byte: 10)),
        ("{\"a\" 1}", .invalidJSON(expected: "a colon", byte: 6)),
        ("{'a': 1}", .invalidJSON(expected: "a string", byte: 2)),
        ("{\"a\": \"x\ty\"}", .invalidJSON(expected: "an escape instead of a control character", byte: 9)),
        ("{\"a\": \"\\x\"}", .invalidJSON(expected: "an escape that JSON has", byte: 9)),
        ("{\"a\": \"\\u12g4\"}", .invalidJSON(expected: "four hexadecimal digits", byte: 12)),
        ("{\"a\": \"\\ud800\"}", .invalidJSON(expected: "a pair of surrogates", byte: 14)),
        ("{\"a\": \"\\udc00\\ud800\"}", .invalidJSON(expected: "a pair of surrogates", byte: 14)),
        ("{\"a\": \"x", .invalidJSON(expected: "a closing quotation mark", byte: 9)),
        ("{\"b\": \"\\ud800\", \"a\": 1}", .invalidJSON(expected: "a pair of surrogates", byte: 14)),
        ("{\"a\": \"\\u0000\"}", .nul),
        ("{\"a\": 1, \"a\": 2}", .repeatedField("a")),
        ("{\"a\": {}}", .notAScalar("a")),
        ("{\"a\": [1]}", .notAScalar("a")),
        ("{\"b\": 1}", .missingField("a")),
        ("{\"a\": null}", .missingField("a")),
        ("{}", .missingField("a")),
    ]

    @Test(arguments: faults)
    func aBadLineIsAProblem(line: String, expected: RowProblem.Reason) throws {
        let table = try read(.jsonl, "\(line)\n{\"a\": 5}\n", columns: ["a"])
        #expect(table.rows == [["5"]])
        #expect(table.problems.map(\.reason) == [expected])
        #expect(table.problems.map(\.line) == [1])
    }

    @Test func invalidUTF8IsAProblem() throws {
        let bytes: [UInt8] = Array("{\"a\": \"".utf8) + [0xED, 0xA0, 0x80] + Array("\"}".utf8)
        #expect(try read(.jsonl, bytes, columns: ["a"]).problems.map(\.reason) == [.invalidUTF8(byte: 8)])
    }

    @Test func deepNestingIsRefusedNotCrashedOn() throws {
        let deep = String(repeating: "[", count: 100_000)
        let table = try read(.jsonl, "{\"b\": \(deep)\n{\"a\": 1}\n", columns: ["a"])
        #expect(table.rows == [["1"]])
        #expect(table.problems.count == 1)
    }

    @Test(arguments: [[], ["a", "a"], ["a", "a.b"], ["a.b", "a"], ["a..b"], [""]] as [[String]])
    func contradictoryPathsAreErrors(paths: [String]) {
        #expect(throws: TableError.self) { try TableReader(.jsonl, columns: paths.map { TableColumn($0) }) }
    }

    @Test func emptyLinesAndCarriageReturnsArePassedOver() throws {
        let table = try read(.jsonl, "{\"a\": 1}\r\n\r\n  \n{\"a\": 2}", columns: ["a"])
        #expect(table.rows == [["1"], ["2"]])
        #expect(table.lines == [1, 4])
    }
}
