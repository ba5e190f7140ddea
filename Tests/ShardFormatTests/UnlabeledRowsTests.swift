import ShardFormat
import Testing

struct UnlabeledRowsTests {
    private func bytes(_ rows: UnlabeledRows) throws -> [UInt8] {
        let collected = Collected()
        try rows.write(metadata: ["tokenizer": "t"]) { collected.bytes.append(contentsOf: $0) }
        return collected.bytes
    }

    private final class Collected {
        var bytes: [UInt8] = []
    }

    @Test(arguments: [(65_536, SafetensorsType.uint16), (65_537, .int32)])
    func idsAreAsNarrowAsTheVocabularyAllows(size: Int, type: SafetensorsType) throws {
        var rows = UnlabeledRows(vocabularySize: size)
        try rows.append(ids: [2, 65_535, 3, 2, 3], offsets: [0, 3, 5])
        try rows.append(ids: [7], offsets: [0, 1])
        #expect((rows.count, rows.tokenCount) == (3, 6))
        let file = try bytes(rows)
        try file.withUnsafeBytes { buffer in
            let view = try SafetensorsView(buffer)
            let ids = try view.tensor("input_ids").entry
            #expect((ids.type, ids.shape) == (type, [6]))
            #expect(try view.tensor("offsets").entry.shape == [4])
        }
        rows.removeAll()
        #expect((rows.count, rows.tokenCount) == (0, 0))
    }

    @Test func anIDBeyondTheVocabularyIsRefused() {
        var rows = UnlabeledRows(vocabularySize: 10)
        #expect(throws: ShardError("token id 10; ids lie in 0 ..< 10, the size of the vocabulary")) {
            try rows.append(ids: [2, 10], offsets: [0, 2])
        }
        #expect(rows.count == 0)
    }
}
