/// A column table read where it is, for those who need few of its rows or columns.
///
/// The view copies nothing and owns nothing: it is valid only while the bytes it was made of are, which usually come
/// from a mapped file.
package struct ColumnTableView {
    /// Rows in each column.
    package let rowCount: Int
    /// Free strings kept beside the columns.
    package let metadata: [String: String]
    private let view: SafetensorsView

    /// - Throws: ``SafetensorsError`` when it is not a safetensors file, ``ShardError`` when it is not such a table.
    package init(_ file: UnsafeRawBufferPointer) throws {
        let view = try SafetensorsView(file)
        try FileMark(format: ColumnTable.format, version: ColumnTable.version).check(view.metadata)
        let shape = view.header.entries.first?.shape ?? [0]
        for entry in view.header.entries where entry.shape != shape || shape.count != 1 {
            throw SafetensorsError.wrongShape(
                tensor: entry.name, found: entry.shape, expected: "one dimension, the same in all columns")
        }
        rowCount = shape[0]
        metadata = FileMark.removed(from: view.metadata)
        self.view = view
    }

    /// The numbers of a column.
    /// - Throws: ``SafetensorsError`` where there is no such column or it holds numbers of another type, ``ShardError``
    ///   where they do not start at a multiple of their size; those of files written here do.
    package func column<Scalar: SafetensorsScalar>(
        _ name: String, of type: Scalar.Type = Scalar.self
    ) throws -> UnsafeBufferPointer<Scalar> {
        let tensor = try view.tensor(name)
        _ = try tensor.values(of: type)
        guard let start = tensor.bytes.baseAddress, rowCount > 0 else {
            return UnsafeBufferPointer(start: nil, count: 0)
        }
        guard Int(bitPattern: start) % MemoryLayout<Scalar>.alignment == 0 else {
            throw ShardError(
                "column '\(name)' does not start at a multiple of \(MemoryLayout<Scalar>.alignment) bytes")
        }
        return UnsafeBufferPointer(start: start.assumingMemoryBound(to: type), count: rowCount)
    }
}
