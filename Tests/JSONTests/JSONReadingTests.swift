import JSON
import Testing

/// What the reader refuses, with the words and the byte that a user is shown.
struct JSONReadingTests {
    static let refusals: [(text: String, problem: String, byte: Int)] = [
        ("", "text ends; expected a value", 0),
        ("  ", "text ends; expected a value", 2),
        ("{}x", "found 'x'; expected the end of the text", 2),
        ("[1 2]", "found '2'; expected ',' or ']'", 3),
        ("[1,]", "found ']'; expected a value", 3),
        ("{\"a\" 1}", "found '1'; expected ':'", 5),
        ("{\"a\":1", "text ends; expected ',' or '}'", 6),
        ("{a:1}", "found 'a'; expected a key in quotes", 1),
        ("{\"a\":1,\"b\":{\"c\":1,\"c\":2}}", "key 'c' occurs twice in one object", 18),
        ("truth", "found 't'; expected 'true'", 3),
        ("-", "text ends; expected a digit", 1),
        ("-x", "found 'x'; expected a digit", 1),
        ("01", "found '1'; expected the end of the text", 1),
        ("1.", "text ends; expected a digit", 2),
        ("1e", "text ends; expected a digit", 2),
        (".5", "found '.'; expected a value", 0),
        ("+1", "found '+'; expected a value", 0),
        ("\"a", "a string that does not end", 0),
        ("[\"a\nb\"]", "a control character inside a string", 3),
        (#"["\x"]"#, "an unknown escape", 2),
        (#"["\u12G4"]"#, "found 'G'; expected a hexadecimal digit", 6),
        (#"["\ud83d"]"#, "half of a surrogate pair", 2),
        (#"["\ude00"]"#, "half of a surrogate pair", 2),
        (#"["\ud83d\u0041"]"#, "half of a surrogate pair", 2),
        (#"["\ud83dx"]"#, "half of a surrogate pair", 2),
        ("\u{FEFF}{}", "found byte 239; expected a value", 0),
    ]

    @Test(arguments: refusals)
    func whatIsNoJSONIsToldWithItsPlace(text: String, problem: String, byte: Int) {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
        #expect(error == JSONError(problem: problem, byte: byte))
        #expect(error?.description == "\(problem) at byte \(byte)")
    }

    @Test func bytesThatAreNoUTF8AreRefusedInsideStrings() {
        let error = #expect(throws: JSONError.self) {
            try JSONValue(parsing: [0x5B, 0x22, 0x61, 0xFF, 0x22, 0x5D])
        }
        #expect(error == JSONError(problem: "a string that is not valid UTF-8", byte: 1))
    }

    @Test func sixtyFourLevelsAreReadAndNotOneMore() throws {
        func nested(_ levels: Int) -> String {
            String(repeating: "[", count: levels) + "1" + String(repeating: "]", count: levels)
        }
        #expect(throws: Never.self) { try JSONValue(parsing: nested(64)) }
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: nested(65)) }
        #expect(error == JSONError(problem: "more than 64 levels of nesting", byte: 65))
    }

    /// A text that only nests must not take the stack with it.
    @Test func aMillionBracketsAreRefusedAsSoonAsTheyAreTooMany() {
        #expect(throws: JSONError.self) { try JSONValue(parsing: String(repeating: "[", count: 1_000_000)) }
    }

    @Test(arguments: [
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"), (#""\u00e9\u0000""#, "\u{e9}\u{0}"),
        (#""\ud83d\uDE00""#, "\u{1F600}"), (#""\uFFFF""#, "\u{FFFF}"), ("\"\u{7f}한\"", "\u{7f}한"),
    ])
    func escapesStandForTheirCharacters(text: String, value: String) throws {
        #expect(
            try JSONValue(parsing: text).stringValue?.unicodeScalars.elementsEqual(value.unicodeScalars)
                == true)
    }

    @Test func whiteSpaceIsWhatTheFormatNamesAndNoMore() throws {
        #expect(try JSONValue(parsing: " \t\r\n[ 1 ,\n2 ] ") == [1, 2])
        for blank in ["\u{A0}", "\u{B}", "\u{2028}"] {
            #expect(throws: JSONError.self) { try JSONValue(parsing: "[1,\(blank)2]") }
        }
    }

    /// Any prefix of a document is refused, wherever it ends.
    @Test func aDocumentThatBreaksOffIsNeverTakenForAWholeOne() throws {
        let text = Array(#"{"a":[true,-1.5e+3,"x\u0041"],"b":{"c":null}}"#.utf8)
        #expect(throws: Never.self) { try JSONValue(parsing: text) }
        for length in 0..<text.count {
            #expect(throws: JSONError.self) { try JSONValue(parsing: text.prefix(length)) }
        }
    }
}
