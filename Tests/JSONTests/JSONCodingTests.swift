import JSON
import Testing

struct JSONCodingTests {
    private enum Choice: Codable, Hashable {
        case all
        case given([Double])
    }

    private struct Value: Codable, Hashable {
        var zebra = "a/b"
        var rate = 3e-5
        var whole = 1.0
        var count = 7
        var missing: Int?
        var choice = Choice.given([1, 2.5])
        var empty: [Int] = []
    }

    /// These bytes are in fingerprints and checkpoints.
    @Test func aValueHasOneForm() throws {
        #expect(
            String(decoding: try JSONCoding.bytes(of: Value()), as: UTF8.self)
                == #"{"choice":{"given":{"_0":[1,2.5]}},"count":7,"empty":[],"rate":3e-05,"whole":1,"zebra":"a/b"}"#
        )
    }

    @Test func forPeopleItHasAMemberALine() throws {
        let text = String(decoding: try JSONCoding.bytes(of: Value(), isIndented: true), as: UTF8.self)
        #expect(text.hasPrefix("{\n  \"choice\" : {\n    \"given\" : {\n"))
        #expect(text.contains("\n  \"empty\" : [\n\n  ],\n") && text.hasSuffix("\n}\n"))
    }

    @Test func whatWasWrittenIsRead() throws {
        for isIndented in [false, true] {
            let bytes = try JSONCoding.bytes(of: Value(choice: .all), isIndented: isIndented)
            #expect(try JSONCoding.value(Value.self, from: bytes) == Value(choice: .all))
        }
    }

    @Test func aNumberThatIsNotFiniteIsRefused() {
        #expect(throws: EncodingError.self) { try JSONCoding.bytes(of: Value(rate: .nan)) }
    }

    @Test func anotherTypeIsRefused() {
        #expect(throws: DecodingError.self) {
            try JSONCoding.value(Value.self, from: #"{"count":"seven"}"#.utf8)
        }
    }
}
