internal import JSON

/// One tensor of a safetensors file: its name, type, shape and place.
package struct SafetensorsEntry: Hashable, Sendable {
    package let name: String
    package let type: SafetensorsType
    /// Row-major dimensions; empty for a single number.
    package let shape: [Int]
    /// Place in the data part of the file, in bytes from its start.
    package let range: Range<Int>

    /// Product of the dimensions.
    package var count: Int { range.count / type.byteCount }
}

/// The header of a safetensors file: which tensors it holds, and where.
///
/// Layout of a file: header length (8 bytes, little-endian), header (JSON, may end in spaces), data. Every
/// rule of the format is checked: the tensors fill the data from its first byte to its last without holes or
/// overlap, and each has as many bytes as its type and shape say.
///
/// Source: huggingface/safetensors, README "Format" and `src/tensor.rs`.
package struct SafetensorsHeader: Sendable {
    /// Most bytes a header may take.
    package static let longest = 100_000_000

    /// The tensors in the order of their data.
    package let entries: [SafetensorsEntry]
    /// The free strings under `__metadata__`.
    package let metadata: [String: String]
    /// Bytes before the data: the length, the header and its padding.
    package let dataStart: Int

    private let positions: [UTF8Name: Int]

    /// Reads and checks the header at the start of a whole file.
    ///
    /// - Parameter file: all bytes of the file.
    /// - Throws: ``SafetensorsError`` that says what was found and what is allowed.
    package init(file: UnsafeRawBufferPointer) throws(SafetensorsError) {
        guard file.count >= 8 else { throw .tooShort(bytes: file.count) }
        let declared = UInt64(littleEndian: file.loadUnaligned(as: UInt64.self))
        guard declared <= UInt64(Self.longest) else { throw .headerTooLong(declared: declared) }
        let length = Int(declared)
        guard length <= file.count - 8 else {
            throw .headerBeyondEnd(declared: length, available: file.count - 8)
        }
        let text = UnsafeRawBufferPointer(rebasing: file[8..<8 + length])
        guard text.first == UInt8(ascii: "{") else { throw .headerStart(found: text.first ?? 0) }
        let members: [JSONMember]
        do {
            members = try JSONValue(parsing: text).members ?? []
        } catch {
            throw .headerText(error)
        }
        var entries: [SafetensorsEntry] = []
        entries.reserveCapacity(members.count)
        var metadata: [String: String] = [:]
        for member in members {
            if member.key == "__metadata__" {
                metadata = try Self.metadata(member.value)
            } else {
                entries.append(try SafetensorsEntry(member))
            }
        }
        entries.sort {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
        try Self.checkPlaces(entries, available: file.count - 8 - length)
        self.init(entries: entries, metadata: metadata, dataStart: 8 + length)
    }

    init(entries: [SafetensorsEntry], metadata: [String: String], dataStart: Int) {
        self.entries = entries
        self.metadata = metadata
        self.dataStart = dataStart
        positions = Dictionary(
            entries.enumerated().map { (UTF8Name($0.element.name), $0.offset) },
            uniquingKeysWith: { first, _ in first })
    }

    /// The entry of a tensor, or nil if the file has none of that name.
    package subscript(name: String) -> SafetensorsEntry? { positions[UTF8Name(name)].map { entries[$0] } }

    private static func metadata(_ value: JSONValue) throws(SafetensorsError) -> [String: String] {
        guard let members = value.members else { throw .metadataNotText(key: nil, found: value.kindName) }
        var metadata: [String: String] = [:]
        for member in members {
            guard let text = member.value.stringValue else {
                throw .metadataNotText(key: member.key, found: member.value.kindName)
            }
            metadata[member.key] = text
        }
        return metadata
    }

    private static func checkPlaces(_ entries: [SafetensorsEntry], available: Int) throws(SafetensorsError) {
        var end = 0
        for entry in entries {
            if entry.range.lowerBound > end {
                throw .hole(before: entry.name, from: end, to: entry.range.lowerBound)
            }
            if entry.range.lowerBound < end {
                throw .overlap(tensor: entry.name, starts: entry.range.lowerBound, previousEnds: end)
            }
            end = entry.range.upperBound
            guard end <= available else {
                throw .beyondEnd(tensor: entry.name, ends: end, available: available)
            }
        }
        guard end == available else { throw .trailing(from: end, available: available) }
    }
}

extension SafetensorsEntry {
    /// Reads `"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}`.
    fileprivate init(_ member: JSONMember) throws(SafetensorsError) {
        name = member.key
        guard let fields = member.value.members else {
            throw .entry(tensor: name, problem: "holds \(member.value.kindName); expected an object")
        }
        for field in fields where !["dtype", "shape", "data_offsets"].contains(field.key) {
            throw .entry(
                tensor: name, problem: "unknown key '\(field.key)'; it has dtype, shape and data_offsets")
        }
        guard let typeName = member.value["dtype"]?.stringValue else {
            throw .entry(tensor: name, problem: "has no dtype")
        }
        guard let type = SafetensorsType(rawValue: typeName) else {
            throw .unknownType(tensor: name, found: typeName)
        }
        self.type = type
        shape = try Self.sizes(member.value["shape"], of: name, called: "shape")
        let offsets = try Self.sizes(member.value["data_offsets"], of: name, called: "data_offsets")
        guard offsets.count == 2, offsets[0] <= offsets[1] else {
            throw .entry(tensor: name, problem: "data_offsets are \(offsets); expected a start and an end")
        }
        range = offsets[0]..<offsets[1]
        guard let bytes = Self.byteCount(type, shape) else { throw .tooLarge(tensor: name, shape: shape) }
        guard bytes == range.count else {
            throw .sizeMismatch(tensor: name, type: type, shape: shape, bytes: range.count)
        }
    }

    private static func sizes(
        _ node: JSONValue?, of tensor: String, called field: String
    ) throws(SafetensorsError) -> [Int] {
        guard let elements = node?.arrayValue else {
            throw .entry(tensor: tensor, problem: "has no list '\(field)'")
        }
        var sizes: [Int] = []
        for element in elements {
            guard let size = element.intValue, size >= 0 else {
                let found = if case .number(let digits) = element { digits } else { element.kindName }
                throw .entry(
                    tensor: tensor, problem: "\(field) holds \(found); expected whole numbers from 0")
            }
            sizes.append(size)
        }
        return sizes
    }

    /// Bytes of a tensor, or nil if they do not fit an `Int`.
    static func byteCount(_ type: SafetensorsType, _ shape: [Int]) -> Int? {
        if shape.contains(0) { return 0 }
        var bytes = type.byteCount
        for size in shape {
            let (product, overflow) = bytes.multipliedReportingOverflow(by: size)
            if overflow { return nil }
            bytes = product
        }
        return bytes
    }
}
