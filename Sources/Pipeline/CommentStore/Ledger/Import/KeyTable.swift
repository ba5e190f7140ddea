internal import CLibrary
internal import StoreFile

/// Remembers which comment a key belongs to: an open-addressing table from 64-bit key numbers to comment ids.
///
/// 12 bytes a slot, at most three quarters full, so that five million comments take 100 MB.
final class KeyTable {
    private var numbers: UnsafeMutablePointer<UInt64>
    private var ids: UnsafeMutablePointer<UInt32>
    private var mask: Int
    private(set) var count = 0
    /// Made of what was touched, so that touching is not left out for having no effect.
    private var trace: UInt64 = 0

    init(capacity: Int = 1 << 12) {
        var slots = 1 << 12
        while slots * 3 / 4 < capacity { slots *= 2 }
        mask = slots - 1
        (numbers, ids) = Self.allocate(slots)
    }

    deinit {
        numbers.deallocate()
        ids.deallocate()
    }

    /// The comment of that number; `nil` when it is not known.
    @inline(__always)
    subscript(number: UInt64) -> Int64? {
        var slot = Int(truncatingIfNeeded: number) & mask
        while ids[slot] != 0 {
            if numbers[slot] == number { return Int64(ids[slot]) }
            slot = (slot + 1) & mask
        }
        return nil
    }

    /// Fetches the slots of numbers that will be asked for into the processor's cache, many at a time: one by one, each
    /// would be waited for.
    func touch(_ numbers: some Sequence<UInt64>) {
        var trace: UInt64 = 0
        for number in numbers {
            let slot = Int(truncatingIfNeeded: number) & mask
            trace ^= UInt64(ids[slot]) ^ self.numbers[slot]
        }
        self.trace = trace
    }

    /// Adds a number that is not there yet.
    /// - Parameter id: 1 or more.
    func add(_ number: UInt64, id: Int64) throws {
        guard let id = UInt32(exactly: id), id > 0 else {
            throw StoreError(
                .other, "a store holds at most \(UInt32.max) comments; this one is full",
                hint: "start another store for further sources")
        }
        if (count + 1) * 4 > (mask + 1) * 3 { grow() }
        place(number, id)
        count += 1
    }

    private func place(_ number: UInt64, _ id: UInt32) {
        var slot = Int(truncatingIfNeeded: number) & mask
        while ids[slot] != 0 { slot = (slot + 1) & mask }
        numbers[slot] = number
        ids[slot] = id
    }

    private func grow() {
        let (oldNumbers, oldIds, oldSlots) = (numbers, ids, mask + 1)
        mask = oldSlots * 2 - 1
        (numbers, ids) = Self.allocate(oldSlots * 2)
        for slot in 0..<oldSlots where oldIds[slot] != 0 { place(oldNumbers[slot], oldIds[slot]) }
        oldNumbers.deallocate()
        oldIds.deallocate()
    }

    private static func allocate(_ slots: Int) -> (UnsafeMutablePointer<UInt64>, UnsafeMutablePointer<UInt32>)
    {
        let ids = LargePages.allocate(UInt32.self, capacity: slots)
        ids.initialize(repeating: 0, count: slots)
        return (LargePages.allocate(UInt64.self, capacity: slots), ids)
    }
}

/// Memory that is read here and there: in large pages, where the system has them, the processor finds each place without
/// looking up its page in memory first.
private enum LargePages {
    private static let size = 2 << 20

    static func allocate<Value>(_ type: Value.Type, capacity: Int) -> UnsafeMutablePointer<Value> {
        let count = capacity * MemoryLayout<Value>.stride
        let block = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: count < size ? 64 : size)
        #if os(Linux)
            if count >= size { madvise(block, count, MADV_HUGEPAGE) }
        #endif
        return block.bindMemory(to: type, capacity: capacity)
    }
}
