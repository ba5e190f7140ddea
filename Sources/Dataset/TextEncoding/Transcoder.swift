private import CIconv
private import CLibrary

/// Turns text of another encoding into UTF-8, piece by piece.
///
/// Bytes that are not a character become one byte 0xFF, which is not UTF-8: readers of the rows reject the row that
/// holds it, and no other.
package final class Transcoder {
    private let converter: iconv_t
    private let unitSize: Int
    private let isMultiByte: Bool
    private var carried: [UInt8] = []
    private let output: UnsafeMutableRawBufferPointer
    /// Bytes so far that are no character of the encoding.
    package private(set) var faults = 0

    /// - Parameter encoding: as iconv(3) names it: `CP949`, `UTF-16LE`.
    /// - Returns: `nil` for an encoding that the system does not know.
    package init?(_ encoding: String) {
        let converter = iconv_open("UTF-8", encoding)
        guard let converter, splitvote_iconv_failed(converter) == 0 else { return nil }
        self.converter = converter
        unitSize = encoding.hasPrefix("UTF-16") ? 2 : encoding.hasPrefix("UTF-32") ? 4 : 1
        isMultiByte = unitSize == 1 && !encoding.hasPrefix("ISO") && !encoding.hasPrefix("CP125")
        output = .allocate(byteCount: 1 << 16, alignment: 16)
    }

    deinit {
        iconv_close(converter)
        output.deallocate()
    }

    /// Takes the next piece of the text and calls `body` with what it says. A piece is valid only during the call.
    /// - Parameter final: whether the text ends here.
    package func feed(
        _ bytes: UnsafeRawBufferPointer, final: Bool = false, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) rethrows {
        if carried.isEmpty {
            let done = try convert(bytes, final, body)
            carried.append(contentsOf: bytes[done...])
            return
        }
        let joined = carried + bytes
        carried = []
        try joined.withUnsafeBytes { all in
            let done = try convert(all, final, body)
            carried.append(contentsOf: all[done...])
        }
    }

    /// - Returns: how many bytes were consumed; the rest is the start of a character.
    private func convert(
        _ bytes: UnsafeRawBufferPointer, _ final: Bool, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) rethrows -> Int {
        guard let base = bytes.baseAddress, !bytes.isEmpty else { return 0 }
        var input: UnsafeMutablePointer<CChar>? = UnsafeMutablePointer(
            mutating: base.assumingMemoryBound(to: CChar.self))
        var left = bytes.count
        while left > 0 {
            var target = output.baseAddress?.assumingMemoryBound(to: CChar.self)
            var room = output.count - 1
            let status = iconv(converter, &input, &left, &target, &room)
            let reason = errno
            var made = output.count - 1 - room
            var isCut = false
            if status == -1 {
                switch reason {
                case EILSEQ: made = fault(&input, &left, in: bytes, made)
                case EINVAL where final: made = fault(&input, &left, in: bytes, made)
                case EINVAL: isCut = true
                default: break
                }
            }
            if made > 0 { try body(UnsafeRawBufferPointer(rebasing: output[..<made])) }
            if isCut { break }
        }
        return bytes.count - left
    }

    /// Skips bytes that are not a character and marks their place.
    private func fault(
        _ input: inout UnsafeMutablePointer<CChar>?, _ left: inout Int, in bytes: UnsafeRawBufferPointer,
        _ made: Int
    ) -> Int {
        faults += 1
        output[made] = 0xFF
        let at = bytes.count - left
        var length = min(unitSize, left)
        // A lead byte with what follows it, unless that is ASCII itself.
        // Source: WHATWG Encoding Standard, the decoders of the East Asian encodings.
        if isMultiByte, left > 1, bytes[at] >= 0x81, bytes[at + 1] >= 0x80 { length = 2 }
        input = input.map { $0 + length }
        left -= length
        return made + 1
    }
}
