import Synchronization

/// The ids that chunks of text gave lately. A chunk is what stands between two spaces (U+0020).
///
/// Neither the words nor the pieces of a chunk depend on other chunks, so what its bytes gave once they always give. Of
/// natural text most chunks are frequent ones: to find one is a comparison of three words of memory.
///
/// Each chunk has one place, and the latest takes it. One thread at a time may use a cache; `ChunkCaches` hands them from
/// thread to thread.
package final class ChunkCache: @unchecked Sendable {
    /// Longest chunk that is kept, in bytes.
    package static let keyBytes = 24
    /// Most ids of a chunk that is kept.
    package static let maxIDs = 8

    /// A chunk's bytes, zeros after them.
    package struct Key: Equatable {
        var first: UInt64 = 0
        var second: UInt64 = 0
        var third: UInt64 = 0
        /// 1 ... ``ChunkCache/keyBytes``; 0 stands for no chunk.
        package var length = 0

        package init(first: UInt64 = 0, second: UInt64 = 0, third: UInt64 = 0, length: Int = 0) {
            self.first = first
            self.second = second
            self.third = third
            self.length = length
        }

        @inline(__always)
        fileprivate var place: Int {
            var hash = first &* 0x9E37_79B9_7F4A_7C15
            hash = (hash ^ (hash >> 29) ^ second) &* 0xBF58_476D_1CE4_E5B9
            hash = (hash ^ (hash >> 31) ^ third ^ UInt64(length)) &* 0x94D0_49BB_1331_11EB
            return Int(hash >> (64 - ChunkCache.placeBits))
        }
    }

    /// One line of the processor's cache.
    private struct Entry {
        var first: UInt64
        var second: UInt64
        var third: UInt64
        /// Length of the key; 0: the place is free.
        var length: UInt32
        var idCount: UInt32
        var ids: SIMD8<Int32>
    }

    /// 16,384 places of 64 bytes: a second-level cache.
    private static let placeBits: UInt64 = 14
    private let entries: UnsafeMutablePointer<Entry>

    package init() {
        precondition(MemoryLayout<Entry>.stride == 64)
        entries = .allocate(capacity: 1 << Self.placeBits)
        let free = Entry(first: 0, second: 0, third: 0, length: 0, idCount: 0, ids: .zero)
        entries.initialize(repeating: free, count: 1 << Self.placeBits)
    }

    deinit { entries.deallocate() }

    /// The chunk that starts at `text`, without the space after it; nil if it is longer than what is kept.
    ///
    /// - Parameters:
    ///   - text: ``keyBytes`` bytes can be read from here on.
    ///   - count: how many of them belong to the text.
    @inline(__always)
    package static func key(_ text: UnsafePointer<UInt8>, count: Int) -> Key? {
        let raw = UnsafeRawPointer(text)
        func word(_ number: Int) -> UInt64 {
            UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 8 * number, as: UInt64.self))
        }
        let first = word(0)
        var length = min(bytesBeforeSpace(first), count)
        if length < 8 { return Key(first: low(first, length), length: length) }
        let (second, third) = (word(1), word(2))
        length += bytesBeforeSpace(second)
        if length == 16 { length += bytesBeforeSpace(third) }
        length = min(length, count)
        // Of 24 bytes without a space it is not known where they end.
        if length == keyBytes, count > keyBytes, text[keyBytes] != UInt8(ascii: " ") { return nil }
        return Key(
            first: first, second: low(second, length - 8), third: low(third, length - 16), length: length)
    }

    /// Bytes of a word of memory before the first that is a space, 0 ... 8.
    @inline(__always)
    private static func bytesBeforeSpace(_ word: UInt64) -> Int {
        let zeros = word ^ 0x2020_2020_2020_2020
        // The lowest byte that is 0 has its highest bit set here; bytes above it may have it wrongly.
        return ((zeros &- 0x0101_0101_0101_0101) & ~zeros & 0x8080_8080_8080_8080).trailingZeroBitCount / 8
    }

    /// The lowest bytes of a word of memory, the others 0.
    @inline(__always)
    private static func low(_ word: UInt64, _ bytes: Int) -> UInt64 {
        bytes >= 8 ? word : bytes <= 0 ? 0 : word & ((1 << UInt64(8 * bytes)) &- 1)
    }

    /// Writes the ids of a chunk to `target`, where there is room for ``maxIDs``.
    /// - Returns: how many they are; nil if the chunk is not known.
    @inline(__always)
    package func find(_ key: Key, into target: UnsafeMutablePointer<Int32>) -> Int? {
        let entry = entries + key.place
        guard entry.pointee.first == key.first, entry.pointee.second == key.second,
            entry.pointee.third == key.third, Int(entry.pointee.length) == key.length
        else { return nil }
        UnsafeMutableRawPointer(target).storeBytes(of: entry.pointee.ids, as: SIMD8<Int32>.self)
        return Int(entry.pointee.idCount)
    }

    /// Keeps what a chunk gave, unless that is too much.
    @inline(__always)
    package func keep(_ key: Key, _ ids: UnsafePointer<Int32>, count: Int) {
        guard count <= Self.maxIDs else { return }
        var kept = SIMD8<Int32>.zero
        for index in 0..<count { kept[index] = ids[index] }
        entries[key.place] = Entry(
            first: key.first, second: key.second, third: key.third, length: UInt32(key.length),
            idCount: UInt32(count), ids: kept)
    }
}

/// The caches of one tokenizer that no thread uses just now.
final class ChunkCaches: Sendable {
    private let resting = Mutex<[ChunkCache]>([])

    /// Gives `body` a cache that nobody else uses meanwhile.
    func withCache<Result>(_ body: (ChunkCache) -> Result) -> Result {
        let cache = resting.withLock { $0.popLast() } ?? ChunkCache()
        defer { resting.withLock { $0.append(cache) } }
        return body(cache)
    }
}
