internal import TextBasics

/// Step 2 of cleaning: Unicode normalization form C, by frozen tables of Unicode 14.
///
/// Source: Unicode Standard Annex 15.
enum Normalization {
    private struct Tables {
        var parts: [UInt32: [UInt32]] = [:]
        var wholes: [UInt64: UInt32] = [:]
        var classes: [UInt32: UInt8] = [:]
        /// Code points whose presence may mean that a text is not NFC, a bit each.
        var active = [UInt64](repeating: 0, count: 0x110000 / 64)

        init() {
            for entry in HexTable.entries(NormalizationTables.composed) {
                let (whole, pair) = Self.split(entry)
                parts[whole] = pair
                wholes[UInt64(pair[0]) << 32 | UInt64(pair[1])] = whole
                mark(pair[1])
            }
            for entry in HexTable.entries(NormalizationTables.decomposedOnly) {
                let (whole, only) = Self.split(entry)
                parts[whole] = only
                mark(whole)
            }
            for entry in HexTable.entries(NormalizationTables.classes) {
                let sides = entry.split(separator: UInt8(ascii: ":"))
                let number = UInt8(String(decoding: sides[0], as: UTF8.self)) ?? 0
                for range in sides[1].split(separator: UInt8(ascii: ",")) {
                    for scalar in HexTable.range(range) {
                        classes[scalar] = number
                        mark(scalar)
                    }
                }
            }
            for letter in Hangul.vowels { mark(letter) }
            for letter in Hangul.trailingConsonants { mark(letter) }
        }

        private mutating func mark(_ scalar: UInt32) {
            active[Int(scalar >> 6)] |= 1 << UInt64(scalar & 63)
        }

        private static func split(_ entry: HexTable.Entry) -> (UInt32, [UInt32]) {
            let sides = entry.split(separator: UInt8(ascii: "="))
            return (
                HexTable.number(sides[0]),
                sides[1].split(separator: UInt8(ascii: "+")).map { HexTable.number($0) }
            )
        }
    }

    private static let tables = Tables()

    /// Whether `text` may not be NFC; a text without any active code point is.
    static func mayApply(to text: UnsafeRawBufferPointer) -> Bool {
        guard let base = text.baseAddress else { return false }
        let bytes = base.assumingMemoryBound(to: UInt8.self)
        return tables.active.withUnsafeBufferPointer { active in
            var at = 0
            while at < text.count {
                // Nothing below U+0300 is active.
                if bytes[at] < 0xCC {
                    at += 1
                    continue
                }
                let (scalar, length) = ScalarBytes.decode(bytes, at, text.count)
                if scalar < ScalarBytes.malformed, active[Int(scalar >> 6)] >> UInt64(scalar & 63) & 1 != 0 {
                    return true
                }
                at += length
            }
            return false
        }
    }

    /// Writes the NFC of `text`. Bytes that are not UTF-8 stay as they are.
    static func compose(_ text: UnsafeRawBufferPointer, into target: ByteScratch) {
        target.restart(4 * text.count)
        guard let base = text.baseAddress else { return }
        let bytes = base.assumingMemoryBound(to: UInt8.self)
        var segment: [UInt32] = []
        func flush() {
            for scalar in composed(&segment) {
                target.count += ScalarBytes.encode(scalar, target.start + target.count)
            }
            segment.removeAll(keepingCapacity: true)
        }
        var at = 0
        while at < text.count {
            let (scalar, length) = ScalarBytes.decode(bytes, at, text.count)
            if scalar == ScalarBytes.malformed {
                flush()
                for offset in 0..<length { target.start[target.count + offset] = bytes[at + offset] }
                target.count += length
            } else {
                // What is not active starts over: nothing before it composes with it.
                if !isActive(scalar) { flush() }
                appendDecomposed(scalar, to: &segment)
            }
            at += length
        }
        flush()
    }

    private static func isActive(_ scalar: UInt32) -> Bool {
        tables.active[Int(scalar >> 6)] >> UInt64(scalar & 63) & 1 != 0
    }

    private static func appendDecomposed(_ scalar: UInt32, to segment: inout [UInt32]) {
        if let letters = Hangul.decomposition(of: scalar) {
            segment += letters
        } else if let parts = tables.parts[scalar] {
            for part in parts { appendDecomposed(part, to: &segment) }
        } else {
            segment.append(scalar)
        }
    }

    /// Puts marks in canonical order and composes what can be composed.
    private static func composed(_ scalars: inout [UInt32]) -> [UInt32] {
        let decomposed = scalars
        let reorderings = CanonicalForm.reorderings(count: scalars.count) { combiningClass(decomposed[$0]) }
        for (run, order) in reorderings { scalars.replaceSubrange(run, with: order.map { decomposed[$0] }) }
        return CanonicalForm.composed(
            scalars, value: { $0 }, combiningClass: combiningClass, composition: compose,
            join: { scalar, _, whole in scalar = whole })
    }

    private static func combiningClass(_ scalar: UInt32) -> UInt32 { UInt32(tables.classes[scalar] ?? 0) }

    private static func compose(_ first: UInt32, _ second: UInt32) -> UInt32? {
        Hangul.composition(first, second) ?? tables.wholes[UInt64(first) << 32 | UInt64(second)]
    }
}
