import JSON
import Testing

struct JSONAccessTests {
    static let values: [(value: JSONValue, kind: String)] = [
        (.null, "null"), (true, "true or false"), (1.5, "a number"), ("x", "a string"), ([1], "a list"),
        (["a": 1], "an object"),
    ]

    @Test(arguments: values)
    func eachKindIsGivenByItsOwnAccessorAlone(value: JSONValue, kind: String) {
        #expect(value.kindName == kind)
        #expect((value.boolValue != nil) == (kind == "true or false"))
        #expect((value.doubleValue != nil) == (kind == "a number"))
        #expect((value.stringValue != nil) == (kind == "a string"))
        #expect((value.arrayValue != nil) == (kind == "a list"))
        #expect((value.members != nil) == (kind == "an object"))
        #expect(value["a"]?.intValue == (kind == "an object" ? 1 : nil))
    }

    /// Hashing follows equality, or a dictionary would lose what it holds.
    @Test func equalValuesHaveOneHash() throws {
        let pairs = [("1.50", "15e-1"), ("-0.0", "-0e0"), (#"{"a":1,"b":[2.0]}"#, #"{"b":[20e-1],"a":1}"#)]
        for (one, other) in pairs {
            let (one, other) = (try JSONValue(parsing: one), try JSONValue(parsing: other))
            #expect(one == other)
            #expect(one.hashValue == other.hashValue)
            #expect(one.canonicalText == other.canonicalText)
        }
    }

    static let spellings: [(digits: String, canonical: String)] = [
        ("0", "0"), ("-0", "0"), ("-0.0", "-0.0"), ("1.0", "1.0"), ("1e2", "100.0"), ("0.1", "0.1"),
        ("9007199254740993", "9007199254740993"), ("9007199254740993.0", "9007199254740992.0"),
        ("9223372036854775807", "9223372036854775807"), ("9223372036854775808", "9.223372036854776e+18"),
        ("1e400", "null"),
    ]

    @Test(arguments: spellings)
    func aNumberHasOneCanonicalSpelling(digits: String, canonical: String) {
        #expect(JSONValue.number(digits).canonicalText == canonical)
    }

    @Test func addingLeavesTheOriginalAsItWas() {
        let one: JSONValue = ["a": 1]
        #expect(one.adding("b", 2) == ["a": 1, "b": 2])
        #expect(one.adding("a", 2) == ["a": 2])
        #expect(one == ["a": 1])
        #expect(JSONValue.null.adding("a", 1) == .null)
    }

    @Test func keysOfADictionaryComeInTheOrderOfTheirBytes() {
        let value = JSONValue.object(["b": 1, "가": 2, "a": 3, "B": 4] as [String: JSONValue])
        #expect(value.members?.map(\.key) == ["B", "a", "b", "가"])
    }
}
