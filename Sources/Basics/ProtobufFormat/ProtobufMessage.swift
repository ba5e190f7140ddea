/// A message in the wire format of Protocol Buffers, as far as event files need it.
///
/// Source: protobuf.dev, "Encoding": a field is its number and wire type as a varint, then its value.
struct ProtobufMessage {
    private(set) var bytes: [UInt8] = []

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private mutating func littleEndian(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func integer(_ field: UInt64, _ value: Int64) {
        varint(field << 3)
        varint(UInt64(bitPattern: value))
    }

    mutating func double(_ field: UInt64, _ value: Double) {
        varint(field << 3 | 1)
        littleEndian(value.bitPattern)
    }

    mutating func float(_ field: UInt64, _ value: Float) {
        varint(field << 3 | 5)
        littleEndian(value.bitPattern)
    }

    mutating func data(_ field: UInt64, _ value: some Collection<UInt8>) {
        varint(field << 3 | 2)
        varint(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    mutating func text(_ field: UInt64, _ value: String) { data(field, Array(value.utf8)) }

    mutating func message(_ field: UInt64, _ body: (inout ProtobufMessage) -> Void) {
        var inner = ProtobufMessage()
        body(&inner)
        data(field, inner.bytes)
    }
}

/// The fields of a message in their order.
struct ProtobufFields: Sequence, IteratorProtocol {
    enum Value {
        case number(UInt64)
        case data(ArraySlice<UInt8>)
    }

    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// - Returns: `nil` at the end, and where the bytes are no message.
    mutating func next() -> (field: UInt64, value: Value)? {
        guard let key = varint() else { return nil }
        let value: Value
        switch key & 7 {
        case 0:
            guard let number = varint() else { return nil }
            value = .number(number)
        case 1:
            guard let number = littleEndian(8) else { return nil }
            value = .number(number)
        case 2:
            guard let count = varint(), count <= UInt64(rest.count) else { return nil }
            value = .data(rest.prefix(Int(count)))
            rest = rest.dropFirst(Int(count))
        case 5:
            guard let number = littleEndian(4) else { return nil }
            value = .number(number)
        default: return nil
        }
        return (key >> 3, value)
    }

    private mutating func varint() -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard let byte = rest.popFirst() else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
        }
        return nil
    }

    private mutating func littleEndian(_ count: Int) -> UInt64? {
        guard rest.count >= count else { return nil }
        let value = rest.prefix(count).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        rest = rest.dropFirst(count)
        return value
    }
}
