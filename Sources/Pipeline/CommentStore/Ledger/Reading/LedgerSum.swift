internal import Digests
internal import Foundation

/// A digest of a set of observations that does not depend on their order and can be added to and taken from.
///
/// Each observation counts with its SHA-256, read as four big-endian 64-bit lanes that are summed apart, modulo 2^64.
/// Equal sets have equal sums; that different sets do not is as likely as for any 256-bit digest, as long as nobody
/// chooses the observations for that end.
struct LedgerSum: Hashable, Sendable {
    var lanes: SIMD4<UInt64> = .zero

    /// The sum of one observation.
    init(hashing bytes: UnsafeRawBufferPointer) { lanes = ContentDigest.words(of: bytes) }

    init() {}

    /// Reads what ``bytes`` wrote.
    init?(bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 32 else { return nil }
        for lane in 0..<4 {
            lanes[lane] = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: lane * 8, as: UInt64.self))
        }
    }

    /// 32 bytes.
    var bytes: [UInt8] {
        (0..<4).flatMap { lane in withUnsafeBytes(of: lanes[lane].bigEndian) { Array($0) } }
    }

    static func += (left: inout LedgerSum, right: LedgerSum) { left.lanes &+= right.lanes }
    static func -= (left: inout LedgerSum, right: LedgerSum) { left.lanes &-= right.lanes }
}

/// What a comment's readers had done by one moment.
struct Observation: Hashable, Sendable {
    /// Seconds since 1970, UTC.
    var moment: Int64
    var up: Int32
    var down: Int32
    var replies: Int32

    func sameCounts(as other: Observation) -> Bool {
        up == other.up && down == other.down && replies == other.replies
    }

    /// Whether this one counts when both were seen at one moment: more votes, then more up-votes, then more replies.
    func outranks(_ other: Observation) -> Bool {
        let total = Int64(up) + Int64(down)
        let otherTotal = Int64(other.up) + Int64(other.down)
        if total != otherTotal { return total > otherTotal }
        if up != other.up { return up > other.up }
        return replies > other.replies
    }
}

/// Writes observations down as the bytes that the ledger's digest is made of:
/// source, 0x1F, comment key, 0x1F, then moment, up, down and replies, big-endian.
struct ObservationEncoder: ~Copyable {
    private var buffer: UnsafeMutableRawPointer
    private var capacity: Int
    private let prefixCount: Int

    init(source: String) {
        let prefix = Array(source.utf8) + [0x1F]
        capacity = prefix.count + 256
        buffer = .allocate(byteCount: capacity, alignment: 8)
        prefixCount = prefix.count
        UnsafeMutableRawBufferPointer(start: buffer, count: prefixCount).copyBytes(from: prefix)
    }

    deinit { buffer.deallocate() }

    mutating func sum(key: UnsafeRawBufferPointer, _ observation: Observation) -> LedgerSum {
        let count = prefixCount + key.count + 1 + 20
        if count > capacity { grow(to: count) }
        var end = buffer + prefixCount
        if let start = key.baseAddress { end.copyMemory(from: start, byteCount: key.count) }
        end += key.count
        end.storeBytes(of: 0x1F, as: UInt8.self)
        end += 1
        end.storeBytes(of: observation.moment.bigEndian, as: Int64.self)
        end.storeBytes(of: observation.up.bigEndian, toByteOffset: 8, as: Int32.self)
        end.storeBytes(of: observation.down.bigEndian, toByteOffset: 12, as: Int32.self)
        end.storeBytes(of: observation.replies.bigEndian, toByteOffset: 16, as: Int32.self)
        return LedgerSum(hashing: UnsafeRawBufferPointer(start: buffer, count: count))
    }

    private mutating func grow(to count: Int) {
        let larger = UnsafeMutableRawPointer.allocate(byteCount: count * 2, alignment: 8)
        larger.copyMemory(from: buffer, byteCount: prefixCount)
        buffer.deallocate()
        buffer = larger
        capacity = count * 2
    }
}

extension Observation {
    /// Stands for the news that a comment was removed; no comment can have such counts.
    static let removal = Observation(moment: 0, up: -1, down: -1, replies: -1)
}

extension LedgerSum {
    var data: Data { Data(bytes) }
}
