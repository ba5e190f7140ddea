/// A fingerprint of the rows of a table: what their fields say, not how they are written down.
///
/// The writer takes it of the fields it is given, and ``TableVerifier`` of those it reads back, so that an
/// export is published only if it holds what was written. It finds mistakes; it is not a defense against forgery.
package struct RowDigest: Hashable, Sendable {
    /// Rows taken in so far.
    package private(set) var rows = 0
    private var low: UInt64 = 0x243F_6A88_85A3_08D3
    private var high: UInt64 = 0x1319_8A2E_0370_7344

    package init() {}

    /// Takes in one field; a missing one counts as empty, because tab-separated lines do not distinguish the two.
    package mutating func add(field bytes: UnsafeRawBufferPointer) {
        mix(UInt64(bytes.count))
        var at = 0
        while at + 8 <= bytes.count {
            mix(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)))
            at += 8
        }
        guard at < bytes.count else { return }
        var rest: UInt64 = 0
        for byte in bytes[at...] { rest = rest << 8 | UInt64(byte) }
        mix(rest)
    }

    /// Ends a row.
    package mutating func endRow() {
        rows += 1
        mix(~UInt64(rows))
    }

    // One 64 × 64 bit product a word, folded: the mixing step of wyhash (Wang Yi, 2019), on two lanes.
    @inline(__always)
    private mutating func mix(_ word: UInt64) {
        let one = (low ^ word).multipliedFullWidth(by: 0xA409_3822_299F_31D1)
        let two = (high &+ word).multipliedFullWidth(by: 0x082E_FA98_EC4E_6C89)
        low = one.high ^ one.low &+ 0x4528_21E6_38D0_1377
        high = two.high ^ two.low &+ 0xBE54_66CF_34E9_0C6C
    }
}
