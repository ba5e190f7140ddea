import ShardFormat
import Testing

struct ColumnTableTests {
    @Test func everyColumnTypeComesBack() throws {
        let table = try ColumnTable(
            [
                "id": .int64([1, .min, .max]), "up": .int32([0, -1, .max]), "side": .uint8([0, 1, 255]),
                "p": .float32([0, .infinity, -0.5]), "u": .float64([0.1, .pi, -1e300]),
            ],
            metadata: ["salt": "v1", "규칙": "kcbert-2020"])
        let back = try ColumnTable(decoding: table.encoded())
        #expect(back == table)
        #expect(back.names == ["id", "p", "side", "u", "up"])
        #expect(back.rowCount == 3)
        #expect(try back.int64("id") == [1, .min, .max])
        #expect(try back.int32("up") == [0, -1, .max])
        #expect(try back.uint8("side") == [0, 1, 255])
        #expect(try back.float32("p") == [0, .infinity, -0.5])
        #expect(try back.float64("u") == [0.1, .pi, -1e300])
        #expect(back.metadata == ["salt": "v1", "규칙": "kcbert-2020"])
    }

    @Test func theOrderOfColumnsDoesNotMatter() throws {
        let one = try ColumnTable(["a": .uint8([1]), "b": .int64([2])])
        let two = try ColumnTable(["b": .int64([2]), "a": .uint8([1])])
        #expect(try one.encoded() == two.encoded())
    }

    @Test func aTableWithoutColumnsOrRowsComesBack() throws {
        #expect(try ColumnTable(decoding: ColumnTable([:]).encoded()).rowCount == 0)
        #expect(try ColumnTable(decoding: ColumnTable(["id": .int64([])]).encoded()).names == ["id"])
    }

    @Test func refusesWhatIsNotATable() throws {
        #expect(
            throws: ShardError("column 'b' has 2 rows, column 'a' has 1; all must have the same number")
        ) { try ColumnTable(["a": .uint8([1]), "b": .uint8([1, 2])]) }
        #expect(throws: ShardError("two columns are called 'a'")) {
            try ColumnTable(["a": .uint8([1]), "a": .uint8([1])])
        }
        #expect(
            throws: ShardError(
                "the metadata key 'splitvote.x' is reserved; keys of one's own do not begin with 'splitvote.'"
            )
        ) { try ColumnTable([:], metadata: ["splitvote.x": ""]) }
        let table = try ColumnTable(["a": .uint8([1])])
        #expect(throws: ShardError("the table has no column 'b'; it has a")) { try table.uint8("b") }
        #expect(throws: ShardError("column 'a' holds U8; expected I64")) { try table.int64("a") }
        let shard = try TokenShard().encoded(vocabularySize: 10)
        #expect(throws: ShardError("a file of format 'token-shard'; expected 'column-table'")) {
            try ColumnTable(decoding: shard)
        }
    }

    @Test func halfAMillionRowsTakeMilliseconds() throws {
        let ids = (0..<500_000).map(Int64.init)
        let table = try ColumnTable([
            "id": .int64(ids), "up": .int32(ids.map(Int32.init)), "label": .uint8(ids.map { UInt8($0 & 3) }),
        ])
        let clock = ContinuousClock()
        var bytes: [UInt8] = []
        let writing = try clock.measure { bytes = try table.encoded() }
        var back: ColumnTable?
        let reading = try clock.measure { back = try ColumnTable(decoding: bytes) }
        #expect(try back?.int64("id").last == 499_999)
        #expect(writing < .seconds(1) && reading < .seconds(1), "\(writing) to write, \(reading) to read")
    }
}
