/// Distinct byte strings, numbered in the order they were added.
///
/// Open addressing over one buffer of bytes: no string or array object for each entry.
struct ByteTable: Sendable {
    private var bytes: [UInt8] = []
    private var bounds: [Int] = [0]
    private var hashes: [UInt32] = []
    /// Entry + 1 at each place; 0 is free. The size is a power of two.
    private var slots: [Int32]

    init(capacity: Int) {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        slots = Array(repeating: 0, count: size)
    }

    var count: Int { bounds.count - 1 }

    subscript(entry: Int) -> ArraySlice<UInt8> { bytes[bounds[entry]..<bounds[entry + 1]] }

    /// Number of a byte string, or nil when it was never added.
    func find(_ key: [UInt8]) -> Int? {
        key.withUnsafeBufferPointer { key in
            let place = self.place(of: key, hash: Self.hash(key))
            return slots[place] == 0 ? nil : Int(slots[place]) - 1
        }
    }

    /// Adds a byte string unless it is there; its number, and whether it was added.
    mutating func insert(_ key: [UInt8]) -> (entry: Int, isNew: Bool) {
        key.withUnsafeBufferPointer { insert($0) }
    }

    mutating func insert(_ key: UnsafeBufferPointer<UInt8>) -> (entry: Int, isNew: Bool) {
        let hash = Self.hash(key)
        let place = self.place(of: key, hash: hash)
        if slots[place] != 0 { return (Int(slots[place]) - 1, false) }
        bytes.append(contentsOf: key)
        bounds.append(bytes.count)
        hashes.append(hash)
        slots[place] = Int32(count)
        if count * 2 > slots.count { grow() }
        return (count - 1, true)
    }

    private func place(of key: UnsafeBufferPointer<UInt8>, hash: UInt32) -> Int {
        let mask = slots.count - 1
        var place = Int(hash) & mask
        while slots[place] != 0 {
            let entry = Int(slots[place]) - 1
            if hashes[entry] == hash, self[entry].elementsEqual(key) { break }
            place = (place + 1) & mask
        }
        return place
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        let mask = slots.count - 1
        for entry in 0..<count {
            var place = Int(hashes[entry]) & mask
            while slots[place] != 0 { place = (place + 1) & mask }
            slots[place] = Int32(entry + 1)
        }
    }

    /// FNV-1a, folded: short keys, no need to resist attackers, the same on every machine.
    private static func hash(_ key: UnsafeBufferPointer<UInt8>) -> UInt32 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in key { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return UInt32(truncatingIfNeeded: hash ^ hash >> 32)
    }
}
