import JSON
import Testing

struct JSONRoundTripTests {
    static let values: [JSONValue] = [
        .number(1), .integer(1), .number(-0.0), .number(1e-12), .number(0.1), .number(1e300), .integer(.max),
        .integer(.min),
        .string("\u{1F600}\"\\\n\u{1}한글"), .array([.null, .bool(true), .object([:])]),
        .object(["a": .number(2), "b": .array([.number(0.6), .integer(3)])]),
    ]

    @Test(arguments: values)
    func whatIsReadBackIsWhatWasWritten(value: JSONValue) throws {
        #expect(try JSONValue(parsing: value.canonicalText) == value)
        #expect(try JSONValue(parsing: value.prettyText) == value)
    }

    @Test(arguments: ["", "{", "[1,]", "{\"a\":1,\"a\":2}", "nul", "01", "1 2", "\"\u{1}\"", "\"\\ud83d\""])
    func whatIsNotJSONIsRefused(text: String) {
        #expect(throws: (any Error).self) { try JSONValue(parsing: text) }
    }
}
