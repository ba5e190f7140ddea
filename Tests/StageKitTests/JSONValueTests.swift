import StageKit
import Testing

struct JSONValueTests {
    @Test func canonicalTextSortsKeysByBytesAndKeepsIntegersApart() {
        let value: JSONValue = ["b": 1, "a": 1.0, "가": "x\n\"\\\u{1}", "A": [.null, true], "e": 3e-5]
        #expect(
            value.canonicalText == #"{"A":[null,true],"a":1.0,"b":1,"e":3e-05,"가":"x\n\"\\\u0001"}"#)
    }

    @Test func textReadsBack() throws {
        let value: JSONValue = ["n": 1, "x": 0.1, "t": "공감", "l": [1, 2.5, false, .null], "o": [:]]
        #expect(try JSONValue(parsing: value.canonicalText) == value)
        #expect(try JSONValue(parsing: value.prettyText) == value)
    }
}
