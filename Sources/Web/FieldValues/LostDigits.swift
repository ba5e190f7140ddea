/// Identifiers that a spreadsheet or a data frame took for numbers.
package enum LostDigits {
    /// Whether a text is what is left of a number: `3.71292E+18`, `3E+18`, or `1.0` for `1`.
    ///
    /// Only forms that programs write: `1e5` may be an identifier of its own.
    package static func show(in text: UnsafeRawBufferPointer) -> Bool {
        guard let last = text.last, (0x30...0x39).contains(last), text.count >= 3 else { return false }
        var at = 0
        func digits() -> Int {
            let start = at
            while at < text.count, text[at] &- 0x30 < 10 { at += 1 }
            return at - start
        }
        if text[0] == 0x2D { at += 1 }
        guard digits() > 0, at < text.count else { return false }
        var fraction: Range<Int>?
        if text[at] == 0x2E {
            at += 1
            let start = at
            guard digits() > 0 else { return false }
            fraction = start..<at
        }
        if at == text.count { return fraction.map { text[$0].elementsEqual([0x30]) } ?? false }
        guard text[at] | 0x20 == 0x65 else { return false }
        at += 1
        guard at < text.count, text[at] == 0x2B || fraction != nil else { return false }
        if text[at] == 0x2B || text[at] == 0x2D { at += 1 }
        return digits() > 0 && at == text.count
    }
}
