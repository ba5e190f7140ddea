/// Reads the fields of a protobuf message, strictly: what is cut off, too long or of an impossible kind is an error.
///
/// Source: protobuf.dev, "Encoding".
package struct ProtobufReader: Sendable {
    package enum Value: Sendable {
        case number(UInt64)
        case fixed32(UInt32)
        case fixed64
        case bytes(ArraySlice<UInt8>)
    }

    /// Why a message cannot be read, and where in the file.
    package struct Failure: Error {
        package var problem: String
        package var byte: Int

        package init(problem: String, byte: Int) {
            self.problem = problem
            self.byte = byte
        }
    }

    private let bytes: ArraySlice<UInt8>
    package private(set) var at: Int

    package init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        at = bytes.startIndex
    }

    /// The next field, or nil at the end of the message.
    package mutating func next() throws(Failure) -> (field: Int, value: Value)? {
        guard at < bytes.endIndex else { return nil }
        let start = at
        let key = try varint()
        let field = Int(truncatingIfNeeded: key >> 3)
        guard key >> 3 > 0, key >> 3 < 1 << 29 else {
            throw Failure(problem: "a field has the number \(key >> 3)", byte: start)
        }
        switch key & 7 {
        case 0: return (field, .number(try varint()))
        case 1:
            _ = try take(8)
            return (field, .fixed64)
        case 2:
            let length = try varint()
            guard length <= UInt64(bytes.endIndex - at) else {
                throw Failure(
                    problem: "field \(field) is \(length) bytes long, \(bytes.endIndex - at) are left",
                    byte: start)
            }
            return (field, .bytes(try take(Int(length))))
        case 5:
            let four = try take(4)
            return (field, .fixed32(four.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }))
        case let kind: throw Failure(problem: "field \(field) is of the unknown kind \(kind)", byte: start)
        }
    }

    private mutating func varint() throws(Failure) -> UInt64 {
        let start = at
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while at < bytes.endIndex, shift < 64 {
            let byte = bytes[at]
            at += 1
            if shift == 63, byte > 1 { break }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw Failure(problem: "a number does not end", byte: start)
    }

    private mutating func take(_ count: Int) throws(Failure) -> ArraySlice<UInt8> {
        guard bytes.endIndex - at >= count else {
            throw Failure(problem: "\(count) bytes are needed, \(bytes.endIndex - at) are left", byte: at)
        }
        defer { at += count }
        return bytes[at..<at + count]
    }
}
