/// Token ids of texts without labels, gathered in memory to be written as a safetensors file.
///
/// Rows lie end to end without padding, special tokens included; row r is `input_ids[offsets[r] ..< offsets[r + 1]]`.
public struct UnlabeledRows: Sendable {
    public let vocabularySize: Int
    /// Ids where the vocabulary has at most 65,536 of them; otherwise they are in `wide`.
    private var narrow: [UInt16] = []
    private var wide: [Int32] = []
    private var offsets: [Int64] = [0]

    /// Rows, and ids of all of them.
    public var count: Int { offsets.count - 1 }
    public var tokenCount: Int { isNarrow ? narrow.count : wide.count }
    private var isNarrow: Bool { vocabularySize <= 65_536 }

    /// - Parameter vocabularySize: ids are in 0 ..< this; stored as U16 where it is at most 65,536, as I32 beyond.
    public init(vocabularySize: Int) { self.vocabularySize = vocabularySize }

    /// Adds rows.
    ///
    /// - Parameters:
    ///   - ids: of all rows, end to end.
    ///   - ends: one offset more than rows, the first 0, the last `ids.count`.
    /// - Throws: ``ShardError`` for an id beyond the vocabulary.
    public mutating func append(ids: [Int32], offsets ends: [Int64]) throws(ShardError) {
        precondition(ends.first == 0 && ends.last == Int64(ids.count), "offsets must span the ids")
        if let id = ids.first(where: { $0 < 0 || $0 >= vocabularySize }) {
            throw ShardError("token id \(id); ids lie in 0 ..< \(vocabularySize), the size of the vocabulary")
        }
        let start = Int64(tokenCount)
        if isNarrow {
            narrow.append(contentsOf: ids.lazy.map { UInt16(truncatingIfNeeded: $0) })
        } else {
            wide.append(contentsOf: ids)
        }
        offsets.append(contentsOf: ends.dropFirst().lazy.map { $0 + start })
    }

    /// Forgets all rows and keeps the memory.
    public mutating func removeAll() {
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
    public func write(
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
