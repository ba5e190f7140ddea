/// XXH64 over bytes that come in pieces: detects damaged files. It does not protect against tampering.
///
/// Source: Collet, "xxHash fast digest algorithm", specification 0.1.1.
package struct Checksum {
    private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
    private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
    private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
    private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
    private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

    private var lanes: (UInt64, UInt64, UInt64, UInt64)
    private let seed: UInt64
    private var pending: [UInt8] = []
    private var total: UInt64 = 0

    package init(seed: UInt64 = 0) {
        self.seed = seed
        lanes = (seed &+ Self.prime1 &+ Self.prime2, seed &+ Self.prime2, seed, seed &- Self.prime1)
    }

    package static func of(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
        var checksum = Checksum(seed: seed)
        checksum.add(bytes)
        return checksum.value
    }

    package mutating func add(_ bytes: UnsafeRawBufferPointer) {
        total &+= UInt64(bytes.count)
        var rest = bytes
        if !pending.isEmpty {
            let taken = min(32 - pending.count, rest.count)
            pending.append(contentsOf: rest[..<taken])
            rest = UnsafeRawBufferPointer(rebasing: rest[taken...])
            guard pending.count == 32 else { return }
            pending.withUnsafeBytes { Self.addStripes($0, to: &lanes) }
            pending.removeAll(keepingCapacity: true)
        }
        let whole = rest.count & ~31
        Self.addStripes(UnsafeRawBufferPointer(rebasing: rest[..<whole]), to: &lanes)
        pending.append(contentsOf: rest[whole...])
    }

    package var value: UInt64 {
        var hash: UInt64
        if total >= 32 {
            hash =
                Self.rotate(lanes.0, 1) &+ Self.rotate(lanes.1, 7) &+ Self.rotate(lanes.2, 12)
                &+ Self.rotate(lanes.3, 18)
            for lane in [lanes.0, lanes.1, lanes.2, lanes.3] {
                hash = (hash ^ Self.round(0, lane)) &* Self.prime1 &+ Self.prime4
            }
        } else {
            hash = seed &+ Self.prime5
        }
        return Self.avalanche(tail(hash &+ total))
    }

    private func tail(_ start: UInt64) -> UInt64 {
        var hash = start
        var index = 0
        func word(_ count: Int) -> UInt64 {
            (0..<count).reduce(0) { $0 | UInt64(pending[index + $1]) << (8 * UInt64($1)) }
        }
        while index + 8 <= pending.count {
            hash = Self.rotate(hash ^ Self.round(0, word(8)), 27) &* Self.prime1 &+ Self.prime4
            index += 8
        }
        if index + 4 <= pending.count {
            hash = Self.rotate(hash ^ (word(4) &* Self.prime1), 23) &* Self.prime2 &+ Self.prime3
            index += 4
        }
        while index < pending.count {
            hash = Self.rotate(hash ^ (UInt64(pending[index]) &* Self.prime5), 11) &* Self.prime1
            index += 1
        }
        return hash
    }

    private static func addStripes(
        _ bytes: UnsafeRawBufferPointer, to lanes: inout (UInt64, UInt64, UInt64, UInt64)
    ) {
        var (a, b, c, d) = lanes
        var offset = 0
        while offset < bytes.count {
            a = round(a, UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
            b = round(
                b, UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)))
            c = round(
                c, UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 16, as: UInt64.self)))
            d = round(
                d, UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 24, as: UInt64.self)))
            offset += 32
        }
        lanes = (a, b, c, d)
    }

    private static func rotate(_ value: UInt64, _ bits: UInt64) -> UInt64 {
        value << bits | value >> (64 - bits)
    }

    private static func round(_ lane: UInt64, _ input: UInt64) -> UInt64 {
        rotate(lane &+ input &* prime2, 31) &* prime1
    }

    private static func avalanche(_ start: UInt64) -> UInt64 {
        var hash = start
        hash = (hash ^ (hash >> 33)) &* prime2
        hash = (hash ^ (hash >> 29)) &* prime3
        return hash ^ (hash >> 32)
    }
}
