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
            if let column = self[name] {
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
                try self[entry.name]?.withUnsafeBytes { try writer.write($0, to: entry.name) }
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
        let columns = try view.header.entries.map { entry in
            (name: entry.name, column: try Column(view, entry))
        }
        try self.init(columns: columns, metadata: FileMark.removed(from: view.metadata))
    }

    /// The same from bytes in an array.
    package init(decoding bytes: [UInt8]) throws {
        self = try bytes.withUnsafeBytes { try ColumnTable(decoding: $0) }
    }
}

extension ColumnTable.Column {
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
