internal import JSON

/// A tensor that is going to be written: its name, type and shape, without its bytes.
package struct SafetensorsDeclaration: Hashable, Sendable {
    package let name: String
    package let type: SafetensorsType
    package let shape: [Int]

    package init(_ name: String, _ type: SafetensorsType, shape: [Int]) {
        self.name = name
        self.type = type
        self.shape = shape
    }
}

/// Where everything goes in a safetensors file that is going to be written.
///
/// Tensors are laid out as the reference library does it, the widest types first and then by name, so that each
/// starts at a multiple of its element size, and equal tensors give equal bytes whatever order they were
/// declared in. The header is padded with spaces to a multiple of 8 bytes.
package struct SafetensorsLayout: Sendable {
    /// The tensors in the order in which their bytes have to be written.
    package let entries: [SafetensorsEntry]
    /// The first bytes of the file: the header with its length before it.
    package let headerBytes: [UInt8]
    /// Bytes of the whole file.
    package let byteCount: Int

    /// - Parameters:
    ///   - tensors: in any order; names must differ.
    ///   - metadata: free strings; `["format": "pt"]` for a model, without which some readers refuse it.
    package init(
        _ tensors: [SafetensorsDeclaration], metadata: [String: String] = [:]
    ) throws(SafetensorsError) {
        var names: Set<UTF8Name> = ["__metadata__"].reduce(into: []) { $0.insert(UTF8Name($1)) }
        let ordered = tensors.sorted {
            ($1.type.rank, UTF8Name($0.name)) < ($0.type.rank, UTF8Name($1.name))
        }
        var entries: [SafetensorsEntry] = []
        var end = 0
        for tensor in ordered {
            guard names.insert(UTF8Name(tensor.name)).inserted else {
                throw .declared(problem: "the name '\(tensor.name)' is used twice or reserved")
            }
            guard tensor.shape.allSatisfy({ $0 >= 0 }),
                let bytes = SafetensorsEntry.byteCount(tensor.type, tensor.shape)
            else { throw .declared(problem: "tensor '\(tensor.name)' cannot have shape \(tensor.shape)") }
            let (next, overflow) = end.addingReportingOverflow(bytes)
            guard !overflow else { throw .declared(problem: "more bytes than a file can hold") }
            entries.append(
                SafetensorsEntry(name: tensor.name, type: tensor.type, shape: tensor.shape, range: end..<next)
            )
            end = next
        }
        let text = Self.headerText(entries, metadata)
        guard text.count <= SafetensorsHeader.longest else {
            throw .declared(problem: "a header of \(text.count) bytes; at most \(SafetensorsHeader.longest)")
        }
        self.entries = entries
        headerBytes = withUnsafeBytes(of: UInt64(text.count).littleEndian, Array.init) + text
        byteCount = headerBytes.count + end
    }

    private static func headerText(_ entries: [SafetensorsEntry], _ metadata: [String: String]) -> [UInt8] {
        var members: [JSONMember] = []
        if !metadata.isEmpty {
            let sorted = metadata.sorted { UTF8Name($0.key) < UTF8Name($1.key) }
            members.append(
                JSONMember("__metadata__", .object(sorted.map { JSONMember($0.key, .string($0.value)) })))
        }
        for entry in entries {
            let fields = [
                JSONMember("dtype", .string(entry.type.rawValue)),
                JSONMember("shape", .array(entry.shape.map(JSONValue.integer))),
                JSONMember(
                    "data_offsets",
                    .array([.integer(entry.range.lowerBound), .integer(entry.range.upperBound)])),
            ]
            members.append(JSONMember(entry.name, .object(fields)))
        }
        var text = JSONValue.object(members).encoded()
        while text.count % 8 != 0 { text.append(0x20) }
        return text
    }
}

/// Writes a safetensors file piece by piece, without holding it in memory.
///
/// ```swift
/// var writer = try SafetensorsWriter(layout) { try file.write($0) }
/// for entry in layout.entries { try writer.write(bytes(of: entry.name), to: entry.name) }
/// try writer.finish()
/// ```
package struct SafetensorsWriter {
    private let layout: SafetensorsLayout
    private let sink: (UnsafeRawBufferPointer) throws -> Void
    private var position = 0
    private var writtenOfCurrent = 0

    /// Writes the header at once.
    ///
    /// - Parameter sink: receives every byte of the file, in order.
    package init(
        _ layout: SafetensorsLayout, to sink: @escaping (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        self.layout = layout
        self.sink = sink
        try layout.headerBytes.withUnsafeBytes(sink)
        skipComplete()
    }

    /// Writes the next bytes of a tensor, all of them or a part.
    ///
    /// - Throws: ``SafetensorsError/declared(problem:)`` when it is another tensor's turn or the bytes are too many.
    package mutating func write(_ bytes: UnsafeRawBufferPointer, to name: String) throws {
        if bytes.isEmpty { return }
        guard position < layout.entries.count else {
            throw SafetensorsError.declared(problem: "bytes for '\(name)' after the last tensor")
        }
        let entry = layout.entries[position]
        guard entry.name.utf8.elementsEqual(name.utf8) else {
            throw SafetensorsError.declared(
                problem: "bytes for '\(name)'; next in the file is '\(entry.name)'")
        }
        guard bytes.count <= entry.range.count - writtenOfCurrent else {
            throw SafetensorsError.declared(
                problem:
                    "\(writtenOfCurrent + bytes.count) bytes for '\(name)', declared with \(entry.range.count)"
            )
        }
        try sink(bytes)
        writtenOfCurrent += bytes.count
        skipComplete()
    }

    /// Writes the next values of a tensor, all of them or a part.
    package mutating func write<Scalar: SafetensorsScalar>(_ values: [Scalar], to name: String) throws {
        try values.withUnsafeBytes { try write($0, to: name) }
    }

    /// Checks that every tensor was written to its end.
    package func finish() throws {
        guard position == layout.entries.count else {
            let entry = layout.entries[position]
            throw SafetensorsError.declared(
                problem:
                    "only \(writtenOfCurrent) of \(entry.range.count) bytes of '\(entry.name)' were given")
        }
    }

    private mutating func skipComplete() {
        while position < layout.entries.count, writtenOfCurrent == layout.entries[position].range.count {
            position += 1
            writtenOfCurrent = 0
        }
    }
}
