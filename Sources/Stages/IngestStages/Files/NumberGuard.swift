/// Notices comment numbers that are given again in each article: one number, two articles, two texts.
///
/// Remembers 24 bytes for each number. Texts are represented by 64-bit hashes; a collision costs one
/// row of 10^19.
struct NumberGuard {
    private struct Entry {
        var number: UInt64 = 0
        var article: UInt64 = 0
        var text: UInt64 = 0
    }

    private var entries: [Entry] = Array(repeating: Entry(), count: 1 << 10)
    private var used = 0
    private var mask = 1 << 10 - 1

    /// Whether a number was met before with another text of another article; remembers it where it was not met.
    mutating func conflicts(
        number: UnsafeRawBufferPointer, article: UnsafeRawBufferPointer, text: UnsafeRawBufferPointer
    ) -> Bool {
        let number = Self.hash(number) | 1
        if used * 4 > entries.count * 3 { grow() }
        var at = Int(truncatingIfNeeded: number >> 8) & mask
        while true {
            let entry = entries[at]
            if entry.number == 0 {
                entries[at] = Entry(number: number, article: Self.hash(article), text: Self.hash(text))
                used += 1
                return false
            }
            if entry.number == number {
                return entry.article != Self.hash(article) && entry.text != Self.hash(text)
            }
            at = (at + 1) & mask
        }
    }

    private mutating func grow() {
        let old = entries
        entries = Array(repeating: Entry(), count: old.count * 2)
        mask = entries.count - 1
        for entry in old where entry.number != 0 {
            var at = Int(truncatingIfNeeded: entry.number >> 8) & mask
            while entries[at].number != 0 { at = (at + 1) & mask }
            entries[at] = entry
        }
    }

    /// Eight bytes at a time, multiplied and folded, as wyhash does it.
    private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var hash = UInt64(truncatingIfNeeded: bytes.count) ^ 0x9E37_79B9_7F4A_7C15
        func mix(_ word: UInt64) {
            let (high, low) = (hash ^ word).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
            hash = high ^ low
        }
        var at = 0
        while at + 8 <= bytes.count {
            mix(bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
            at += 8
        }
        var rest: UInt64 = 0
        while at < bytes.count {
            rest = rest << 8 | UInt64(bytes[at])
            at += 1
        }
        mix(rest)
        mix(0xE703_7ED1_A0B4_28DB)
        return hash
    }
}
