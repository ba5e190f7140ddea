extension ColumnTable {
    /// The table as a safetensors file; equal tables give equal bytes.
    package func encoded() throws -> [UInt8] {
        let layout = try layout()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(layout.byteCount)
        try write(layout) { bytes.append(contentsOf: $0) }
        return bytes
    }

    /// Writes the same bytes piece by piece, so that the file is never held in memory as a whole.
    package func write(to sink: @escaping (UnsafeRawBufferPointer) throws -> Void) throws {
        try write(layout(), to: sink)
    }

    private func layout() throws(SafetensorsError) -> SafetensorsLayout {
        var declarations: [SafetensorsDeclaration] = []
        for name in names {
            guard let column = self[name] else { continue }
            if case .lists(let numbers, let offsets) = column {
                declarations.append(SafetensorsDeclaration(name, column.type, shape: [numbers.count]))
                declarations.append(
                    SafetensorsDeclaration(Self.offsets(of: name), .int64, shape: [offsets.count]))
            } else {
                declarations.append(SafetensorsDeclaration(name, column.type, shape: [rowCount]))
            }
        }
        let mark = FileMark(format: Self.format, version: Self.version)
        return try SafetensorsLayout(declarations, metadata: mark.added(to: metadata))
    }

    /// Not `escaping` in effect: the writer lives only as long as this call.
    private func write(
        _ layout: SafetensorsLayout, to sink: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try withoutActuallyEscaping(sink) { sink in
            var writer = try SafetensorsWriter(layout, to: sink)
            for entry in layout.entries {
                if let column = self[entry.name] {
                    try column.withUnsafeBytes { try writer.write($0, to: entry.name) }
                } else if let name = Self.lists(withOffsets: entry.name),
                    case .lists(_, let offsets) = self[name]
                {
                    try offsets.withUnsafeBytes { try writer.write($0, to: entry.name) }
                }
            }
            try writer.finish()
        }
    }

    /// Reads a table from all bytes of its file.
    ///
    /// - Throws: ``SafetensorsError`` when it is not a safetensors file, ``ShardError`` when it is not such a table.
    package init(decoding file: UnsafeRawBufferPointer) throws {
        let view = try SafetensorsView(file)
        try FileMark(format: Self.format, version: Self.version).check(view.metadata)
        let columns = try view.header.entries.compactMap { entry -> (name: String, column: Column)? in
            if let name = Self.lists(withOffsets: entry.name), view.header[name] != nil { return nil }
            let offsets = Self.offsets(of: entry.name)
            guard view.header[offsets] != nil else { return (entry.name, try Column(view, entry)) }
            return (entry.name, try Column(listsOf: view, entry.name, offsets: offsets))
        }
        try self.init(columns: columns, metadata: FileMark.removed(from: view.metadata))
    }

    /// Where the rows of a column of lists begin, and the column whose rows begin there.
    private static let offsetsEnding = ".offsets"
    private static func offsets(of name: String) -> String { name + offsetsEnding }
    private static func lists(withOffsets name: String) -> String? {
        name.hasSuffix(offsetsEnding) ? String(name.dropLast(offsetsEnding.count)) : nil
    }

    /// The same from bytes in an array.
    package init(decoding bytes: [UInt8]) throws {
        self = try bytes.withUnsafeBytes { try ColumnTable(decoding: $0) }
    }
}

extension ColumnTable.Column {
    fileprivate init(listsOf view: SafetensorsView, _ name: String, offsets: String) throws {
        let numbers = try view.vector(name, of: Int32.self).copied()
        let found = try view.vector(offsets, of: Int64.self).copied()
        guard found.first == 0, found.last == Int64(numbers.count),
            zip(found, found.dropFirst()).allSatisfy(<=)
        else {
            throw ShardError("'\(offsets)' must rise from 0 to the \(numbers.count) numbers of '\(name)'")
        }
        self = .lists(numbers, offsets: found)
    }

    fileprivate init(_ view: SafetensorsView, _ entry: SafetensorsEntry) throws {
        switch entry.type {
        case .int64: self = .int64(try view.vector(entry.name).copied())
        case .int32: self = .int32(try view.vector(entry.name).copied())
        case .uint8: self = .uint8(try view.vector(entry.name).copied())
        case .float32: self = .float32(try view.vector(entry.name).copied())
        case .float64: self = .float64(try view.vector(entry.name).copied())
        default:
            throw SafetensorsError.wrongType(
                tensor: entry.name, found: entry.type, allowed: [.int64, .int32, .uint8, .float32, .float64])
        }
    }
}
