import CLibrary

/// Distinct texts, numbered from 0 in the order in which they come, kept in one run of bytes.
struct TextArena {
    private var bytes: [UInt8] = []
    private var ends: [Int] = [0]
    private var hashes: [UInt64] = []
    /// Open addressing: number + 1 of the text in each slot, 0 for none; at most half full.
    private var slots: [UInt32] = Array(repeating: 0, count: 1024)

    /// How many distinct texts there are.
    var count: Int { hashes.count }

    /// Reserves room for this many texts, without their bytes.
    mutating func reserve(_ texts: Int) {
        ends.reserveCapacity(texts + 1)
        hashes.reserveCapacity(texts)
        while 2 * texts > slots.count { slots = Array(repeating: 0, count: 2 * slots.count) }
    }

    /// The number of a text, a new one if it has not been seen.
    mutating func number(of text: UnsafeRawBufferPointer) -> (number: Int, isNew: Bool) {
        let hash = Self.hash(text)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let number = Int(slots[slot]) - 1
            if hashes[number] == hash, holds(number, text) { return (number, false) }
            slot = (slot + 1) & (slots.count - 1)
        }
        let number = count
        bytes.append(contentsOf: text)
        ends.append(bytes.count)
        hashes.append(hash)
        slots[slot] = UInt32(number + 1)
        if 2 * count > slots.count { grow() }
        return (number, true)
    }

    /// Lends the bytes of a text.
    func withText<Result>(_ number: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[ends[number]..<ends[number + 1]])) }
    }

    /// Whether two texts are one once white space is left out and ASCII letters are lower-cased.
    func haveSameFoldedText(_ one: Int, _ other: Int) -> Bool {
        withText(one) { one in
            withText(other) { other in
                CodePoints(one).lazy.compactMap { CodePoints.folded($0) }
                    .elementsEqual(CodePoints(other).lazy.compactMap { CodePoints.folded($0) })
            }
        }
    }

    private func holds(_ number: Int, _ text: UnsafeRawBufferPointer) -> Bool {
        withText(number) { held in
            guard held.count == text.count else { return false }
            guard let one = held.baseAddress, let other = text.baseAddress else { return true }
            return memcmp(one, other, text.count) == 0
        }
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: 2 * slots.count)
        for (number, hash) in hashes.enumerated() {
            var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt32(number + 1)
        }
    }

    private static func hash(_ text: UnsafeRawBufferPointer) -> UInt64 {
        var hash = UInt64(text.count)
        var at = 0
        while at + 8 <= text.count {
            hash = mixed(hash ^ UInt64(littleEndian: text.loadUnaligned(fromByteOffset: at, as: UInt64.self)))
            at += 8
        }
        var rest: UInt64 = 0
        while at < text.count {
            rest = rest << 8 | UInt64(text[at])
            at += 1
        }
        return mixed(hash ^ rest)
    }
}
