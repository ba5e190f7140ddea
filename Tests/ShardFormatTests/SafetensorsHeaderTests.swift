import ShardFormat
import Testing

struct SafetensorsHeaderTests {
    /// A file with this header text and this many bytes of data.
    static func file(_ header: String, data: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian, Array.init) + Array(header.utf8)
            + Array(repeating: 0, count: data)
    }

    static func error(_ bytes: [UInt8]) -> String {
        do {
            _ = try bytes.withUnsafeBytes { try SafetensorsHeader(file: $0) }
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test func readsEveryPartOfAHeader() throws {
        let text =
            #" {"__metadata__":{"format":"pt"},"b":{"dtype":"U8","shape":[3],"data_offsets":[16,19]},"#
            + #""a":{"shape":[2,2],"dtype":"F32","data_offsets":[0,16]},"s":{"dtype":"F16","shape":[],"#
            + #""data_offsets":[19,21]},"n":{"dtype":"I64","shape":[0,7],"data_offsets":[16,16]}}   "#
        let bytes = Self.file(String(text.dropFirst()), data: 21)
        let header = try bytes.withUnsafeBytes { try SafetensorsHeader(file: $0) }
        #expect(header.entries.map(\.name) == ["a", "n", "b", "s"])
        #expect(header.metadata == ["format": "pt"])
        #expect(header["a"]?.shape == [2, 2])
        #expect(header["a"]?.count == 4)
        #expect(header["s"]?.shape == [])
        #expect(header["s"]?.count == 1)
        #expect(header["n"]?.count == 0)
        #expect(header["x"] == nil)
    }

    @Test func namesInTwoUnicodeFormsAreTwoTensors() throws {
        let text =
            "{\"\u{AC00}\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
            + "\"\u{1100}\u{1161}\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[1,3]}}"
        let bytes = Self.file(text, data: 3)
        let header = try bytes.withUnsafeBytes { try SafetensorsHeader(file: $0) }
        #expect(header["\u{AC00}"]?.count == 1)
        #expect(header["\u{1100}\u{1161}"]?.count == 2)
    }

    static let bad: [(String, Int, String)] = [
        ("", 0, "not a safetensors file: its header starts with byte 0; it starts with '{' (byte 123)"),
        (" {}", 0, "not a safetensors file: its header starts with byte 32; it starts with '{' (byte 123)"),
        ("{", 0, "safetensors header: text ends; expected a key in quotes at byte 1"),
        ("{} x", 0, "safetensors header: found 'x'; expected the end of the text at byte 3"),
        ("{\"a\":1}", 0, "safetensors header: tensor 'a': holds a number; expected an object"),
        ("{\"a\":{},\"a\":{}}", 0, "safetensors header: key 'a' occurs twice in one object at byte 8"),
        (
            "{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\"}}", 0,
            "safetensors header: key 'dtype' occurs twice in one object at byte 19"
        ),
        (
            "{\"__metadata__\":[]}", 0,
            "safetensors header: '__metadata__' holds a list; it maps strings to strings"
        ),
        (
            "{\"__metadata__\":{\"a\":1}}", 0,
            "safetensors header: '__metadata__' key 'a' holds a number; it maps strings to strings"
        ),
        ("{\"a\":{\"shape\":[1],\"data_offsets\":[0,1]}}", 1, "safetensors header: tensor 'a': has no dtype"),
        (
            "{\"a\":{\"dtype\":\"F8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1,
            "safetensors header: tensor 'a' has dtype 'F8'; known are BOOL, U8, I8, F8_E5M2, F8_E4M3, I16, U16, F16, "
                + "BF16, I32, U32, F32, F64, I64, U64"
        ),
        (
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[-1],\"data_offsets\":[0,1]}}", 1,
            "safetensors header: tensor 'a': shape holds -1; expected whole numbers from 0"
        ),
        (
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[1.0],\"data_offsets\":[0,1]}}", 1,
            "safetensors header: tensor 'a': shape holds 1.0; expected whole numbers from 0"
        ),
        (
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[99999999999999999999],\"data_offsets\":[0,1]}}", 1,
            "safetensors header: tensor 'a': shape holds 99999999999999999999; expected whole numbers from 0"
        ),
        (
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,1]}}", 1,
            "safetensors header: tensor 'a' of shape [4611686018427387904, 4] has more bytes than a file can hold"
        ),
        (
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1],\"x\":0}}", 1,
            "safetensors header: tensor 'a': unknown key 'x'; it has dtype, shape and data_offsets"
        ),
        (
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,0]}}", 1,
            "safetensors header: tensor 'a': data_offsets are [1, 0]; expected a start and an end"
        ),
        (
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0]}}", 1,
            "safetensors header: tensor 'a': data_offsets are [0]; expected a start and an end"
        ),
        (
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,20]}}", 20,
            "safetensors header: tensor 'a' is given 20 bytes; F32 of shape [2, 3] takes 24"
        ),
        (
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}}", 2,
            "safetensors header: bytes 0..<1 before tensor 'a' belong to no tensor"
        ),
        (
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},"
                + "\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[1,3]}}", 3,
            "safetensors header: tensor 'b' starts at byte 1, inside the one before it, which ends at 2"
        ),
        (
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}", 3,
            "safetensors file cut short: tensor 'a' ends at byte 4 of the data, which has 3"
        ),
        (
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}", 6,
            "safetensors file: 2 bytes after the last tensor belong to no tensor"
        ),
        ("{}", 1, "safetensors file: 1 bytes after the last tensor belong to no tensor"),
        ("{\"a\":\"\\ud800\"}", 0, "safetensors header: half of a surrogate pair at byte 6"),
        ("{\"a\":01}", 0, "safetensors header: found '1'; expected ',' or '}' at byte 6"),
        ("{\"a\":1,}", 0, "safetensors header: found '}'; expected a key in quotes at byte 7"),
    ]

    @Test(arguments: bad)
    func refusesEveryBrokenRuleByName(header: String, data: Int, expected: String) {
        #expect(Self.error(Self.file(header, data: data)) == expected)
    }

    @Test func refusesBadLengthsBeforeTheHeader() {
        #expect(
            Self.error([1, 2, 3]) == "not a safetensors file: 3 bytes; the length of its header alone takes 8"
        )
        #expect(
            Self.error([255, 255, 255, 255, 255, 255, 255, 127, 123])
                == "not a safetensors file: its header would take 9223372036854775807 bytes; at most 100000000 are allowed"
        )
        #expect(
            Self.error([0x01, 0xE1, 0xF5, 0x05, 0, 0, 0, 0, 123])
                == "not a safetensors file: its header would take 100000001 bytes; at most 100000000 are allowed"
        )
        #expect(
            Self.error([9, 0, 0, 0, 0, 0, 0, 0, 123])
                == "safetensors file cut short: its header takes 9 bytes, 1 follow its length")
    }

    @Test func refusesInvalidUTF8AndDeepNesting() {
        #expect(
            Self.error([5, 0, 0, 0, 0, 0, 0, 0] + Array("{\"".utf8) + [0xFF] + Array("\":".utf8))
                == "safetensors header: a string that is not valid UTF-8 at byte 1")
        let deep = "{\"a\":" + String(repeating: "[", count: 100_000)
        #expect(
            Self.error(Self.file(deep, data: 0))
                == "safetensors header: more than 64 levels of nesting at byte 69")
    }

    @Test(arguments: 0..<400 as Range<UInt64>)
    func neverAcceptsOrTrapsOnDamagedBytes(seed: UInt64) throws {
        let shard = try TokenShardTests.example().encoded(vocabularySize: 100)
        var random = TestRandom(state: seed)
        var damaged = shard
        switch seed % 3 {
        case 0: damaged.removeLast(Int(random.next(below: shard.count)) + 1)
        case 1:
            for _ in 0...random.next(below: 3) {
                damaged[random.next(below: damaged.count)] ^= UInt8(1 << random.next(below: 8))
            }
        default: damaged.insert(UInt8(random.next(below: 256)), at: random.next(below: damaged.count))
        }
        // Only a flipped bit in a token id may leave a valid shard, and nothing may trap.
        damaged.withUnsafeBytes { file in
            if let view = try? TokenShardView(file, vocabularySize: 100) {
                #expect(seed % 3 == 1 && view.rowCount == 3, "seed \(seed)")
            }
        }
    }
}

/// A small repeatable generator for these tests.
struct TestRandom {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func next(below limit: Int) -> Int { Int(next() % UInt64(limit)) }
}
