/// TFRecord: each record with its length before it, and checksums that tell where a torn file ends.
///
/// Source: tensorflow/core/lib/io/record_writer.h: `uint64 length, uint32 masked_crc32c(length), data, uint32
/// masked_crc32c(data)`, all little-endian.
package enum RecordFraming {
    package static func framed(_ data: [UInt8]) -> [UInt8] {
        let length = withUnsafeBytes(of: UInt64(data.count).littleEndian) { Array($0) }
        func sum(_ bytes: [UInt8]) -> [UInt8] {
            withUnsafeBytes(of: maskedSum(bytes[...]).littleEndian) { Array($0) }
        }
        return length + sum(length) + data + sum(data)
    }

    /// The first record of some bytes, and how many it takes with its frame; `nil` if none is whole.
    package static func first(of bytes: ArraySlice<UInt8>) -> (data: ArraySlice<UInt8>, size: Int)? {
        guard bytes.count >= 16 else { return nil }
        let length = number(bytes.prefix(8))
        guard length <= UInt64(bytes.count - 16), maskedSum(bytes.prefix(8)) == word(bytes.dropFirst(8))
        else { return nil }
        let data = bytes.dropFirst(12).prefix(Int(length))
        guard maskedSum(data) == word(bytes.dropFirst(12 + Int(length))) else { return nil }
        return (data, Int(length) + 16)
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func word(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        UInt32(truncatingIfNeeded: number(bytes.prefix(4)))
    }

    /// A checksum that may itself be part of what is summed: turned by 15 bits, plus a constant.
    private static func maskedSum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        let sum = checksum(bytes)
        return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
    }

    /// CRC-32C (Castagnoli), of which `123456789` gives E3069283.
    package static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        ~bytes.reduce(UInt32.max) { sum, byte in
            sum >> 8 ^ table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)]
        }
    }

    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0x82F6_3B78 : sum >> 1 }
    }
}
