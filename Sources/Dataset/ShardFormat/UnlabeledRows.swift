/// Token ids of texts without labels, gathered in memory to be written as a safetensors file.
///
/// Rows lie end to end without padding, special tokens included; row r is `input_ids[offsets[r] ..< offsets[r + 1]]`.
package struct UnlabeledRows: Sendable {
    package let vocabularySize: Int
    /// Ids where the vocabulary has at most 65,536 of them; otherwise they are in `wide`.
    private var narrow: [UInt16] = []
    private var wide: [Int32] = []
    private var offsets: [Int64] = [0]

    /// Rows, and ids of all of them.
    package var count: Int { offsets.count - 1 }
    package var tokenCount: Int { isNarrow ? narrow.count : wide.count }
    private var isNarrow: Bool { vocabularySize <= 65_536 }

    /// - Parameters:
    ///   - vocabularySize: ids are in 0 ..< this; stored as U16 where it is at most 65,536, as I32 beyond.
    ///   - capacity: ids that there is room for without moving them.
    package init(vocabularySize: Int, capacity: Int = 0) {
        self.vocabularySize = vocabularySize
        if isNarrow { narrow.reserveCapacity(capacity) } else { wide.reserveCapacity(capacity) }
    }

    /// Adds rows.
    ///
    /// - Parameters:
    ///   - ids: of all rows, end to end.
    ///   - ends: one offset more than rows, the first 0, the last `ids.count`.
    /// - Throws: ``ShardError`` for an id beyond the vocabulary.
    package mutating func append(ids: [Int32], offsets ends: [Int64]) throws(ShardError) {
        precondition(ends.first == 0 && ends.last == Int64(ids.count), "offsets must span the ids")
        // As an unsigned number a negative id is beyond every vocabulary.
        let highest = ids.reduce(UInt32(0)) { max($0, UInt32(bitPattern: $1)) }
        guard Int(highest) < vocabularySize || ids.isEmpty else {
            throw ShardError(
                "token id \(Int32(bitPattern: highest)); ids lie in 0 ..< \(vocabularySize), the size of the vocabulary"
            )
        }
        let start = Int64(tokenCount)
        if isNarrow {
            let known = narrow.count
            narrow.append(contentsOf: repeatElement(0, count: ids.count))
            narrow.withUnsafeMutableBufferPointer { all in
                for index in ids.indices { all[known + index] = UInt16(truncatingIfNeeded: ids[index]) }
            }
        } else {
            wide.append(contentsOf: ids)
        }
        offsets.append(contentsOf: ends.dropFirst().lazy.map { $0 + start })
    }

    /// Forgets all rows and keeps the memory.
    package mutating func removeAll() {
        narrow.removeAll(keepingCapacity: true)
        wide.removeAll(keepingCapacity: true)
        offsets.removeAll(keepingCapacity: true)
        offsets.append(0)
    }

    static let mark = FileMark(format: "token-rows", version: "1")

    /// Writes a safetensors file of `input_ids`, U16 or I32 `[tokens]`, and `offsets`, I64 `[rows + 1]`.
    ///
    /// - Parameters:
    ///   - metadata: what binds the file to its making, such as the tokenizer's digest.
    ///   - sink: receives every byte of the file, in order.
    package func write(
        metadata: [String: String], to sink: @escaping (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let layout = try SafetensorsLayout(
            [
                SafetensorsDeclaration("input_ids", isNarrow ? .uint16 : .int32, shape: [tokenCount]),
                SafetensorsDeclaration("offsets", .int64, shape: [offsets.count]),
            ], metadata: Self.mark.added(to: metadata))
        var writer = try SafetensorsWriter(layout, to: sink)
        for entry in layout.entries {
            if entry.name == "offsets" {
                try writer.write(offsets, to: entry.name)
            } else if isNarrow {
                try writer.write(narrow, to: entry.name)
            } else {
                try writer.write(wide, to: entry.name)
            }
        }
        try writer.finish()
    }
}
