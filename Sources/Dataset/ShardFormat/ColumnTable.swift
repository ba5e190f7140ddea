internal import JSON

/// Named columns of equal length: the form in which stages hand large tables to each other.
///
/// Stored as a safetensors file with one vector for each column, so any Python with `safetensors` reads it.
/// A table of 500,000 rows is decoded by one copy of memory for each column.
package struct ColumnTable: Hashable, Sendable {
    /// The numbers of one column.
    package enum Column: Hashable, Sendable {
        case int64([Int64])
        case int32([Int32])
        case uint8([UInt8])
        case float32([Float])
        case float64([Double])
        /// Any number of numbers in each row: row r has those at `offsets[r] ..< offsets[r + 1]`.
        case lists([Int32], offsets: [Int64])
    }

    /// Rows in each column.
    package let rowCount: Int
    /// Free strings kept beside the columns; keys that begin with `splitvote.` are the format's own.
    package let metadata: [String: String]
    private let columns: [UTF8Name: Column]

    static let format = "column-table"
    static let version = "1"

    /// - Parameters:
    ///   - columns: names with their numbers; all of the same length.
    ///   - metadata: strings to keep with them.
    /// - Throws: ``ShardError`` when lengths differ, a name occurs twice or a metadata key is reserved.
    package init(
        _ columns: KeyValuePairs<String, Column>, metadata: [String: String] = [:]
    ) throws(ShardError) {
        try self.init(columns: columns.map { ($0.key, $0.value) }, metadata: metadata)
    }

    /// The same from a list of pairs, for columns that are only known at run time.
    package init(
        columns: [(name: String, column: Column)], metadata: [String: String] = [:]
    ) throws(ShardError) {
        var named: [UTF8Name: Column] = [:]
        for (name, column) in columns {
            guard named.updateValue(column, forKey: UTF8Name(name)) == nil else {
                throw ShardError("two columns are called '\(name)'")
            }
            if column.count != columns[0].column.count {
                throw ShardError(
                    "column '\(name)' has \(column.count) rows, column '\(columns[0].name)' has "
                        + "\(columns[0].column.count); all must have the same number")
            }
        }
        if let key = metadata.keys.first(where: { $0.hasPrefix(FileMark.prefix) }) {
            throw ShardError(
                "the metadata key '\(key)' is reserved; keys of one's own do not begin with 'splitvote.'")
        }
        self.columns = named
        self.metadata = metadata
        rowCount = columns.first?.column.count ?? 0
    }

    /// Names of the columns, in order of their bytes.
    package var names: [String] { columns.keys.sorted().map { String(decoding: $0.bytes, as: UTF8.self) } }

    /// The column called `name`, or nil if there is none.
    package subscript(name: String) -> Column? { columns[UTF8Name(name)] }

    /// The numbers of an I64 column.
    package func int64(_ name: String) throws(ShardError) -> [Int64] {
        guard case .int64(let values) = try column(name) else { throw try wrongType(name, "I64") }
        return values
    }

    /// The numbers of an I32 column.
    package func int32(_ name: String) throws(ShardError) -> [Int32] {
        guard case .int32(let values) = try column(name) else { throw try wrongType(name, "I32") }
        return values
    }

    /// The numbers of a U8 column.
    package func uint8(_ name: String) throws(ShardError) -> [UInt8] {
        guard case .uint8(let values) = try column(name) else { throw try wrongType(name, "U8") }
        return values
    }

    /// The numbers of an F32 column.
    package func float32(_ name: String) throws(ShardError) -> [Float] {
        guard case .float32(let values) = try column(name) else { throw try wrongType(name, "F32") }
        return values
    }

    /// The numbers of an F64 column.
    package func float64(_ name: String) throws(ShardError) -> [Double] {
        guard case .float64(let values) = try column(name) else { throw try wrongType(name, "F64") }
        return values
    }

    /// The numbers of a column of lists, and where each row's begin.
    package func lists(_ name: String) throws(ShardError) -> (numbers: [Int32], offsets: [Int64]) {
        guard case .lists(let numbers, let offsets) = try column(name) else {
            throw try wrongType(name, "lists of I32")
        }
        return (numbers, offsets)
    }

    private func column(_ name: String) throws(ShardError) -> Column {
        guard let column = self[name] else {
            throw ShardError("the table has no column '\(name)'; it has \(names.joined(separator: ", "))")
        }
        return column
    }

    private func wrongType(_ name: String, _ wanted: String) throws(ShardError) -> ShardError {
        ShardError("column '\(name)' holds \(try column(name).type.rawValue); expected \(wanted)")
    }
}

extension ColumnTable.Column {
    package var count: Int {
        switch self {
        case .int64(let values): values.count
        case .int32(let values): values.count
        case .uint8(let values): values.count
        case .float32(let values): values.count
        case .float64(let values): values.count
        case .lists(_, let offsets): offsets.count - 1
        }
    }

    package var type: SafetensorsType {
        switch self {
        case .int64: .int64
        case .int32, .lists: .int32
        case .uint8: .uint8
        case .float32: .float32
        case .float64: .float64
        }
    }

    func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        switch self {
        case .int64(let values): try values.withUnsafeBytes(body)
        case .int32(let values): try values.withUnsafeBytes(body)
        case .uint8(let values): try values.withUnsafeBytes(body)
        case .float32(let values): try values.withUnsafeBytes(body)
        case .float64(let values): try values.withUnsafeBytes(body)
        case .lists(let values, _): try values.withUnsafeBytes(body)
        }
    }
}
