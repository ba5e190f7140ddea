/// Hangul syllables, which follow a formula and so need no tables.
///
/// Source: the Unicode Standard, section 3.12, "Conjoining Jamo Behavior".
package enum Hangul {
    package static let syllables: Range<UInt32> = 0xAC00..<0xD7A4

    /// The two or three letters of a syllable; `nil` for anything else.
    package static func decomposition(of scalar: UInt32) -> [UInt32]? {
        guard syllables.contains(scalar) else { return nil }
        let index = scalar - 0xAC00
        let pair = [0x1100 + index / 588, 0x1161 + index % 588 / 28]
        return index % 28 == 0 ? pair : pair + [0x11A7 + index % 28]
    }

    /// The syllable of a leading consonant and a vowel, or of an open syllable and a trailing consonant; `nil` for
    /// anything else.
    package static func composition(_ first: UInt32, _ second: UInt32) -> UInt32? {
        if 0x1100..<0x1113 ~= first, 0x1161..<0x1176 ~= second {
            return 0xAC00 + (first - 0x1100) * 588 + (second - 0x1161) * 28
        }
        if syllables.contains(first), (first - 0xAC00) % 28 == 0, 0x11A8..<0x11C3 ~= second {
            return first + second - 0x11A7
        }
        return nil
    }

    /// Letters that can follow another one within a syllable.
    package static let vowels: Range<UInt32> = 0x1161..<0x1176
    package static let trailingConsonants: Range<UInt32> = 0x11A8..<0x11C3

    package static func isVowelOrTrailing(_ scalar: UInt32) -> Bool {
        vowels.contains(scalar) || trailingConsonants.contains(scalar)
    }

    /// The block of conjoining Jamo.
    package static func isJamo(_ scalar: UInt32) -> Bool { 0x1100..<0x1200 ~= scalar }
}
