import ShardFormat
import Testing

struct ColumnTableViewTests {
    /// Lends the bytes at a place whose address is a multiple of 8, plus an offset.
    private func lend<Result>(
        _ bytes: [UInt8], offset: Int = 0, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count + offset, alignment: 8)
        defer { memory.deallocate() }
        let place = UnsafeMutableRawBufferPointer(rebasing: memory[offset...])
        place.copyBytes(from: bytes)
        return try body(UnsafeRawBufferPointer(place))
    }

    @Test func columnsReadInPlaceAreThoseThatWereWritten() throws {
        let table = try ColumnTable(
            ["id": .int64([1, .min, .max]), "up": .int32([0, -1, .max]), "side": .uint8([0, 1, 255])],
            metadata: ["salt": "v1"])
        try lend(try table.encoded()) { bytes in
            let view = try ColumnTableView(bytes)
            #expect(view.rowCount == 3 && view.metadata == ["salt": "v1"])
            #expect(Array(try view.column("id", of: Int64.self)) == [1, .min, .max])
            #expect(Array(try view.column("up", of: Int32.self)) == [0, -1, .max])
            #expect(Array(try view.column("side", of: UInt8.self)) == [0, 1, 255])
        }
    }

    @Test func aTableWithoutRowsHasEmptyColumns() throws {
        try lend(try ColumnTable(["id": .int64([])]).encoded()) { bytes in
            let view = try ColumnTableView(bytes)
            #expect(try view.rowCount == 0 && view.column("id", of: Int64.self).isEmpty)
        }
    }

    @Test func whatIsMissingOrMisalignedIsRefused() throws {
        let bytes = try ColumnTable(["id": .int64([7])]).encoded()
        try lend(bytes) { bytes in
            let view = try ColumnTableView(bytes)
            #expect(throws: SafetensorsError.self) { try view.column("up", of: Int32.self) }
            #expect(throws: SafetensorsError.self) { try view.column("id", of: Int32.self) }
        }
        try lend(bytes, offset: 1) { bytes in
            let view = try ColumnTableView(bytes)
            #expect(throws: ShardError("column 'id' does not start at a multiple of 8 bytes")) {
                try view.column("id", of: Int64.self)
            }
        }
        let shard = try TokenShard().encoded(vocabularySize: 10)
        _ = lend(shard) { bytes in #expect(throws: (any Error).self) { try ColumnTableView(bytes) } }
    }
}
