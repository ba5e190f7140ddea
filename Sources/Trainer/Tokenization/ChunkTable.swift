internal import CByteMasks

/// The ids that short runs of bytes gave lately: chunks of text, which stand between two spaces (U+0020), and the words
/// that chunks consist of.
///
/// Neither the words nor the pieces of a chunk depend on other chunks, so what its bytes gave once they always give; and a
/// word gives the same inside of a chunk as by itself. Of natural text most chunks are frequent ones: to find one is a
/// comparison of two words of memory.
///
/// A line of the table holds two short runs or a long one, the latest that came to it. Its first two keys are 16 bytes each,
/// then come the ids of both, the last of which is their number. A short run's key is its bytes, zeros, and its length. A
/// long one takes both keys: in the first are 15 bytes and its length, in the second its other bytes, fewer than 16, so that
/// the second ends in 0 and is no short run's key.
package struct ChunkTable: @unchecked Sendable {
    package typealias Key = SIMD2<UInt64>

    /// Longest runs that are kept, in bytes: with one key and with two.
    package static let shortBytes = 15
    package static let longBytes = 30
    /// Most ids of a short run and of a long one that is kept.
    package static let shortIDs = 7
    package static let longIDs = 15
    /// Bytes that are read from where a run starts, and ids that are read and written from where its ids start.
    package static let readBytes = 31
    package static let copiedIDs = 16

    /// 16,384 lines of 64 bytes, a second-level cache; of 96 bytes, in 128, where an id takes four bytes.
    package static let usualLines = 1 << 14
    private static let idsOffset = 32

    private let lines: UnsafeMutableRawPointer
    private let isWide: Bool
    private let placeMask: UInt64
    /// For each length, which bits of 16 bytes belong to the key, and the length where the key holds it.
    private let masks: UnsafeMutablePointer<(bytes: Key, length: Key)>

    /// - Parameters:
    ///   - wide: whether ids can be above 65,535.
    ///   - lineCount: a power of two.
    init(wide: Bool, lineCount: Int = usualLines) {
        isWide = wide
        let lineBytes = wide ? 128 : 64
        placeMask = UInt64((lineCount - 1) * lineBytes)
        lines = .allocate(byteCount: lineCount * lineBytes, alignment: 128)
        lines.initializeMemory(as: UInt8.self, repeating: 0, count: lineCount * lineBytes)
        masks = .allocate(capacity: Self.longBytes + 1)
        for length in 0...Self.longBytes {
            // Shifted by 64 bits or more, a word of memory is 0.
            let kept = UInt64(8 * min(length, Self.shortBytes))
            let low = Key((1 << kept) &- 1, kept > 64 ? (1 << (kept - 64)) &- 1 : 0)
            (masks + length).initialize(to: (low, Key(0, UInt64(length) << 56)))
        }
    }

    func deallocate() {
        lines.deallocate()
        masks.deallocate()
    }

    /// The key of a short run, or the first of a long one, of 1 ... ``longBytes``.
    @inline(__always)
    package func key(_ run: UnsafePointer<UInt8>, _ length: Int) -> Key {
        let mask = masks + length
        let bytes = UnsafeRawPointer(run).loadUnaligned(as: Key.self)
        return bytes & mask.pointee.bytes | mask.pointee.length
    }

    /// The second key of a long run.
    @inline(__always)
    package func secondKey(_ run: UnsafePointer<UInt8>, _ length: Int) -> Key {
        let bytes = UnsafeRawPointer(run + Self.shortBytes).loadUnaligned(as: Key.self)
        return bytes & masks[length &- Self.shortBytes].bytes
    }

    /// Where a short run belongs.
    @inline(__always)
    package func place(_ key: Key) -> Int { place(hash: Self.hash(key)) }

    /// Where a long run belongs.
    @inline(__always)
    package func place(_ first: Key, _ second: Key) -> Int {
        place(hash: Self.hash(first) ^ Self.hash(second))
    }

    @inline(__always)
    private func place(hash: UInt64) -> Int { Int(truncatingIfNeeded: hash &>> 32 & placeMask) }

    @inline(__always)
    private static func hash(_ key: Key) -> UInt64 {
        let product = (key[0] ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: key[1] ^ 0xBF58_476D_1CE4_E5B9)
        return product.high ^ product.low
    }

    /// Asks the processor for a line that will be needed soon.
    @inline(__always)
    func fetch(_ place: Int) { byte_masks_fetch(lines + place) }

    /// Writes the ids of a short run to `target`, where there is room for ``copiedIDs``.
    /// - Returns: how many they are; -1 if the run is not known.
    @inline(__always)
    package func find(_ key: Key, at place: Int, into target: UnsafeMutablePointer<Int32>) -> Int {
        let line = lines + place
        let first = line.load(as: Key.self) ^ key
        let second = line.load(fromByteOffset: 16, as: Key.self) ^ key
        let (inFirst, inSecond) = (first[0] | first[1], second[0] | second[1])
        // Which of the two it is cannot be foreseen, so there is no branch on it.
        guard min(inFirst, inSecond) == 0 else { return -1 }
        return copy(inSecond == 0 ? 1 : 0, of: line, to: target)
    }

    /// The same for a long run.
    @inline(__always)
    package func find(
        _ first: Key, _ second: Key, at place: Int, into target: UnsafeMutablePointer<Int32>
    ) -> Int {
        let line = lines + place
        let zero = line.load(as: Key.self) ^ first
        let one = line.load(fromByteOffset: 16, as: Key.self) ^ second
        guard zero[0] | zero[1] | one[0] | one[1] == 0 else { return -1 }
        _ = copy(0, of: line, to: target)
        return copy(1, of: line, to: target + 8)
    }

    /// Keeps what a short run that is not known gave, unless that is too much. ``copiedIDs`` can be read.
    @inline(__always)
    package func keep(_ key: Key, at place: Int, _ ids: UnsafePointer<Int32>, count: Int) {
        guard count <= Self.shortIDs else { return }
        let line = lines + place
        line.storeBytes(of: line.load(as: Key.self), toByteOffset: 16, as: Key.self)
        store(load(0, of: line), 1, to: line)
        line.storeBytes(of: key, as: Key.self)
        store(Self.counted(ids, count), 0, to: line)
    }

    /// The same for a long run.
    @inline(__always)
    package func keep(
        _ first: Key, _ second: Key, at place: Int, _ ids: UnsafePointer<Int32>, count: Int
    ) {
        guard count <= Self.longIDs else { return }
        let line = lines + place
        line.storeBytes(of: first, as: Key.self)
        line.storeBytes(of: second, toByteOffset: 16, as: Key.self)
        store(UnsafeRawPointer(ids).loadUnaligned(as: SIMD8<Int32>.self), 0, to: line)
        store(Self.counted(ids + 8, count), 1, to: line)
    }

    @inline(__always)
    private static func counted(_ ids: UnsafePointer<Int32>, _ count: Int) -> SIMD8<Int32> {
        var ids = UnsafeRawPointer(ids).loadUnaligned(as: SIMD8<Int32>.self)
        ids[7] = Int32(truncatingIfNeeded: count)
        return ids
    }

    @inline(__always)
    private func copy(_ half: Int, of line: UnsafeRawPointer, to target: UnsafeMutablePointer<Int32>) -> Int {
        let ids = load(half, of: line)
        UnsafeMutableRawPointer(target).storeBytes(of: ids, as: SIMD8<Int32>.self)
        return Int(truncatingIfNeeded: ids[7])
    }

    @inline(__always)
    private func load(_ half: Int, of line: UnsafeRawPointer) -> SIMD8<Int32> {
        if isWide {
            return line.load(fromByteOffset: Self.idsOffset &+ half &* 32, as: SIMD8<Int32>.self)
        }
        let narrow = line.load(fromByteOffset: Self.idsOffset &+ half &* 16, as: SIMD8<UInt16>.self)
        return SIMD8<Int32>(truncatingIfNeeded: narrow)
    }

    @inline(__always)
    private func store(_ ids: SIMD8<Int32>, _ half: Int, to line: UnsafeMutableRawPointer) {
        if isWide {
            line.storeBytes(of: ids, toByteOffset: Self.idsOffset &+ half &* 32, as: SIMD8<Int32>.self)
        } else {
            let narrow = SIMD8<UInt16>(truncatingIfNeeded: ids)
            line.storeBytes(of: narrow, toByteOffset: Self.idsOffset &+ half &* 16, as: SIMD8<UInt16>.self)
        }
    }
}
