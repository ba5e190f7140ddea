/// A message in the wire format of Protocol Buffers, as it is written.
///
/// Source: protobuf.dev, "Encoding": a field is its number and wire type as a varint, then its value.
package struct ProtobufMessage: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init() {}

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

    package mutating func integer(_ field: UInt64, _ value: Int64) {
        varint(field << 3)
        varint(UInt64(bitPattern: value))
    }

    package mutating func double(_ field: UInt64, _ value: Double) {
        varint(field << 3 | 1)
        littleEndian(value.bitPattern)
    }

    package mutating func float(_ field: UInt64, _ value: Float) {
        varint(field << 3 | 5)
        littleEndian(value.bitPattern)
    }

    package mutating func data(_ field: UInt64, _ value: some Collection<UInt8>) {
        varint(field << 3 | 2)
        varint(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    package mutating func text(_ field: UInt64, _ value: String) { data(field, Array(value.utf8)) }

    package mutating func message(_ field: UInt64, _ body: (inout ProtobufMessage) -> Void) {
        var inner = ProtobufMessage()
        body(&inner)
        data(field, inner.bytes)
    }
}
