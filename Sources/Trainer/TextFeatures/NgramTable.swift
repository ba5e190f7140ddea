/// Numbers for n-grams, in the order in which they were first seen.
struct NgramTable: Sendable {
    /// All n-grams without separators, and where each starts.
    private(set) var bytes: [UInt8] = []
    private(set) var starts: [Int] = [0]
    private var hashes: [UInt64] = []
    /// Number of an n-gram plus 1 at the place that its hash says, or at the next free one; 0 is free.
    private var slots = [Int32](repeating: 0, count: 1 << 10)

    var count: Int { starts.count - 1 }

    subscript(number: Int) -> ArraySlice<UInt8> { bytes[starts[number]..<starts[number + 1]] }

    /// The number of an n-gram that is there.
    func find(_ ngram: UnsafeRawBufferPointer, _ hash: UInt64) -> Int? {
        let slot = slot(ngram, hash)
        return slots[slot] == 0 ? nil : Int(slots[slot]) - 1
    }

    /// The number of an n-gram, which is added where it is new.
    mutating func number(of ngram: UnsafeRawBufferPointer, _ hash: UInt64) -> Int {
        var slot = slot(ngram, hash)
        if slots[slot] != 0 { return Int(slots[slot]) - 1 }
        if 2 * (count + 1) > slots.count {
            grow()
            slot = self.slot(ngram, hash)
        }
        bytes.append(contentsOf: ngram)
        starts.append(bytes.count)
        hashes.append(hash)
        slots[slot] = Int32(count)
        return count - 1
    }

    private func slot(_ ngram: UnsafeRawBufferPointer, _ hash: UInt64) -> Int {
        let mask = slots.count - 1
        // The low bits of the hash know little of the first bytes.
        var slot = Int(truncatingIfNeeded: hash ^ hash >> 29) & mask
        while slots[slot] != 0 {
            let number = Int(slots[slot]) - 1
            if hashes[number] == hash, isEqual(ngram, number) { return slot }
            slot = (slot + 1) & mask
        }
        return slot
    }

    private func isEqual(_ ngram: UnsafeRawBufferPointer, _ number: Int) -> Bool {
        starts[number + 1] - starts[number] == ngram.count
            && bytes.withUnsafeBytes {
                UnsafeRawBufferPointer(rebasing: $0[starts[number]..<starts[number + 1]]).elementsEqual(ngram)
            }
    }

    private mutating func grow() {
        let mask = slots.count * 2 - 1
        slots = [Int32](repeating: 0, count: slots.count * 2)
        for (number, hash) in hashes.enumerated() {
            var slot = Int(truncatingIfNeeded: hash ^ hash >> 29) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = Int32(number + 1)
        }
    }
}
