/// A number for each pair of 32-bit numbers, by open addressing.
struct PairTable: Sendable {
    private var keys: [UInt64]
    private var values: [Int32]
    private(set) var count = 0

    /// No pair of real numbers has this key, because ids stay below 2^31.
    private static let free = UInt64.max

    init(capacity: Int) {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        keys = Array(repeating: Self.free, count: size)
        values = Array(repeating: 0, count: size)
    }

    static func key(_ first: UInt32, _ second: UInt32) -> UInt64 { UInt64(first) << 32 | UInt64(second) }

    /// The number of a pair, or nil.
    func find(_ key: UInt64) -> Int? {
        let place = self.place(of: key)
        return keys[place] == Self.free ? nil : Int(values[place])
    }

    /// The number of a pair; a pair not seen before gets `new`.
    mutating func findOrInsert(_ key: UInt64, new: Int) -> Int {
        let place = self.place(of: key)
        if keys[place] != Self.free { return Int(values[place]) }
        keys[place] = key
        values[place] = Int32(new)
        count += 1
        if count * 2 > keys.count { grow() }
        return new
    }

    @inline(__always)
    private func place(of key: UInt64) -> Int {
        let mask = keys.count - 1
        return keys.withUnsafeBufferPointer { keys in
            // The upper half of the product depends on both numbers.
            let mixed = (key ^ key >> 29) &* 0x9E37_79B9_7F4A_7C15
            var place = Int(truncatingIfNeeded: mixed >> 32) & mask
            while keys[place] != Self.free, keys[place] != key { place = (place + 1) & mask }
            return place
        }
    }

    private mutating func grow() {
        let (oldKeys, oldValues) = (keys, values)
        keys = Array(repeating: Self.free, count: oldKeys.count * 2)
        values = Array(repeating: 0, count: oldKeys.count * 2)
        for (key, value) in zip(oldKeys, oldValues) where key != Self.free {
            let place = self.place(of: key)
            keys[place] = key
            values[place] = value
        }
    }
}
