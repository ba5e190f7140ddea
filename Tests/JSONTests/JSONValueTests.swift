import JSON
import Testing

struct JSONValueTests {
    @Test func canonicalTextSortsKeysByBytesAndKeepsIntegersApart() {
        let value: JSONValue = ["b": 1, "a": 1.0, "가": "x\n\"\\\u{1}\u{8}", "A": [.null, true], "e": 3e-5]
        #expect(
            value.canonicalText == #"{"A":[null,true],"a":1.0,"b":1,"e":3e-05,"가":"x\n\"\\\u0001\u0008"}"#)
    }

    @Test func textReadsBack() throws {
        let value: JSONValue = ["n": 1, "x": 0.1, "t": "공감", "l": [1, 2.5, false, .null], "o": [:]]
        #expect(try JSONValue(parsing: value.canonicalText) == value)
        #expect(try JSONValue(parsing: value.prettyText) == value)
    }

    @Test func whatIsReadIsWrittenAsItWas() throws {
        let text = #"{"b":1E-12,"a":[1.50,-0,123456789012345678901],"é":"\b\f\u0001","e\u0301":null}"#
        let value = try JSONValue(parsing: text)
        #expect(
            String(decoding: value.encoded(), as: UTF8.self) == text.replacing("\\u0301", with: "\u{301}"))
        #expect(
            value.canonicalText
                == #"{"a":[1.5,0,1.2345678901234568e+20],"b":1e-12,"e\#u{301}":null,"é":"\u0008\u000c\u0001"}"#
        )
    }

    @Test func indentedTextHasOneMemberALine() throws {
        let value = try JSONValue(parsing: #"{"b":[1,{}],"a":{"c":[]}}"#)
        #expect(
            String(decoding: value.encoded(indented: true), as: UTF8.self) == """
                {
                  "b": [
                    1,
                    {}
                  ],
                  "a": {
                    "c": []
                  }
                }

                """)
        #expect(value.prettyText.hasPrefix("{\n  \"a\": {\n"))
    }

    @Test func neitherOrderNorSpellingCountsButAFractionDoes() throws {
        func value(_ text: String) throws -> JSONValue { try JSONValue(parsing: text) }
        #expect(try value(#"{"a":1e2,"b":[1,2]}"#) == value(#"{"b":[1,2],"a":100.0}"#))
        #expect(try Set([value(#"{"a":1e2,"b":1}"#), value(#"{"b":1,"a":100.0}"#)]).count == 1)
        #expect(try value("[1,2]") != value("[2,1]"))
        #expect(try value("1") != value("1.0"))
        #expect(try value(#"{"a":1}"#) != value(#"{"a":1,"b":2}"#))
        #expect(try value(#"{"a":1}"#) != value(#"{"b":1}"#))
    }

    @Test func membersAreSetInTheirPlace() throws {
        var value = try JSONValue(parsing: #"{"b":1,"a":2}"#)
        value["b"] = "x"
        value["c"] = [1]
        #expect(String(decoding: value.encoded(), as: UTF8.self) == #"{"b":"x","a":2,"c":[1]}"#)
        value["a"] = nil
        value["d"] = nil
        #expect(value.members?.map(\.key) == ["b", "c"])
        var text: JSONValue = "x"
        text["a"] = 1
        #expect(text == "x")
    }

    /// `é` in two Unicode forms: equal for Swift's `==`, two keys in JSON.
    @Test func keysAreDistinguishedByTheirBytes() throws {
        var value: JSONValue = ["e\u{301}": 1]
        value["\u{E9}"] = 2
        #expect(value.members?.count == 2)
        #expect(value["e\u{301}"]?.intValue == 1)
        #expect(throws: Never.self) { try JSONValue(parsing: value.canonicalText) }
    }

    @Test(
        arguments: [
            ("7", 7, 7), ("-0", 0, 0), ("7.0", nil, 7), ("7e0", nil, 7),
            ("9223372036854775807", .max, 0x1p63),
            ("9223372036854775808", nil, 0x1p63), ("1e-3", nil, 0.001), ("true", nil, nil),
            ("\"7\"", nil, nil),
        ] as [(String, Int?, Double?)])
    func numbersAreWholeOrNot(text: String, whole: Int?, number: Double?) throws {
        let value = try JSONValue(parsing: text)
        #expect(value.intValue == whole)
        #expect(value.doubleValue == number)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func whatIsNotFiniteIsWrittenNull(number: Double) {
        let value = JSONValue.array([.number(number)])
        #expect(value.canonicalText == "[null]")
        #expect(value.encoded() == Array("[null]".utf8))
    }
}
