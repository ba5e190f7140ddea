/// Finds the first byte that does not belong to well-formed UTF-8; `nil` if all of it is well-formed.
///
/// Refused are stray and missing continuation bytes, forms longer than needed, surrogates and what is
/// beyond U+10FFFF: table 3-7 of the Unicode Standard. Zero bytes are well-formed here.
///
/// - Returns: the position of the first byte of the first malformed sequence, counted from 0.
package func firstMalformedByte(in bytes: UnsafeRawBufferPointer) -> Int? {
    guard let base = bytes.baseAddress else { return nil }
    let count = bytes.count
    var at = 0
    // Up to here sequence by sequence: a block is looked at together with what is before it.
    var singly = 3
    while true {
        while at < min(singly, count) {
            let length = sequenceLength(base, at, count)
            guard length > 0 else { return at }
            at += length
        }
        if at >= count { return nil }
        while at + blockSize <= count {
            if at + asciiSize <= count, isASCII(base + at) {
                at += asciiSize
            } else if !needsLook(base + at) {
                at += blockSize
            } else {
                break
            }
        }
        singly = at + blockSize
        at = sequenceStart(base, at)
    }
}

private let blockSize = 16
private let asciiSize = 64

/// Whether 64 bytes and the three before them, of which a sequence could reach into them, are ASCII.
@inline(__always)
private func isASCII(_ start: UnsafeRawPointer) -> Bool {
    var all = SIMD2<UInt64>(repeating: UInt64(start.loadUnaligned(fromByteOffset: -3, as: UInt32.self)))
    for offset in stride(from: 0, to: asciiSize, by: blockSize) {
        all |= start.loadUnaligned(fromByteOffset: offset, as: SIMD2<UInt64>.self)
    }
    return (all[0] | all[1]) & 0x8080_8080_8080_8080 == 0
}

/// Whether sixteen bytes hold something malformed, or a sequence of four bytes, as far as they and the two before them
/// show. A sequence of four bytes must not reach across their start.
///
/// Bits are moved to the top of their bytes, where whole words of them are compared: a byte has to continue a sequence
/// (`10xxxxxx`) exactly where one of the two before it asks for that.
///
/// Source: Keiser, Lemire, "Validating UTF-8 in less than one instruction per byte" (2020), for the idea.
@inline(__always)
private func needsLook(_ start: UnsafeRawPointer) -> Bool {
    @inline(__always) func load(_ offset: Int) -> SIMD2<UInt64> {
        start.loadUnaligned(fromByteOffset: offset, as: SIMD2<UInt64>.self)
    }
    /// The top bit of each byte that is 0; other bits mean nothing.
    @inline(__always) func zero(_ word: SIMD2<UInt64>) -> SIMD2<UInt64> {
        ~(((word & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x7F7F_7F7F_7F7F_7F7F) | word)
    }
    let (now, before, second) = (load(0), load(-1), load(-2))
    let (now6, now5, second6) = (now &<< 1, now &<< 2, second &<< 1)
    let continues = now & ~now6
    let shall = (before & (before &<< 1)) | (second & second6 & (second &<< 2))
    let ofFour = now & now6 & now5 & (now &<< 3)
    let ofOneTooMany = zero((now & 0xFEFE_FEFE_FEFE_FEFE) ^ 0xC0C0_C0C0_C0C0_C0C0)
    let tooLong = zero(before ^ 0xE0E0_E0E0_E0E0_E0E0) & ~now5
    let surrogate = zero(before ^ 0xEDED_EDED_EDED_EDED) & now5
    let look = (continues ^ shall) | ofFour | ofOneTooMany | tooLong | surrogate
    return (look[0] | look[1]) & 0x8080_8080_8080_8080 != 0
}

/// Where the sequence starts that reaches across `at`; `at` itself where none does. All before it is well-formed.
private func sequenceStart(_ base: UnsafeRawPointer, _ at: Int) -> Int {
    for back in 1...3 {
        let byte = base.load(fromByteOffset: at - back, as: UInt8.self)
        if byte & 0xC0 == 0x80 { continue }
        let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
        return length > back ? at - back : at
    }
    return at
}

/// Length in bytes of the well-formed sequence at `at`; 0 if there is none.
@inline(__always)
private func sequenceLength(_ base: UnsafeRawPointer, _ at: Int, _ count: Int) -> Int {
    let start = (base + at).assumingMemoryBound(to: UInt8.self)
    return UTF8Decoding.scalar(at: start, limit: count - at)?.length ?? 0
}
